//! Remedies for a denial: roles that would grant the permission, and the constraints against them.

use crate::{AccountStatus, Authority, ConstraintId, ConstraintKind, RoleId, Subject};
use rustc_hash::FxHashSet;

/// Remedies for a denial.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// # use engine::{Facts, PermissionFacts, PermissionName, Policy, RoleFacts, RoleName, Subject};
/// use engine::Remedies;
///
/// # let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// # let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("clerk")?);
/// clerk.grants.push(read.id);
/// # let clerk_id = clerk.id;
/// let policy = Policy::build(Facts { roles: vec![clerk], permissions: vec![read], ..Facts::default() })?;
///
/// let subject = Subject::new(Uuid::from_u128(3).into());
/// let operator = policy.operator(DateTime::UNIX_EPOCH);
/// let remedies = operator.remedies_for(&subject, "invoice:read");
/// assert_eq!(remedies, Remedies { roles: vec![clerk_id], conflicts: Vec::new() });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedies {
    /// Roles that would grant the permission and that the actor may assign to the user: by number of permissions, then
    /// by name.
    pub roles: Vec<RoleId>,
    /// Constraints that the user or the session would violate with one of these roles, by name.
    pub conflicts: Vec<ConstraintId>,
}

impl Authority<'_> {
    /// Remedies for the denial of `permission` to `subject` that the actor can apply. None when the permission is
    /// allowed or unknown, or the account is not active.
    #[must_use]
    pub fn remedies_for(&self, subject: &Subject, permission: &str) -> Remedies {
        let (policy, now) = (self.policy(), self.now());
        let Some(position) = policy.permission_position_named(permission) else { return Remedies::default() };
        let is_denied = !policy.check(subject, permission, now).allowed;
        if subject.status != AccountStatus::Active || !is_denied || self.may_manage_user(subject).is_err() {
            return Remedies::default();
        }
        let assigned = policy.assigned_roles(subject, now);
        let mut roles = self.assignable_roles();
        let sources = policy.sources(position);
        roles.retain(|role| policy.role_position(*role).is_some_and(|role| sources.reach(role)));
        // An assigned role is to be activated, not assigned again.
        roles.retain(|role| !assigned.contains(role));
        roles.sort_by_cached_key(|&role| policy.permissions_of_role(role).len());
        let conflicts = self.conflicts_with(subject, &roles);
        Remedies { roles, conflicts }
    }

    /// Constraints that `subject` would violate with any of `roles`, by name.
    fn conflicts_with(&self, subject: &Subject, roles: &[RoleId]) -> Vec<ConstraintId> {
        let policy = self.policy();
        let user = policy.lasting(subject, self.now());
        let session = policy.in_session(subject, self.now());
        let roles =
            roles.iter().filter_map(|&role| policy.role_position(role)).map(|role| policy.hierarchy.closure(role));
        let broken: FxHashSet<ConstraintId> = roles
            .flat_map(|gained| {
                let of_user = policy.conflicts(ConstraintKind::Static, &user.with_roles(policy, gained));
                let of_session = policy.conflicts(ConstraintKind::Dynamic, &session.with_roles(policy, gained));
                of_user.into_iter().chain(of_session)
            })
            .map(|conflict| conflict.constraint)
            .collect();
        policy.constraints().iter().map(|constraint| constraint.id).filter(|id| broken.contains(id)).collect()
    }
}

#[cfg(test)]
mod tests;
