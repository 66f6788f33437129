//! Roles, permissions and constraints with everything computed that decisions need.

mod build;
mod facts;
mod holders;
mod update;

pub use facts::KnownRole;
pub use update::PolicyChanges;

use crate::constraints::Constraints;
use crate::grants::{Grants, PatternGrants};
use crate::hierarchy::{Hierarchy, set_of};
use crate::table::Table;
use crate::{Constraint, ConstraintId, PermissionFacts, PermissionId, RoleId, SUPERADMIN};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// Roles, permissions, hierarchy and constraints, with closures as bit sets. Immutable: [changes](Policy::update) make a
/// new policy that shares memory with this one, changed subjects the same policy [at a later
/// revision](Policy::at_revision). A clone is cheap.
///
/// ```
/// use engine::{Facts, PermissionFacts, PermissionName, Policy, RoleFacts, RoleName};
/// # use uuid::Uuid;
///
/// let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("Clerk")?);
/// clerk.grants.push(read.id);
///
/// let facts = Facts { revision: 7, roles: vec![clerk], permissions: vec![read], constraints: Vec::new() };
/// let policy = Policy::build(facts)?;
/// assert_eq!(policy.revision(), 7);
/// assert!(policy.role_named("clerk").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Inside this crate a role or a permission is its slot, which it keeps for as long as it exists. Slots are in no order
/// once the policy has changed: what is returned is sorted by name.
#[derive(Clone, Debug)]
pub struct Policy {
    revision: u64,
    /// Revision that last changed anything but subjects.
    model_revision: u64,
    roles: Arc<Table<KnownRole>>,
    pub(crate) permissions: Arc<Table<PermissionFacts>>,
    superadmin: Option<usize>,
    pub(crate) hierarchy: Arc<Hierarchy>,
    grants: Arc<Grants>,
    pub(crate) patterns: Arc<PatternGrants>,
    pub(crate) constraints: Arc<Constraints>,
}

impl Policy {
    /// The same policy at a later revision, one that changed subjects only.
    #[must_use]
    pub fn at_revision(&self, revision: u64) -> Self {
        Self { revision, ..self.clone() }
    }

    /// Revision of the policy.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Revision that last changed roles, permissions or constraints. Policies with the same one decide alike about the same
    /// subject.
    #[must_use]
    pub fn model_revision(&self) -> u64 {
        self.model_revision
    }

    /// All roles, by name.
    pub fn roles(&self) -> impl Iterator<Item = &KnownRole> + Clone {
        self.roles.in_order().filter_map(|role| self.role_at(role))
    }

    /// All permissions, by name.
    pub fn permissions(&self) -> impl Iterator<Item = &PermissionFacts> + Clone {
        self.permissions.in_order().filter_map(|permission| self.permission_at(permission))
    }

    /// All separation-of-duty constraints, by name; the roles and permissions of each by name too.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        self.constraints.facts()
    }

    /// A role by id.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&KnownRole> {
        self.role_at(self.role_position(id)?)
    }

    /// A role by name, compared without regard to case.
    #[must_use]
    pub fn role_named(&self, name: &str) -> Option<&KnownRole> {
        self.role_at(self.roles.position_named(name)?)
    }

    /// A permission by id.
    #[must_use]
    pub fn permission(&self, id: PermissionId) -> Option<&PermissionFacts> {
        self.permission_at(self.permission_position(id)?)
    }

    /// A permission by name, compared exactly.
    #[must_use]
    pub fn permission_named(&self, name: &str) -> Option<&PermissionFacts> {
        self.permission_at(self.permission_position_named(name)?)
    }

    /// A separation-of-duty constraint by id.
    #[must_use]
    pub fn constraint(&self, id: ConstraintId) -> Option<&Constraint> {
        self.constraints().iter().find(|constraint| constraint.id == id)
    }

    /// The built-in role that holds every permission by rule, where the policy has it.
    #[must_use]
    pub fn superadmin(&self) -> Option<RoleId> {
        self.role_id(self.superadmin?)
    }

    /// A shortest path from a role down to one that it inherits from, both included.
    pub(crate) fn shortest_path(&self, senior: RoleId, junior: RoleId) -> Option<Vec<RoleId>> {
        let (senior, junior) = (self.role_position(senior)?, self.role_position(junior)?);
        if !self.hierarchy.includes(senior, junior) {
            return None;
        }
        let path = crate::hierarchy::shortest_path(senior, junior, |role| self.juniors_by_name(role))?;
        Some(path.into_iter().filter_map(|role| self.role_id(role)).collect())
    }

    pub(crate) fn requires_activation(&self, role: usize) -> bool {
        self.role_at(role).is_some_and(|role| role.requires_activation)
    }

    #[inline]
    pub(crate) fn role_position(&self, id: RoleId) -> Option<usize> {
        self.roles.position(id)
    }

    #[inline]
    pub(crate) fn role_at(&self, role: usize) -> Option<&KnownRole> {
        self.roles.get(role)
    }

    pub(crate) fn role_id(&self, role: usize) -> Option<RoleId> {
        self.role_at(role).map(|role| role.id)
    }

    /// Slots of roles, ascending and without duplicates.
    ///
    /// # Errors
    /// The first unknown id.
    pub(crate) fn resolve_roles(&self, ids: &[RoleId]) -> Result<Vec<u32>, RoleId> {
        self.roles.resolve(ids)
    }

    /// Slots of permissions, ascending and without duplicates.
    ///
    /// # Errors
    /// The first unknown id.
    pub(crate) fn resolve_permissions(&self, ids: &[PermissionId]) -> Result<Vec<u32>, PermissionId> {
        self.permissions.resolve(ids)
    }

    /// Place of a role in the order of names.
    pub(crate) fn rank(&self, role: usize) -> usize {
        self.roles.rank(role)
    }

    /// Ids of roles, sorted by name and without duplicates.
    pub(crate) fn role_ids(&self, roles: impl IntoIterator<Item = usize>) -> Vec<RoleId> {
        self.roles.by_name(roles).into_iter().filter_map(|role| self.role_id(role)).collect()
    }

    /// Roles sorted by name.
    pub(crate) fn roles_by_name(&self, roles: impl IntoIterator<Item = usize>) -> Vec<usize> {
        self.roles.by_name(roles)
    }

    /// Immediate juniors of a role, by name.
    pub(crate) fn juniors_by_name(&self, role: usize) -> Vec<usize> {
        self.roles.by_name(self.hierarchy.juniors(role))
    }

    /// All roles, by name.
    pub(crate) fn all_roles(&self) -> impl Iterator<Item = usize> + '_ {
        self.roles.in_order()
    }

    /// Number of slots of roles: a size for sets of roles.
    pub(crate) fn role_slots(&self) -> usize {
        self.roles.slots()
    }

    pub(crate) fn permission_position(&self, id: PermissionId) -> Option<usize> {
        self.permissions.position(id)
    }

    #[inline]
    pub(crate) fn permission_position_named(&self, name: &str) -> Option<usize> {
        self.permissions.position_named(name)
    }

    pub(crate) fn permission_at(&self, permission: usize) -> Option<&PermissionFacts> {
        self.permissions.get(permission)
    }

    /// Permissions, sorted by name and without duplicates.
    pub(crate) fn permissions_by_name(
        &self,
        permissions: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = &PermissionFacts> {
        self.permissions.by_name(permissions).into_iter().filter_map(|permission| self.permission_at(permission))
    }

    /// Place of a permission in the order of names.
    pub(crate) fn permission_rank(&self, permission: usize) -> usize {
        self.permissions.rank(permission)
    }

    /// Number of slots of permissions: a size for sets of permissions.
    pub(crate) fn permission_slots(&self) -> usize {
        self.permissions.slots()
    }

    /// The set of permissions with these ids; unknown ones are left out.
    pub(crate) fn permission_set(&self, ids: impl IntoIterator<Item = PermissionId>) -> FixedBitSet {
        set_of(self.permission_slots(), ids.into_iter().filter_map(|id| self.permission_position(id)))
    }
}

/// The built-in role that holds every permission by rule.
fn superadmin_of(roles: &Table<KnownRole>) -> Option<usize> {
    roles.position_named(SUPERADMIN).filter(|&role| roles.get(role).is_some_and(|role| role.is_system))
}

#[cfg(test)]
mod pattern_tests;
#[cfg(test)]
mod tests;
