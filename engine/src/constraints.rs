//! Separation of duty: sets of roles that no user (SSD) and no session (DSD) may have together.

mod resolve;

use crate::shared::SharedList;
use crate::{Activation, Constraint, ConstraintId, ConstraintKind, Policy, RoleId, Subject, ValidityState};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// A constraint that is violated, and the roles that violate it.
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Constraint, ConstraintKind, Facts, Policy, RoleFacts, RoleName};
/// use engine::Conflict;
///
/// # let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// # let auditor = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("auditor")?);
/// # let books = Constraint {
/// #     id: Uuid::from_u128(3).into(),
/// #     name: "books".to_owned(),
/// #     kind: ConstraintKind::Static,
/// #     roles: vec![clerk.id, auditor.id],
/// #     limit: 2,
/// # };
/// # let (clerk_id, auditor_id, books_id) = (clerk.id, auditor.id, books.id);
/// # let roles = vec![clerk, auditor];
/// let policy = Policy::build(Facts { roles, constraints: vec![books], ..Facts::default() })?;
/// let conflict = Conflict { constraint: books_id, roles: vec![auditor_id, clerk_id] };
/// assert_eq!(policy.static_conflicts_of(&[clerk_id, auditor_id]), [conflict]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The constraint.
    pub constraint: ConstraintId,
    /// The roles of the constraint that conflict, inherited ones included, by name.
    pub roles: Vec<RoleId>,
}

/// The constraints of a policy. INVARIANT: no role violates one by itself.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    /// By name, the roles of each by name too.
    facts: Vec<Constraint>,
    /// In the order of `facts`.
    sets: Vec<ResolvedConstraint>,
    /// By role: its shares in dynamic constraints.
    shares: SharedList<Arc<[DynamicShare]>>,
}

/// The members of a dynamic constraint that a role includes or inherits from: at least one.
#[derive(Clone, Debug)]
struct DynamicShare {
    constraint: usize,
    limit: usize,
    /// Positions in the list of members.
    members: FixedBitSet,
}

/// A constraint over slots of roles.
#[derive(Debug)]
struct ResolvedConstraint {
    kind: ConstraintKind,
    /// Ascending.
    members: Vec<usize>,
    limit: usize,
}

impl Constraints {
    /// The constraints, by name, the roles of each by name too.
    pub(crate) fn facts(&self) -> &[Constraint] {
        &self.facts
    }

    /// Whether there are dynamic constraints.
    pub(crate) fn has_dynamic(&self) -> bool {
        self.sets.iter().any(|set| set.kind == ConstraintKind::Dynamic)
    }

    /// Whether a dynamic constraint names a role, or one that it inherits from.
    pub(crate) fn is_constrained(&self, role: usize) -> bool {
        !self.shares(role).is_empty()
    }

    /// Whether dynamic constraints allow `role` to be active beside `others`, which violate none.
    pub(crate) fn admits(&self, role: usize, others: &(impl Iterator<Item = usize> + Clone)) -> bool {
        self.shares(role).iter().all(|share| {
            let of_others = others.clone().flat_map(|other| self.shares(other));
            let of_others = of_others.filter(|other| other.constraint == share.constraint);
            let active = |block: usize| {
                let blocks = of_others.clone().filter_map(|other| other.members.as_slice().get(block));
                blocks.fold(0, |active, members| active | members)
            };
            let blocks = share.members.as_slice().iter().enumerate();
            let count = blocks.map(|(block, members)| (members | active(block)).count_ones() as usize).sum::<usize>();
            count < share.limit
        })
    }

    fn shares(&self, role: usize) -> &[DynamicShare] {
        self.shares.get(role).map_or(&[], |shares| shares)
    }
}

impl ResolvedConstraint {
    /// Whether having all of `roles`, which are closed under inheritance, violates the constraint.
    fn is_broken_by(&self, roles: &FixedBitSet) -> bool {
        self.common(roles).count() >= self.limit
    }

    /// Roles of the constraint that are among `roles`.
    fn common(&self, roles: &FixedBitSet) -> impl Iterator<Item = usize> {
        self.members.iter().copied().filter(|&member| roles.contains(member))
    }
}

/// Separation of duty.
impl Policy {
    /// Static constraints that `subject` violates, by name. An assignment that is not yet valid counts, one that has
    /// expired at `now` does not. The status of the account and the activation are irrelevant.
    #[must_use]
    pub fn static_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Static, &self.lasting_roles(subject, now))
    }

    /// Dynamic constraints that a session with `active` roles violates, by name. Unknown roles violate none.
    #[must_use]
    pub fn dynamic_conflicts(&self, active: &[RoleId]) -> Vec<Conflict> {
        let active = active.iter().filter_map(|&role| self.role_position(role));
        self.conflicts(ConstraintKind::Dynamic, &self.closure_of(active))
    }

    /// Dynamic constraints that the chosen roles of `subject`'s session violate, by name; assignments count as in
    /// [`static_conflicts`](Self::static_conflicts). Only chosen roles can violate one: other activations are computed
    /// so that they satisfy all constraints.
    #[must_use]
    pub fn session_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        let Activation::Chosen(chosen) = &subject.activation else { return Vec::new() };
        let authorized = self.lasting_roles(subject, now);
        let chosen = chosen.iter().filter_map(|&role| self.role_position(role));
        let active = self.closure_of(chosen.filter(|&role| authorized.contains(role)));
        self.conflicts(ConstraintKind::Dynamic, &active)
    }

    /// Static constraints that a user with all of `roles` violates, by name. Unknown roles violate none.
    #[must_use]
    pub fn static_conflicts_of(&self, roles: &[RoleId]) -> Vec<Conflict> {
        let roles = roles.iter().filter_map(|&role| self.role_position(role));
        self.conflicts(ConstraintKind::Static, &self.closure_of(roles))
    }

    /// Roles of constraints of a kind, and all roles that inherit from them, by name. Only a user with at least two of
    /// these assigned can violate a static constraint, only a session with at least two of them active a dynamic one.
    #[must_use]
    pub fn separated_roles(&self, kind: ConstraintKind) -> Vec<RoleId> {
        let sets = self.constraints.sets.iter().filter(|set| set.kind == kind);
        self.role_ids(self.hierarchy.above(sets.flat_map(|set| set.members.iter().copied())).ones())
    }

    /// Constraints that name a role, by name.
    pub fn constraints_of(&self, role: RoleId) -> impl Iterator<Item = &Constraint> {
        self.constraints().iter().filter(move |constraint| constraint.roles.contains(&role))
    }

    /// Constraints of a kind that having all of `roles`, which are closed under inheritance, violates.
    pub(crate) fn conflicts(&self, kind: ConstraintKind, roles: &FixedBitSet) -> Vec<Conflict> {
        let sets = self.constraints.sets.iter().zip(self.constraints());
        let broken = sets.filter(|(set, _)| set.kind == kind && set.is_broken_by(roles));
        broken.map(|(set, constraint)| self.conflict(constraint.id, set, roles)).collect()
    }

    fn conflict(&self, constraint: ConstraintId, set: &ResolvedConstraint, roles: &FixedBitSet) -> Conflict {
        Conflict { constraint, roles: self.role_ids(set.common(roles)) }
    }

    /// Roles of assignments that have not expired, and all roles that these inherit from.
    pub(crate) fn lasting_roles(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        let assigned = self.assigned(&subject.assignments);
        let lasting = assigned.filter(|(_, validity)| validity.state(now) != ValidityState::Expired);
        self.closure_of(lasting.map(|(role, _)| role))
    }

    /// The first constraint, of either kind, that one role would violate by itself if each of `seniors` inherited from
    /// all of `juniors`.
    pub(crate) fn broken_by_inheritance(&self, seniors: &[RoleId], juniors: &[RoleId]) -> Option<Conflict> {
        if self.constraints.sets.is_empty() {
            return None;
        }
        let gained = self.closure_of(juniors.iter().filter_map(|&junior| self.role_position(junior)));
        let held = self.roles_by_name(self.above(seniors).ones()).into_iter().map(|role| self.hierarchy.closure(role));
        // A new role without seniors may violate a constraint as well.
        held.map(|held| held | &gained).chain([gained.clone()]).find_map(|roles| {
            let of_users = self.conflicts(ConstraintKind::Static, &roles);
            let of_sessions = self.conflicts(ConstraintKind::Dynamic, &roles);
            of_users.into_iter().chain(of_sessions).next()
        })
    }

    /// A role and all roles that inherit from it, by name.
    pub(crate) fn including(&self, role: RoleId) -> Vec<RoleId> {
        self.role_ids(self.above(&[role]).ones())
    }

    /// Roles and all that inherit from one of them.
    fn above(&self, roles: &[RoleId]) -> FixedBitSet {
        self.hierarchy.above(roles.iter().filter_map(|&role| self.role_position(role)))
    }

    /// Roles that would include further roles of some constraint if each of `seniors` inherited from all of `juniors`.
    pub(crate) fn newly_constrained(&self, seniors: &[RoleId], juniors: &[RoleId]) -> Vec<RoleId> {
        let gained = self.closure_of(juniors.iter().filter_map(|&junior| self.role_position(junior)));
        let members = self.constraints.sets.iter().flat_map(|set| set.common(&gained));
        let gained: FixedBitSet = members.collect();
        let gains = |role: &usize| !gained.is_subset(self.hierarchy.closure(*role));
        self.role_ids(self.above(seniors).ones().filter(gains))
    }

    /// The conflict of the first role that would violate `constraint` by itself.
    pub(crate) fn broken_by_one_role(&self, constraint: &Constraint) -> Option<Conflict> {
        let mut members: Vec<usize> = constraint.roles.iter().filter_map(|&role| self.role_position(role)).collect();
        members.sort_unstable();
        members.dedup();
        let above = self.roles_by_name(self.above(&constraint.roles).ones());
        let set = ResolvedConstraint { kind: constraint.kind, members, limit: constraint.limit.max(1) };
        let mut held = above.into_iter().map(|role| self.hierarchy.closure(role));
        held.find(|held| set.is_broken_by(held)).map(|held| self.conflict(constraint.id, &set, held))
    }
}

#[cfg(test)]
mod tests;
