//! The review functions of INCITS 359: who has what, role by role and subject by subject.

use crate::hierarchy::set_of;
use crate::{AccountStatus, PermissionId, Policy, RoleId, Subject};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// A set of permissions of one policy; meaningful only together with the policy that made it.
#[derive(Clone, Debug, Default)]
pub struct PermissionSet(pub(crate) FixedBitSet);

/// A permission that a role holds, and the role it is granted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolePermission {
    /// The permission.
    pub permission: PermissionId,
    /// The role that the grant is made to: the role itself when not inherited.
    pub source: RoleId,
}

impl PartialEq for PermissionSet {
    /// Compares members only: the empty set of any policy equals the default one.
    fn eq(&self, other: &Self) -> bool {
        self.0.ones().eq(other.0.ones())
    }
}

impl Eq for PermissionSet {}

impl PermissionSet {
    /// Is every permission of this set in `other`?
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// How many permissions are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// Is the set empty?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }
}

/// Permissions.
impl Policy {
    /// Everything `subject` may do at `now` (UserPermissions; for a session's subject
    /// SessionPermissions). Empty unless the account is active.
    #[must_use]
    pub fn permissions_of(&self, subject: &Subject, now: DateTime<Utc>) -> PermissionSet {
        if subject.status != AccountStatus::Active {
            return PermissionSet::default();
        }
        let direct = subject.grants.iter().filter(|grant| grant.validity.holds(now));
        let direct = direct.filter_map(|grant| self.permission_place(grant.permission));
        let mut held = set_of(self.permission_count(), direct);
        for role in self.active(subject, now) {
            held.union_with(self.held(role));
        }
        PermissionSet(held)
    }

    /// What `role` grants, inherited ones included (RolePermissions, as a set).
    #[must_use]
    pub fn permissions_of_role(&self, role: RoleId) -> PermissionSet {
        self.role_place(role).map(|role| PermissionSet(self.held(role).clone())).unwrap_or_default()
    }

    /// The ids of a set, ordered by the permissions' names.
    pub fn ids_in<'a>(&'a self, set: &'a PermissionSet) -> impl Iterator<Item = PermissionId> + 'a {
        set.0.ones().map(|permission| self.facts().permissions[permission].id)
    }

    /// The names of a set, in order.
    pub fn names_in<'a>(&'a self, set: &'a PermissionSet) -> impl Iterator<Item = &'a str> + 'a {
        set.0.ones().map(|permission| self.facts().permissions[permission].name.as_str())
    }

    /// Is the permission with this id in the set?
    #[must_use]
    pub fn contains(&self, set: &PermissionSet, permission: PermissionId) -> bool {
        self.permission_place(permission).is_some_and(|permission| set.0.contains(permission))
    }

    /// What a role holds, each with every role it comes from (RolePermissions), by permission name,
    /// its own grant first, then by the names of the roles. One entry per permission and source.
    #[must_use]
    pub fn role_permissions(&self, role: RoleId) -> Vec<RolePermission> {
        let Some(role) = self.role_place(role) else { return Vec::new() };
        let mut held = Vec::new();
        for place in self.held(role).ones() {
            let permission = self.facts().permissions[place].id;
            let sources = self.holders(place).iter().filter(|&&holder| self.hierarchy.includes(role, holder));
            let (own, inherited): (Vec<usize>, Vec<usize>) = sources.partition(|&&holder| holder == role);
            let sources = own.into_iter().chain(inherited);
            held.extend(sources.map(|source| RolePermission { permission, source: self.role_id(source) }));
        }
        held
    }

    /// Permissions granted to `role` itself, by name; to `superadmin` all, by rule. The converse of
    /// [`granted_roles`](Self::granted_roles).
    #[must_use]
    pub fn granted_permissions(&self, role: RoleId) -> Vec<PermissionId> {
        if self.superadmin() == Some(role) {
            return self.facts().permissions.iter().map(|permission| permission.id).collect();
        }
        self.role(role).map(|role| role.grants.clone()).unwrap_or_default()
    }

    /// Roles a permission is granted to themselves, by name. `superadmin` holds all by rule and is
    /// among them.
    #[must_use]
    pub fn granted_roles(&self, permission: PermissionId) -> Vec<RoleId> {
        let Some(permission) = self.permission_place(permission) else { return Vec::new() };
        self.role_ids(self.holders(permission).iter().copied())
    }

    /// Those and all roles that inherit from them, by name.
    #[must_use]
    pub fn authorized_roles_for(&self, permission: PermissionId) -> Vec<RoleId> {
        let Some(permission) = self.permission_place(permission) else { return Vec::new() };
        self.role_ids((0..self.role_count()).filter(|&role| self.holds(role, permission)))
    }
}

/// Roles of a subject.
impl Policy {
    /// Roles assigned to `subject` that count at `now` (AssignedRoles), by name.
    #[must_use]
    pub fn assigned_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.assigned_set(subject, now).ones())
    }

    /// Those and all they inherit from (AuthorizedRoles), by name.
    #[must_use]
    pub fn authorized_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.closure_of(self.assigned_set(subject, now).ones()).ones())
    }

    /// The roles that `subject` has active (SessionRoles), without what they inherit from, by name.
    /// Empty unless the account is active.
    #[must_use]
    pub fn active_roles(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.active_set(subject, now).ones())
    }

    /// The active roles and all they inherit from, by name.
    #[must_use]
    pub fn active_role_closure(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<RoleId> {
        self.role_ids(self.closure_of(self.active_set(subject, now).ones()).ones())
    }

    /// When `subject`'s rights last changed, as a policy revision: the latest of the subject's own
    /// and that of any role it is assigned, at whatever times, or inherits from there. A token
    /// issued at an older revision is stale.
    #[must_use]
    pub fn rights_revision(&self, subject: &Subject) -> u64 {
        let roles = self.closure_of(self.assigned(&subject.assignments).map(|(role, _)| role));
        roles.ones().map(|role| self.facts().roles[role].revision).fold(subject.revision, u64::max)
    }

    fn assigned_set(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        let valid = self.assigned(&subject.assignments).filter(|(_, validity)| validity.holds(now));
        set_of(self.role_count(), valid.map(|(role, _)| role))
    }

    pub(crate) fn active_set(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        match subject.status {
            AccountStatus::Active => set_of(self.role_count(), self.active(subject, now)),
            AccountStatus::Suspended | AccountStatus::Deleted => FixedBitSet::new(),
        }
    }

    pub(crate) fn closure_of(&self, roles: impl Iterator<Item = usize>) -> FixedBitSet {
        let mut closure = FixedBitSet::with_capacity(self.role_count());
        for role in roles {
            closure.union_with(self.hierarchy.closure(role));
        }
        closure
    }
}

/// The hierarchy, role by role.
impl Policy {
    /// Roles that `role` inherits from, any number of steps, itself excluded, by name.
    #[must_use]
    pub fn inherits_from_all(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_place(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.closure(role).ones().filter(|&junior| junior != role))
    }

    /// Roles that inherit from `role` in one step (INCITS 359: seniors), by name.
    #[must_use]
    pub fn inherited_by(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_place(role) else { return Vec::new() };
        self.role_ids(self.hierarchy.seniors(role).iter().copied())
    }

    /// Roles that inherit from `role`, any number of steps, itself excluded, by name: with `role`
    /// itself, the roles whose users are authorised for it (AuthorizedUsers).
    #[must_use]
    pub fn inherited_by_all(&self, role: RoleId) -> Vec<RoleId> {
        let Some(role) = self.role_place(role) else { return Vec::new() };
        let seniors = (0..self.role_count()).filter(|&senior| senior != role);
        self.role_ids(seniors.filter(|&senior| self.hierarchy.includes(senior, role)))
    }

    /// Places to ids: places in order give ids in the order of names.
    fn role_ids(&self, places: impl Iterator<Item = usize>) -> Vec<RoleId> {
        places.map(|role| self.role_id(role)).collect()
    }
}

#[cfg(test)]
mod tests;
