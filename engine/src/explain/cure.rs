//! Cures for a denial: single changes after which access is allowed.

use crate::{
    AccountStatus, Activation, ActivationError, Assignment, AssignmentId, Authority, ConstraintId, DirectGrant, Facts,
    PermissionId, Policy, PolicyChanges, PolicyError, Proposal, RoleId, Subject, Validity, Violation, check_separation,
};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use uuid::Uuid;

/// A change that would allow an access.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Cure, CureKind, RoleId};
///
/// let clerk = RoleId::new(Uuid::from_u128(1));
/// let cure = Cure { kind: CureKind::AssignRole, role: Some(clerk), permissions_added: 2 };
/// assert_ne!(cure.kind, CureKind::GrantDirectly);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cure {
    /// Kind of the change.
    pub kind: CureKind,
    /// The role to assign, to grant to or to activate; `None` for a direct grant.
    pub role: Option<RoleId>,
    /// Number of permissions that the subject would gain.
    pub permissions_added: usize,
}

/// Kind of a [`Cure`]. The order of values is that of cures that are otherwise equal.
///
/// ```
/// use engine::CureKind;
///
/// assert!(CureKind::AssignRole < CureKind::ActivateRole);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CureKind {
    /// A role is assigned to the user permanently.
    AssignRole,
    /// The permission is granted to the user directly and permanently.
    GrantDirectly,
    /// The permission is granted to an active role of the subject.
    GrantToRole,
    /// A role that the user is authorized for is activated in the session.
    ActivateRole,
}

/// The cures for one denial. Takes time in proportion to the roles that hold the permission.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// # use engine::{Facts, PermissionFacts, PermissionName, Policy, RoleFacts, RoleName, Subject};
/// use engine::{Cure, CureKind};
///
/// # let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// # let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("clerk")?);
/// clerk.grants.push(read.id);
/// # let role = Some(clerk.id);
/// let policy = Policy::build(Facts { roles: vec![clerk], permissions: vec![read], ..Facts::default() })?;
///
/// let subject = Subject::new(Uuid::from_u128(3).into());
/// let cures = policy.cures(&subject, "invoice:read", DateTime::UNIX_EPOCH).ok_or("denied")?;
/// assert_eq!(cures.assignments(), [Cure { kind: CureKind::AssignRole, role, permissions_added: 1 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Cures<'a> {
    policy: &'a Policy,
    subject: &'a Subject,
    permission: usize,
    id: PermissionId,
    now: DateTime<Utc>,
    /// Permissions of the subject.
    held: FixedBitSet,
}

impl Policy {
    /// The cures for the denial of `permission` to `subject`. None when the permission is allowed or unknown, or the
    /// account is not active.
    #[must_use]
    pub fn cures<'a>(&'a self, subject: &'a Subject, permission: &str, now: DateTime<Utc>) -> Option<Cures<'a>> {
        let position = self.permission_position_named(permission)?;
        let id = self.permission_at(position)?.id;
        if subject.status != AccountStatus::Active || self.check(subject, permission, now).allowed {
            return None;
        }
        let held = self.permissions_of(subject, now).0;
        Some(Cures { policy: self, subject, permission: position, id, now, held })
    }
}

impl Cures<'_> {
    /// Roles to assign: by the number of permissions that the subject would gain, then by name. Roles that would not
    /// become active are left out.
    #[must_use]
    pub fn assignments(&self) -> Vec<Cure> {
        if self.is_choice_of_authorized_roles() {
            return Vec::new();
        }
        let assigned = self.policy.assigned_set(self.subject, self.now);
        let roles = self.roles_that_hold().filter(|&role| !assigned.contains(role));
        self.ranked(CureKind::AssignRole, roles, |role| self.gained_by_assigning(role))
    }

    /// Roles to activate in the subject's session, sorted as [`assignments`](Self::assignments): those that the user is
    /// authorized for.
    #[must_use]
    pub fn activations(&self) -> Vec<Cure> {
        let authorized = self.policy.closure_of(self.policy.assigned_set(self.subject, self.now).ones());
        let roles = self.roles_that_hold().filter(|&role| authorized.contains(role));
        self.ranked(CureKind::ActivateRole, roles, |role| Some(self.gained(&self.policy.held(role))))
    }

    /// The direct grant.
    #[must_use]
    pub fn direct_grant(&self) -> Cure {
        // A constrained grant may deactivate a role, and so let another one be active.
        let permissions_added = match self.is_constrained() {
            true => self.gained(&self.policy.permissions_of(&self.with_grant(), self.now).0),
            false => 1,
        };
        Cure { kind: CureKind::GrantDirectly, role: None, permissions_added }
    }

    /// The grant to a role that is [active](Self::active_roles).
    #[must_use]
    pub fn grant_to(&self, role: RoleId) -> Cure {
        let after = self.is_constrained().then(|| self.policy_with_grant_to(role).ok()).flatten();
        let permissions_added = after.map_or(1, |after| self.gained(&after.permissions_of(self.subject, self.now).0));
        Cure { kind: CureKind::GrantToRole, role: Some(role), permissions_added }
    }

    /// Active roles of the subject and all that they inherit from, by name: a grant to any of them is a cure. A role that
    /// dynamic separation of duty would deactivate with the permission is left out.
    #[must_use]
    pub fn active_roles(&self) -> Vec<RoleId> {
        let mut roles = self.policy.active_role_closure(self.subject, self.now);
        let name = self.policy.permission_at(self.permission).map(|known| known.name.as_str()).unwrap_or_default();
        let is_active = |role: &RoleId| match self.policy_with_grant_to(*role) {
            // The grant is refused, which `blocked_by` says.
            Err(_) => true,
            Ok(after) => after.check(self.subject, name, self.now).allowed,
        };
        roles.retain(|role| !self.is_constrained() || is_active(role));
        roles
    }

    /// The first constraint by which the change of a cure is refused. `sessions` are the activations of the live sessions
    /// of the user that chose their roles.
    #[must_use]
    pub fn blocked_by(&self, cure: &Cure, sessions: &[Activation]) -> Option<ConstraintId> {
        match (cure.kind, cure.role) {
            (CureKind::AssignRole, Some(role)) => violated_by(self.policy, &self.with_role(role), sessions, self.now),
            (CureKind::GrantDirectly, _) => violated_by(self.policy, &self.with_grant(), sessions, self.now),
            (CureKind::ActivateRole, Some(role)) => match self.policy.activate_roles(self.subject, &[role], self.now) {
                Err(ActivationError::SeparationOfDuty(conflict)) => Some(conflict.constraint),
                Err(ActivationError::NotAssigned(_)) | Ok(_) => None,
            },
            (CureKind::GrantToRole, Some(role)) => match self.policy_with_grant_to(role) {
                Err(PolicyError::ViolatedByOneRole { conflict, .. }) => Some(conflict.constraint),
                Err(_) => None,
                Ok(after) => violated_by(&after, self.subject, sessions, self.now),
            },
            (CureKind::AssignRole | CureKind::GrantToRole | CureKind::ActivateRole, _) => None,
        }
    }

    /// The policy once the permission is granted to a role. Without a constraint on it, the grant changes nothing that a
    /// constraint is evaluated over.
    fn policy_with_grant_to(&self, role: RoleId) -> Result<Policy, PolicyError> {
        let role = self.policy.role_facts(role).filter(|_| self.is_constrained());
        let Some(mut role) = role else { return Ok(self.policy.clone()) };
        role.grants.push(self.id);
        let changed = Facts { revision: self.policy.revision(), roles: vec![role], ..Facts::default() };
        self.policy.update(PolicyChanges { changed, ..PolicyChanges::default() })
    }

    /// Whether a constraint names the permission.
    fn is_constrained(&self) -> bool {
        self.policy.constraints_of_permission(self.id).next().is_some()
    }

    /// Whether `authority` extends to the change of a cure. Activation requires none: it is up to the user.
    #[must_use]
    pub fn is_within(&self, authority: &Authority<'_>, cure: &Cure) -> bool {
        let permissions = &[self.id];
        let roles = cure.role.as_slice();
        let proposal = match (cure.kind, cure.role) {
            (CureKind::AssignRole, _) => Proposal::AssignRoles { user: self.subject, roles, until: None },
            (CureKind::GrantDirectly, _) => Proposal::GrantDirectly { user: self.subject, permissions, until: None },
            (CureKind::GrantToRole, Some(role)) => Proposal::ChangeGrants { role, added: permissions },
            (CureKind::GrantToRole | CureKind::ActivateRole, _) => Proposal::Unrestricted,
        };
        authority.permit(proposal).is_ok()
    }

    /// Whether the session chose its roles and the user is authorized for all of them: then no assignment changes it.
    fn is_choice_of_authorized_roles(&self) -> bool {
        let is_authorized = |&role: &RoleId| match self.policy.role_position(role) {
            Some(role) => self.policy.is_authorized(self.subject, role, self.now),
            None => true,
        };
        matches!(&self.subject.activation, Activation::Chosen(chosen) if chosen.iter().all(is_authorized))
    }

    /// Roles that hold the permission, inherited or not.
    fn roles_that_hold(&self) -> impl Iterator<Item = usize> + use<> {
        let above = self.policy.hierarchy.above(self.policy.holders(self.permission));
        above.ones().collect::<Vec<_>>().into_iter()
    }

    /// Cures with these roles, except for those by which nothing is gained.
    fn ranked(
        &self,
        kind: CureKind,
        roles: impl Iterator<Item = usize>,
        gained: impl Fn(usize) -> Option<usize>,
    ) -> Vec<Cure> {
        let cure = |role| Some(Cure { kind, role: self.policy.role_id(role), permissions_added: gained(role)? });
        let mut cures: Vec<Cure> = self.policy.roles_by_name(roles).into_iter().filter_map(cure).collect();
        cures.sort_by_key(|cure| cure.permissions_added);
        cures
    }

    /// Number of permissions that the subject gains by an assignment; none when it is denied all the same.
    fn gained_by_assigning(&self, role: usize) -> Option<usize> {
        let policy = self.policy;
        // Without dynamic constraints on it, the role is active beside those that are.
        if self.subject.activation == Activation::Default && !policy.constraints.is_constrained(role) {
            return (!policy.requires_activation(role)).then(|| self.gained(&policy.held(role)));
        }
        let after = policy.permissions_of(&self.with_role(policy.role_id(role)?), self.now).0;
        after.contains(self.permission).then(|| self.gained(&after))
    }

    fn gained(&self, held: &FixedBitSet) -> usize {
        held.difference(&self.held).count()
    }

    /// The subject with the role assigned permanently; an assignment that has expired or begins later is extended.
    fn with_role(&self, role: RoleId) -> Subject {
        let mut after = self.subject.clone();
        let mut is_assigned = false;
        for standing in after.assignments.iter_mut().filter(|standing| standing.role == role) {
            (standing.validity, is_assigned) = (Validity::default(), true);
        }
        if !is_assigned {
            let (id, validity) = (AssignmentId::new(Uuid::nil()), Validity::default());
            after.assignments.push(Assignment { id, role, assigned_at: self.now, validity });
        }
        after
    }

    /// The subject with the permission granted directly and permanently.
    fn with_grant(&self) -> Subject {
        let mut after = self.subject.clone();
        after.grants.retain(|grant| grant.permission != self.id);
        after.grants.push(DirectGrant { permission: self.id, validity: Validity::default() });
        after
    }
}

/// The constraint that the user would violate, by assignment, direct grants or in one of these sessions.
fn violated_by(policy: &Policy, after: &Subject, sessions: &[Activation], now: DateTime<Utc>) -> Option<ConstraintId> {
    let activations = [Activation::All].into_iter().chain(sessions.iter().cloned());
    let subjects: Vec<Subject> = activations.map(|activation| after.with_activation(activation)).collect();
    match check_separation(policy, &subjects, now) {
        Err(Violation::SeparationOfDuty { conflict, .. }) => Some(conflict.constraint),
        Err(_) | Ok(()) => None,
    }
}

#[cfg(test)]
mod tests;
