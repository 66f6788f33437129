//! Which rows of a document would bring roles together that are to be kept apart. Whoever breaks a
//! constraint without being named in the document is found by the door.

use super::{Planner, Row};
use crate::text::excerpt;
use engine::{Conflict, Facts, Policy, PolicyError, RoleFacts, RoleId, UserId, ValidityState};
use rustc_hash::FxHashMap;

/// Rows that name two things.
type Pairs<'d> = [&'d Row<(String, String)>];

impl<'d> Planner<'d, '_> {
    /// Notes the row by which one role would come to break a constraint by itself; `rows` are those of the
    /// planned inheritance.
    pub(super) fn keep_roles_apart(&mut self, rows: &Pairs<'d>) {
        if self.need_not_look() {
            return;
        }
        let Some((place, (role, conflict))) = first(rows.len(), |count| match self.policy_with(count) {
            Err(PolicyError::BrokenByOneRole { role, conflict }) => Some((role, conflict)),
            Ok(_) | Err(_) => None,
        }) else {
            return;
        };
        let message = format!("role {} would have {}", self.name(role), self.kept_apart(&conflict));
        self.note(rows[place], Err::<(), _>(message));
    }

    /// Notes the rows by which users would come to break a constraint; `rows` are those of the planned
    /// assignments.
    pub(super) fn keep_users_apart(&mut self, rows: &Pairs<'d>) {
        if self.need_not_look() {
            return;
        }
        let Ok(policy) = self.policy_with(self.plan.role_hierarchy.len()) else { return };
        let mut gained: FxHashMap<UserId, Vec<(usize, RoleId)>> = FxHashMap::default();
        for (place, &(user, role)) in self.plan.user_roles.iter().enumerate() {
            gained.entry(user).or_default().push((place, role));
        }
        let mut held: FxHashMap<UserId, Vec<RoleId>> = FxHashMap::default();
        for (&(user, role), validity) in &self.existing.user_roles {
            if validity.state(self.existing.now) != ValidityState::Ended {
                held.entry(user).or_default().push(role);
            }
        }
        for (user, gained) in gained {
            let held = held.remove(&user).unwrap_or_default();
            let broken_by = |count: usize| {
                let new = gained[..count].iter().map(|&(_, role)| role);
                let roles: Vec<RoleId> = held.iter().copied().chain(new).collect();
                policy.static_conflicts_of(&roles).into_iter().next()
            };
            if let Some((place, conflict)) = first(gained.len(), broken_by) {
                let row = rows[gained[place].0];
                let name = excerpt(&row.value.0, super::SHOWN);
                let message = format!("user `{name}` would have {}", self.kept_apart(&conflict));
                self.note(row, Err::<(), _>(message));
            }
        }
    }

    /// Is there nothing to break, or no policy to break it with?
    fn need_not_look(&self) -> bool {
        self.existing.policy.facts().constraints.is_empty() || !self.problems.is_empty()
    }

    /// The policy with the roles planned and the first so many links; without permissions, on which no
    /// constraint depends.
    fn policy_with(&self, links: usize) -> Result<Policy, PolicyError> {
        let known = self.existing.policy.facts();
        let mut roles: FxHashMap<RoleId, RoleFacts> =
            known.roles.iter().map(|role| (role.id, RoleFacts { grants: Vec::new(), ..role.clone() })).collect();
        roles.extend(self.plan.roles.iter().map(|new| {
            let role = RoleFacts {
                id: new.id,
                name: new.name.clone(),
                is_system: false,
                is_default: false,
                requires_activation: false,
                revision: known.revision,
                grants: Vec::new(),
                inherits_from: Vec::new(),
            };
            (new.id, role)
        }));
        for (senior, junior) in &self.plan.role_hierarchy[..links] {
            if let Some(senior) = roles.get_mut(senior) {
                senior.inherits_from.push(*junior);
            }
        }
        Policy::build(Facts {
            revision: known.revision,
            roles: roles.into_values().collect(),
            permissions: Vec::new(),
            constraints: known.constraints.clone(),
        })
    }

    fn kept_apart(&self, conflict: &Conflict) -> String {
        let constraint = self.existing.policy.constraint(conflict.constraint).map(|known| known.name.as_str());
        let roles: Vec<String> = conflict.roles.iter().map(|&role| self.name(role)).collect();
        format!("roles that constraint `{}` keeps apart: {}", constraint.unwrap_or_default(), roles.join(", "))
    }
}

/// The first of `count` rows with which something is broken, and what. More rows break no less.
fn first<T>(count: usize, broken_by: impl Fn(usize) -> Option<T>) -> Option<(usize, T)> {
    broken_by(count)?;
    let counts: Vec<usize> = (1..=count).collect();
    let place = counts.partition_point(|&count| broken_by(count).is_none());
    Some((place, broken_by(*counts.get(place)?)?))
}
