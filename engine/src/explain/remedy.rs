//! What would help: roles that would grant what somebody lacks, and what stands in their way.

use crate::{AccountStatus, Authority, ConstraintId, ConstraintKind, RoleId, Subject};
use rustc_hash::FxHashSet;

/// What would give a subject a permission that it is denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedies {
    /// Roles that would grant it and that the actor may assign to the user, the one with the fewest
    /// other permissions first, then by name.
    pub roles: Vec<RoleId>,
    /// Constraints that the user, or the session asked about, would break with one of these roles, by
    /// name.
    pub conflicts: Vec<ConstraintId>,
}

impl Authority<'_> {
    /// Roles by which the actor could give `subject` the permission named `permission`, and the
    /// constraints in their way. Nothing when it is allowed already, unknown, or the account is not
    /// active: no role helps then.
    #[must_use]
    pub fn would_be_granted_by(&self, subject: &Subject, permission: &str) -> Remedies {
        let (policy, now) = (self.policy(), self.now());
        let Some(place) = policy.permission_place_named(permission) else { return Remedies::default() };
        let is_denied = !policy.check(subject, permission, now).allowed;
        if subject.status != AccountStatus::Active || !is_denied || self.may_manage_user(subject).is_err() {
            return Remedies::default();
        }
        let assigned = policy.assigned_roles(subject, now);
        let mut roles = self.assignable_roles();
        roles.retain(|role| policy.role_place(*role).is_some_and(|role| policy.holds(role, place)));
        // To be activated, not assigned.
        roles.retain(|role| !assigned.contains(role));
        roles.sort_by_cached_key(|&role| policy.permissions_of_role(role).len());
        let conflicts = self.in_the_way(subject, &roles);
        Remedies { roles, conflicts }
    }

    /// Constraints that `subject` would break with any of `roles`, by name.
    fn in_the_way(&self, subject: &Subject, roles: &[RoleId]) -> Vec<ConstraintId> {
        let policy = self.policy();
        let authorised = policy.lasting_roles(subject, self.now());
        let active = policy.closure_of(policy.active_set(subject, self.now()).ones());
        let roles = roles.iter().filter_map(|&role| policy.role_place(role)).map(|role| policy.hierarchy.closure(role));
        let broken: FxHashSet<ConstraintId> = roles
            .flat_map(|gained| {
                let of_user = policy.conflicts(ConstraintKind::Static, &(gained | &authorised));
                of_user.into_iter().chain(policy.conflicts(ConstraintKind::Dynamic, &(gained | &active)))
            })
            .map(|conflict| conflict.constraint)
            .collect();
        policy.facts().constraints.iter().map(|known| known.id).filter(|id| broken.contains(id)).collect()
    }
}

#[cfg(test)]
mod tests;
