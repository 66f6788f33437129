//! CheckAccess: decisions and their reasons.

use crate::{AccountStatus, Assignment, Policy, RoleId, Subject, Validity, ValidityState};
use chrono::{DateTime, Utc};

/// Whether access is allowed, and why.
///
/// ```
/// use chrono::DateTime;
/// use engine::{Decision, Facts, Policy, Reason, Subject};
/// # use uuid::Uuid;
///
/// let policy = Policy::build(Facts::default())?;
/// let subject = Subject::new(Uuid::from_u128(1).into());
/// let decision = policy.check(&subject, "invoice:read", DateTime::UNIX_EPOCH);
/// assert_eq!(decision, Decision { allowed: false, reason: Reason::UnknownPermission });
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether access is allowed.
    pub allowed: bool,
    /// Reason for the decision.
    pub reason: Reason,
}

/// Reason for a decision: the first that applies. The order of values is their precedence.
///
/// ```
/// use engine::Reason;
///
/// assert!(Reason::GrantedDirectly < Reason::GrantedByRole);
/// assert!(Reason::RoleNotActive < Reason::GrantExpired);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Allowed: a direct grant.
    GrantedDirectly,
    /// Allowed: an active role.
    GrantedByRole,
    /// Denied: the account is suspended or deleted.
    AccountNotActive,
    /// Denied: no permission of that name is registered.
    UnknownPermission,
    /// Denied: a path exists through a role that is not active in the session.
    RoleNotActive,
    /// Denied: a path exists that is not yet valid.
    GrantNotYetValid,
    /// Denied: a path existed and has expired.
    GrantExpired,
    /// Denied: no path leads to the permission.
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
    /// Decides whether `subject` holds the permission named `permission` at `now` (INCITS 359: CheckAccess). Allocates
    /// nothing, unless there are dynamic constraints and the session could have more than 8 active roles.
    #[must_use]
    pub fn check(&self, subject: &Subject, permission: &str, now: DateTime<Utc>) -> Decision {
        if subject.status != AccountStatus::Active {
            return Decision::denied(Reason::AccountNotActive);
        }
        let Some(permission) = self.permission_position_named(permission) else {
            return Decision::denied(Reason::UnknownPermission);
        };
        if self.direct(subject, permission).any(|validity| validity.is_valid_at(now)) {
            return Decision::allowed(Reason::GrantedDirectly);
        }
        // Most are held by grants, which are found without a look at patterns.
        let is_granted = self.active(subject, now).any(|role| self.holds_by_grant(role, permission));
        if is_granted || self.is_held_by_pattern(subject, permission, now) {
            return Decision::allowed(Reason::GrantedByRole);
        }
        Decision::denied(self.denial(subject, permission, now))
    }

    /// Whether a pattern of an active role, inherited ones included, matches a permission.
    fn is_held_by_pattern(&self, subject: &Subject, permission: usize, now: DateTime<Utc>) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let sources = self.sources(permission);
        self.active(subject, now).any(|role| sources.reach(role))
    }

    /// Whether `subject` has `role` active at `now`, inherited roles included.
    #[must_use]
    pub fn has_role(&self, subject: &Subject, role: RoleId, now: DateTime<Utc>) -> bool {
        let Some(role) = self.role_position(role) else { return false };
        subject.status == AccountStatus::Active
            && self.active(subject, now).any(|active| self.hierarchy.includes(active, role))
    }

    /// Whether the user is authorized for `role` at `now`: assigned to it or to a role that inherits from it.
    pub(crate) fn is_authorized(&self, subject: &Subject, role: usize, now: DateTime<Utc>) -> bool {
        self.assigned(&subject.assignments)
            .any(|(held, validity)| validity.is_valid_at(now) && self.hierarchy.includes(held, role))
    }

    /// Roles of assignments, and when these are valid; without unknown roles.
    pub(crate) fn assigned<'a>(
        &'a self,
        assignments: &'a [Assignment],
    ) -> impl Iterator<Item = (usize, Validity)> + 'a {
        assignments.iter().filter_map(|held| Some((self.role_position(held.role)?, held.validity)))
    }

    /// When `subject`'s direct grants of `permission` are valid.
    pub(crate) fn direct<'a>(&'a self, subject: &'a Subject, permission: usize) -> impl Iterator<Item = Validity> + 'a {
        let id = self.permission_at(permission).map(|permission| permission.id);
        subject.grants.iter().filter(move |grant| Some(grant.permission) == id).map(|grant| grant.validity)
    }

    /// The reason for a denial of a known permission to an active account.
    fn denial(&self, subject: &Subject, permission: usize, now: DateTime<Utc>) -> Reason {
        let sources = self.sources(permission);
        let through_roles = self.assigned(&subject.assignments).filter(|&(role, _)| sources.reach(role));
        let paths = through_roles.map(|(_, validity)| validity).chain(self.direct(subject, permission));
        let reasons = paths.map(|validity| match validity.state(now) {
            // A valid direct grant, or a valid assignment of an active role, would have allowed.
            ValidityState::Valid => Reason::RoleNotActive,
            ValidityState::NotYetValid => Reason::GrantNotYetValid,
            ValidityState::Expired => Reason::GrantExpired,
        });
        reasons.min().unwrap_or(Reason::NotGranted)
    }
}

#[cfg(test)]
mod tests;
