//! What constraints are evaluated over.

use crate::{Activation, PermissionId, Policy, RoleId, Subject, Validity, ValidityState};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// Roles and direct grants of a user, a session or a role.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// Closed under inheritance.
    roles: FixedBitSet,
    /// The same without `superadmin`: what it holds by rule counts in no constraint over permissions.
    granting: FixedBitSet,
    direct: FixedBitSet,
}

impl Held {
    /// Roles that are closed under inheritance, and permissions granted directly.
    pub(crate) fn new(policy: &Policy, roles: FixedBitSet, direct: FixedBitSet) -> Self {
        Self { granting: policy.without_superadmin(roles.clone()), roles, direct }
    }

    /// Roles with all that they inherit from, and permissions granted directly; unknown ones are left out.
    pub(crate) fn of(policy: &Policy, roles: &[RoleId], direct: &[PermissionId]) -> Self {
        let roles = policy.closure_of(roles.iter().filter_map(|&role| policy.role_position(role)));
        Self::new(policy, roles, policy.permission_set(direct.iter().copied()))
    }

    /// The same with further roles, closed under inheritance.
    pub(crate) fn with_roles(&self, policy: &Policy, roles: &FixedBitSet) -> Self {
        Self::new(policy, &self.roles | roles, self.direct.clone())
    }

    pub(crate) fn has_role(&self, role: usize) -> bool {
        self.roles.contains(role)
    }

    /// Whether a direct grant or a role other than `superadmin` brings the permission.
    pub(crate) fn has_permission(&self, policy: &Policy, permission: usize) -> bool {
        self.direct.contains(permission) || policy.sources(permission).reach_any(&self.granting)
    }

    /// Permissions that a role other than `superadmin` brings.
    pub(super) fn granted(&self, policy: &Policy) -> FixedBitSet {
        policy.granted_to(&self.granting)
    }

    /// Permissions granted directly.
    pub(super) fn direct(&self) -> &FixedBitSet {
        &self.direct
    }
}

/// What subjects hold.
impl Policy {
    /// Assignments and direct grants of a user that have not expired.
    pub(crate) fn lasting(&self, subject: &Subject, now: DateTime<Utc>) -> Held {
        Held::new(self, self.lasting_roles(subject, now), self.lasting_grants(subject, now))
    }

    /// Chosen roles of a session, and direct grants, that have not expired.
    pub(super) fn chosen(&self, subject: &Subject, now: DateTime<Utc>) -> Held {
        let chosen: &[RoleId] = match &subject.activation {
            Activation::Chosen(chosen) => chosen,
            Activation::All | Activation::Default => &[],
        };
        let authorized = self.lasting_roles(subject, now);
        let chosen = chosen.iter().filter_map(|&role| self.role_position(role));
        let active = self.closure_of(chosen.filter(|&role| authorized.contains(role)));
        Held::new(self, active, self.lasting_grants(subject, now))
    }

    /// Active roles of a session, and direct grants that are valid now.
    pub(crate) fn in_session(&self, subject: &Subject, now: DateTime<Utc>) -> Held {
        let active = self.closure_of(self.active_set(subject, now).ones());
        Held::new(self, active, self.grants_that(subject, |validity| validity.is_valid_at(now)))
    }

    /// Roles of assignments that have not expired, and all roles that these inherit from.
    pub(crate) fn lasting_roles(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        let assigned = self.assigned(&subject.assignments);
        let lasting = assigned.filter(|(_, validity)| validity.state(now) != ValidityState::Expired);
        self.closure_of(lasting.map(|(role, _)| role))
    }

    /// Permissions of direct grants that have not expired.
    pub(crate) fn lasting_grants(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        self.grants_that(subject, |validity| validity.state(now) != ValidityState::Expired)
    }

    fn grants_that(&self, subject: &Subject, is_counted: impl Fn(Validity) -> bool) -> FixedBitSet {
        let counted = subject.grants.iter().filter(|grant| is_counted(grant.validity));
        self.permission_set(counted.map(|grant| grant.permission))
    }
}
