//! Separation of duty within a document: the rows that violate a constraint. Conflicts of users whom the document does
//! not name are found when the change is written.

use super::{ImportRow, MAX_NAME_IN_MESSAGE, Planner};
use crate::import::{AssignmentEntry, InheritanceEntry};
use crate::text::excerpt;
use engine::{Conflict, Facts, Policy, PolicyChanges, PolicyError, RoleFacts, RoleId, UserId, ValidityState};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// A role that the import assigns to a user.
struct GainedRole {
    /// Position of its row.
    position: usize,
    role: RoleId,
}

/// The first row that violates a constraint, and the conflict.
struct FirstViolation<T> {
    /// Position of the row.
    position: usize,
    broken: T,
}

impl<'d> Planner<'d, '_> {
    /// Rejects the row by which one role violates a constraint by itself. `rows` are those of the planned inheritance.
    pub(super) fn check_separation_of_roles(&mut self, rows: &[&'d ImportRow<InheritanceEntry>]) {
        if self.skips_separation() {
            return;
        }
        let found = first_violation(rows.len(), |count| match self.policy_with(count) {
            Err(PolicyError::ViolatedByOneRole { role, conflict }) => Some((role, conflict)),
            Ok(_) | Err(_) => None,
        });
        let Some(FirstViolation { position, broken: (role, conflict) }) = found else { return };
        let message = format!("role {} would violate {}", self.role_name(role), self.conflict_text(&conflict));
        if let Some(row) = rows.get(position) {
            self.reject(row, message);
        }
    }

    /// Rejects the rows by which users violate a constraint. `rows` are those of the planned assignments.
    pub(super) fn check_separation_of_users(&mut self, rows: &[&'d ImportRow<AssignmentEntry>]) {
        if self.skips_separation() {
            return;
        }
        let Ok(policy) = self.policy_with(self.plan.role_hierarchy.len()) else { return };
        let mut gained: FxHashMap<UserId, Vec<GainedRole>> = FxHashMap::default();
        for (position, new) in self.plan.user_roles.iter().enumerate() {
            gained.entry(new.user).or_default().push(GainedRole { position, role: new.role });
        }
        let mut held: FxHashMap<UserId, Vec<RoleId>> = FxHashMap::default();
        for (&(user, role), validity) in &self.existing.user_roles {
            if validity.state(self.existing.now) != ValidityState::Expired {
                held.entry(user).or_default().push(role);
            }
        }
        for (user, gained) in gained {
            let held = held.remove(&user).unwrap_or_default();
            let conflict_with = |count: usize| {
                let gained = gained.iter().take(count).map(|gained| gained.role);
                let roles: Vec<RoleId> = held.iter().copied().chain(gained).collect();
                policy.static_conflicts_of(&roles).into_iter().next()
            };
            let Some(FirstViolation { position, broken }) = first_violation(gained.len(), conflict_with) else {
                continue;
            };
            let Some(row) = gained.get(position).and_then(|gained| rows.get(gained.position)) else { continue };
            let name = excerpt(&row.value.user, MAX_NAME_IN_MESSAGE);
            let message = format!("user `{name}` would violate {}", self.conflict_text(&broken));
            self.reject(row, message);
        }
    }

    /// Whether there is no constraint to violate, or the document is rejected already.
    fn skips_separation(&self) -> bool {
        self.existing.policy.constraints().is_empty() || !self.problems.is_empty()
    }

    /// The policy with the planned roles and the first `count` planned inheritances; without the planned grants, on
    /// which no constraint depends.
    fn policy_with(&self, count: usize) -> Result<Policy, PolicyError> {
        let policy = self.existing.policy;
        let planned = self.plan.roles.iter().map(|new| RoleFacts::new(new.id, new.name.clone()));
        let mut roles: FxHashMap<RoleId, RoleFacts> = planned.map(|role| (role.id, role)).collect();
        for inheritance in self.plan.role_hierarchy.iter().take(count) {
            if let Entry::Vacant(unknown) = roles.entry(inheritance.senior)
                && let Some(existing) = policy.role_facts(inheritance.senior)
            {
                unknown.insert(existing);
            }
            if let Some(senior) = roles.get_mut(&inheritance.senior) {
                senior.inherits_from.push(inheritance.junior);
            }
        }
        let changed = Facts { revision: policy.revision(), roles: roles.into_values().collect(), ..Facts::default() };
        policy.update(PolicyChanges { changed, ..PolicyChanges::default() })
    }

    fn conflict_text(&self, conflict: &Conflict) -> String {
        let constraint =
            self.existing.policy.constraint(conflict.constraint).map(|constraint| constraint.name.as_str());
        let roles: Vec<String> = conflict.roles.iter().map(|&role| self.role_name(role)).collect();
        format!("constraint `{}`: {}", constraint.unwrap_or_default(), roles.join(", "))
    }
}

/// The first of `count` rows with which a constraint is violated; with more rows it stays violated.
fn first_violation<T>(count: usize, broken_by: impl Fn(usize) -> Option<T>) -> Option<FirstViolation<T>> {
    broken_by(count)?;
    let counts: Vec<usize> = (1..=count).collect();
    let position = counts.partition_point(|&count| broken_by(count).is_none());
    Some(FirstViolation { position, broken: broken_by(position + 1)? })
}
