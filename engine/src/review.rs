//! Review functions of INCITS 359: permissions and roles of subjects, roles and permissions.

mod roles;

pub use roles::{RolePattern, RolePermission};

use crate::hierarchy::set_of;
use crate::{AccountStatus, PermissionFacts, PermissionId, Policy, RoleId, Subject};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// A set of permissions of one policy, to be read with that policy only.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// # use engine::{DirectGrant, PermissionFacts, PermissionName, Validity};
/// use engine::{Facts, PermissionSet, Policy, Subject};
///
/// # let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// # let mut subject = Subject::new(Uuid::from_u128(2).into());
/// # subject.grants.push(DirectGrant { permission: read.id, validity: Validity::default() });
/// # let facts = Facts { permissions: vec![read], ..Facts::default() };
/// let policy = Policy::build(facts)?;
/// let held: PermissionSet = policy.permissions_of(&subject, DateTime::UNIX_EPOCH);
/// let names: Vec<&str> =
///     policy.ids_in(&held).filter_map(|id| policy.permission(id)).map(|known| known.name.as_str()).collect();
/// assert_eq!(names, ["invoice:read"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PermissionSet(pub(crate) FixedBitSet);

impl PartialEq for PermissionSet {
    /// Compares members only, so that the empty set of any policy equals the default one.
    fn eq(&self, other: &Self) -> bool {
        self.0.ones().eq(other.0.ones())
    }
}

impl Eq for PermissionSet {}

impl PermissionSet {
    /// Whether every permission of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Number of permissions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }
}

/// Permissions.
impl Policy {
    /// Effective permissions of `subject` at `now` (INCITS 359: UserPermissions; in a session, SessionPermissions).
    /// Empty unless the account is active.
    #[must_use]
    pub fn permissions_of(&self, subject: &Subject, now: DateTime<Utc>) -> PermissionSet {
        if subject.status != AccountStatus::Active {
            return PermissionSet::default();
        }
        let direct = subject.grants.iter().filter(|grant| grant.validity.is_valid_at(now));
        let mut held = self.held_by(&self.closure_of(self.active(subject, now)));
        held.union_with(&self.permission_set(direct.map(|grant| grant.permission)));
        PermissionSet(held)
    }

    /// Permissions that `role` holds, inherited ones included (INCITS 359: RolePermissions).
    #[must_use]
    pub fn permissions_of_role(&self, role: RoleId) -> PermissionSet {
        self.role_position(role).map(|role| PermissionSet(self.held(role))).unwrap_or_default()
    }

    /// Ids of the permissions in a set, by name.
    pub fn ids_in<'a>(&'a self, set: &'a PermissionSet) -> impl Iterator<Item = PermissionId> + 'a {
        self.permissions_by_name(set.0.ones()).map(|permission| permission.id)
    }

    /// The permissions in a set, by name.
    pub fn permissions_in(&self, set: &PermissionSet) -> impl Iterator<Item = &PermissionFacts> {
        self.permissions_by_name(set.0.ones())
    }

    /// Permissions of `held`, a set of this policy, that are not in `others`, a set of another one; in no order. Between policies
    /// with the same permissions it takes no look-up.
    #[must_use]
    pub fn difference(&self, held: &PermissionSet, other: &Self, others: &PermissionSet) -> Vec<PermissionId> {
        let is_same = Arc::ptr_eq(&self.permissions, &other.permissions);
        let is_held = |position: usize, id| match is_same {
            true => others.0.contains(position),
            false => other.contains(others, id),
        };
        let ids = held.0.ones().filter_map(|position| Some((position, self.permission_at(position)?.id)));
        ids.filter(|&(position, id)| !is_held(position, id)).map(|(_, id)| id).collect()
    }

    /// Whether a permission is in a set.
    #[must_use]
    pub fn contains(&self, set: &PermissionSet, permission: PermissionId) -> bool {
        self.permission_position(permission).is_some_and(|permission| set.0.contains(permission))
    }

    /// Permissions granted to `role` itself, by name; for `superadmin` all, by rule. What its
    /// [patterns](Self::granted_patterns) match is not among them. The converse of
    /// [`granted_roles`](Self::granted_roles).
    #[must_use]
    pub fn granted_permissions(&self, role: RoleId) -> Vec<PermissionId> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        self.permissions_by_name(self.granted(role)).map(|permission| permission.id).collect()
    }

    /// Whether a permission is granted to `role` itself; for `superadmin` all are, by rule. A pattern does not count.
    #[must_use]
    pub fn is_granted(&self, role: RoleId, permission: PermissionId) -> bool {
        let (role, permission) = (self.role_position(role), self.permission_position(permission));
        role.zip(permission).is_some_and(|(role, permission)| self.is_granted_at(role, permission))
    }

    /// Roles that a permission itself is granted to, by name. `superadmin` holds all by rule and is among them; roles that
    /// have it by a pattern alone are not.
    #[must_use]
    pub fn granted_roles(&self, permission: PermissionId) -> Vec<RoleId> {
        let Some(permission) = self.permission_position(permission) else { return Vec::new() };
        self.role_ids(self.holders_of_grant(permission))
    }

    /// Roles that hold a permission, by patterns and inherited ones included, by name.
    #[must_use]
    pub fn authorized_roles_for(&self, permission: PermissionId) -> Vec<RoleId> {
        let Some(permission) = self.permission_position(permission) else { return Vec::new() };
        self.role_ids(self.hierarchy.above(self.holders(permission)).ones())
    }
}

/// Roles of a subject.
impl Policy {
    /// Roles assigned to `subject`, valid at `now`, by name (INCITS 359: AssignedRoles).
    #[must_use]
    pub fn assigned_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.assigned_set(subject, now).ones())
    }

    /// Assigned roles and all that they inherit from, by name (INCITS 359: AuthorizedRoles).
    #[must_use]
    pub fn authorized_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.closure_of(self.assigned_set(subject, now).ones()).ones())
    }

    /// Active roles of `subject`, without inherited ones, by name (INCITS 359: SessionRoles). Empty unless the account
    /// is active.
    #[must_use]
    pub fn active_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.active_set(subject, now).ones())
    }

    /// Active roles and all that they inherit from, by name.
    #[must_use]
    pub fn active_role_closure(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.closure_of(self.active_set(subject, now).ones()).ones())
    }

    /// Roles by which `subject` holds a permission, by name: active roles that hold it, and those of the roles they inherit
    /// from that hold it too. Empty unless the account is active, and when the permission is granted directly only.
    #[must_use]
    pub fn roles_in_use(&self, subject: &Subject, permission: PermissionId, now: DateTime<Utc>) -> Vec<RoleId> {
        let Some(permission) = self.permission_position(permission) else { return Vec::new() };
        let (sources, active) = (self.sources(permission), self.active_set(subject, now));
        let held = self.closure_of(active.ones().filter(|&role| sources.reach(role)));
        self.role_ids(held.ones().filter(|&role| sources.reach(role)))
    }

    /// Policy revision at which `subject`'s rights last changed: the latest of its own and those of its assigned roles,
    /// valid or not, and of the roles that these inherit from. A token issued at an older revision is stale.
    #[must_use]
    pub fn rights_revision(&self, subject: &Subject) -> u64 {
        let roles = self.closure_of(self.assigned(&subject.assignments).map(|(role, _)| role));
        roles.ones().filter_map(|role| self.role_at(role)).map(|role| role.revision).fold(subject.revision, u64::max)
    }

    pub(crate) fn assigned_set(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        let valid = self.assigned(&subject.assignments).filter(|(_, validity)| validity.is_valid_at(now));
        set_of(self.role_slots(), valid.map(|(role, _)| role))
    }

    pub(crate) fn active_set(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        match subject.status {
            AccountStatus::Active => set_of(self.role_slots(), self.active(subject, now)),
            AccountStatus::Suspended | AccountStatus::Deleted => FixedBitSet::new(),
        }
    }

    pub(crate) fn closure_of(&self, roles: impl Iterator<Item = usize>) -> FixedBitSet {
        let mut closure = FixedBitSet::with_capacity(self.role_slots());
        for role in roles {
            closure.union_with(self.hierarchy.closure(role));
        }
        closure
    }
}

/// Role hierarchy.
impl Policy {
    /// These roles and all that they inherit from, by name; unknown ones are left out.
    #[must_use]
    pub fn role_closure(&self, roles: impl IntoIterator<Item = RoleId>) -> Vec<RoleId> {
        self.role_ids(self.closure_of(roles.into_iter().filter_map(|role| self.role_position(role))).ones())
    }

    /// Juniors of `role`, immediate or not, by name.
    #[must_use]
    pub fn inherits_from_all(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.closure(role).ones().filter(|&junior| junior != role))
    }

    /// Immediate seniors of `role`, by name.
    #[must_use]
    pub fn inherited_by(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.seniors(role))
    }

    /// Immediate juniors of `role`, by name.
    #[must_use]
    pub fn inherits_from(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.juniors(role))
    }

    /// Seniors of `role`, immediate or not, by name. Users assigned to `role` or to one of these are authorized for it
    /// (INCITS 359: AuthorizedUsers).
    #[must_use]
    pub fn inherited_by_all(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.above([role]).ones().filter(|&senior| senior != role))
    }
}

#[cfg(test)]
mod tests;
