//! CheckAccess: may this subject do that, now?

use crate::{AccountStatus, Assignment, Policy, RoleId, Subject, Validity, ValidityState};
use chrono::{DateTime, Utc};

/// An answer to "may they?", with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub allowed: bool,
    /// Why.
    pub reason: Reason,
}

/// Why access was allowed or denied: the first that applies, in the order given here for denials;
/// when allowed, `GrantedDirectly` before `GrantedByRole`. The order of values is that precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Allowed by a direct grant.
    GrantedDirectly,
    /// Allowed through a role.
    GrantedByRole,
    /// The account is suspended or deleted.
    AccountNotActive,
    /// No permission of that name is registered.
    UnknownPermission,
    /// A path exists through a role that is not active in this session.
    RoleNotActive,
    /// A path exists and does not count yet.
    GrantNotYetValid,
    /// A path existed and has run out.
    GrantExpired,
    /// No path leads to the permission.
    NotGranted,
}

impl Decision {
    fn allowed(reason: Reason) -> Self {
        Self { allowed: true, reason }
    }

    fn denied(reason: Reason) -> Self {
        Self { allowed: false, reason }
    }
}

impl Policy {
    /// Decides whether `subject` holds the permission named `permission` at `now` (INCITS 359:
    /// CheckAccess). Never fails, and allocates nothing, unless there are dynamic
    /// constraints and the session could have more than 8 roles.
    #[must_use]
    pub fn check(&self, subject: &Subject, permission: &str, now: DateTime<Utc>) -> Decision {
        if subject.status != AccountStatus::Active {
            return Decision::denied(Reason::AccountNotActive);
        }
        let Some(permission) = self.permission_place_named(permission) else {
            return Decision::denied(Reason::UnknownPermission);
        };
        if self.direct(subject, permission).any(|grant| grant.holds(now)) {
            return Decision::allowed(Reason::GrantedDirectly);
        }
        if self.active(subject, now).any(|role| self.holds(role, permission)) {
            return Decision::allowed(Reason::GrantedByRole);
        }
        Decision::denied(self.why_not(subject, permission, now))
    }

    /// Does `subject` have `role` active at `now`, by itself or through a role that inherits it?
    #[must_use]
    pub fn has_role(&self, subject: &Subject, role: RoleId, now: DateTime<Utc>) -> bool {
        let Some(role) = self.role_place(role) else { return false };
        subject.status == AccountStatus::Active
            && self.active(subject, now).any(|active| self.hierarchy.includes(active, role))
    }

    /// Is the user assigned, at `now`, to `role` or to a role that inherits from it?
    pub(crate) fn is_authorized(&self, subject: &Subject, role: usize, now: DateTime<Utc>) -> bool {
        self.assigned(&subject.assignments)
            .any(|(held, validity)| validity.holds(now) && self.hierarchy.includes(held, role))
    }

    /// Roles assigned and when they count; roles that this policy does not know are left out.
    pub(crate) fn assigned<'a>(
        &'a self,
        assignments: &'a [Assignment],
    ) -> impl Iterator<Item = (usize, Validity)> + 'a {
        assignments.iter().filter_map(|held| Some((self.role_place(held.role)?, held.validity)))
    }

    /// When `subject`'s direct grants of `permission` count.
    pub(crate) fn direct<'a>(&'a self, subject: &'a Subject, permission: usize) -> impl Iterator<Item = Validity> + 'a {
        let id = self.facts().permissions[permission].id;
        subject.grants.iter().filter(move |grant| grant.permission == id).map(|grant| grant.validity)
    }

    /// The reason for a denial: the first that applies of a role that is not active, a path that
    /// does not count yet, one that has run out, and none at all.
    fn why_not(&self, subject: &Subject, permission: usize, now: DateTime<Utc>) -> Reason {
        let through_roles = self.assigned(&subject.assignments).filter(|&(role, _)| self.holds(role, permission));
        let paths = through_roles.map(|(_, validity)| validity).chain(self.direct(subject, permission));
        let nearest = paths.map(|validity| match validity.state(now) {
            // It would have allowed, had it been a direct grant or its role been active.
            ValidityState::Valid => Reason::RoleNotActive,
            ValidityState::NotYet => Reason::GrantNotYetValid,
            ValidityState::Ended => Reason::GrantExpired,
        });
        nearest.min().unwrap_or(Reason::NotGranted)
    }
}

#[cfg(test)]
mod tests;
