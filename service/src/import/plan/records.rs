//! What exists before an import, and what it adds.

use super::{NameKind, Place};
use crate::assignments::Terms;
use crate::import::{LeftAsIs, Summary};
use crate::users::Username;
use chrono::{DateTime, Utc};
use engine::{Inheritance, PermissionId, PermissionName, Policy, RoleId, RoleName, UserId, Validity};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Records that exist before the import.
#[derive(Debug)]
pub(in crate::import) struct Existing<'a> {
    /// Roles, permissions, grants and inheritance.
    pub(in crate::import) policy: &'a Policy,
    /// Authority that permits changes by their shape alone.
    pub(in crate::import) authority: engine::Authority<'a>,
    /// Accounts by login name; only those that the document names.
    pub(in crate::import) accounts: FxHashMap<String, Account>,
    /// Assignments of these accounts.
    pub(in crate::import) user_roles: FxHashMap<(UserId, RoleId), Validity>,
    /// Direct grants of these accounts.
    pub(in crate::import) user_permissions: FxHashMap<(UserId, PermissionId), Validity>,
    /// Descriptions of the roles that the document describes.
    pub(in crate::import) role_descriptions: FxHashMap<RoleId, Option<String>>,
    /// Descriptions of the permissions that the document describes.
    pub(in crate::import) permission_descriptions: FxHashMap<PermissionId, Option<String>>,
    /// Time of the import.
    pub(in crate::import) now: DateTime<Utc>,
}

/// Account of a login name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import) enum Account {
    /// The name is the username of this user.
    Named {
        user: UserId,
        /// As it is stored.
        username: String,
    },
    /// The name is the e-mail address of a user with another username.
    Addressed,
}

/// Records to write.
#[derive(Debug, Default)]
pub(in crate::import) struct ImportPlan {
    pub(in crate::import) users: Vec<PlannedUser>,
    pub(in crate::import) roles: Vec<PlannedRole>,
    pub(in crate::import) permissions: Vec<PlannedPermission>,
    pub(in crate::import) user_roles: Vec<PlannedAssignment>,
    pub(in crate::import) role_permissions: Vec<(RoleId, PermissionId)>,
    pub(in crate::import) role_hierarchy: Vec<Inheritance>,
    pub(in crate::import) user_permissions: Vec<PlannedGrant>,
    /// Existing users who are given something.
    pub(in crate::import) touched: Vec<TouchedUser>,
    /// Existing records that differ from the document.
    pub(in crate::import) left: LeftAsIs,
}

/// A user to create.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedUser {
    pub(in crate::import) id: UserId,
    pub(in crate::import) username: Username,
    /// Row that names the user first.
    pub(in crate::import) place: Place,
}

/// A role to create.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedRole {
    pub(in crate::import) id: RoleId,
    pub(in crate::import) name: RoleName,
    pub(in crate::import) description: Option<String>,
    pub(in crate::import) is_default: Option<bool>,
    pub(in crate::import) requires_activation: Option<bool>,
    /// Row that names the role first.
    pub(in crate::import) place: Place,
}

/// A permission to create.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedPermission {
    pub(in crate::import) id: PermissionId,
    pub(in crate::import) name: PermissionName,
    pub(in crate::import) description: Option<String>,
    /// Row that names the permission first.
    pub(in crate::import) place: Place,
}

/// An assignment to add.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedAssignment {
    pub(in crate::import) user: UserId,
    pub(in crate::import) role: RoleId,
    pub(in crate::import) terms: Arc<Terms>,
}

/// A direct grant to add.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedGrant {
    pub(in crate::import) user: UserId,
    pub(in crate::import) permission: PermissionId,
    pub(in crate::import) terms: Arc<Terms>,
}

/// An existing user who gets roles or permissions.
#[derive(Clone, Debug)]
pub(in crate::import) struct TouchedUser {
    pub(in crate::import) id: UserId,
    pub(in crate::import) username: String,
    /// First row that does so.
    pub(in crate::import) place: Place,
}

impl ImportPlan {
    /// Whether there is nothing to write.
    pub(in crate::import) fn is_empty(&self) -> bool {
        self.summary() == Summary::default()
    }

    /// Numbers of records to write.
    pub(in crate::import) fn summary(&self) -> Summary {
        Summary {
            users: self.users.len(),
            roles: self.roles.len(),
            permissions: self.permissions.len(),
            user_roles: self.user_roles.len(),
            role_permissions: self.role_permissions.len(),
            role_hierarchy: self.role_hierarchy.len(),
            user_permissions: self.user_permissions.len(),
        }
    }

    /// Rows that first name the new records of a kind, with the names for comparison, in the order of the document.
    pub(in crate::import) fn new_names(&self, kind: NameKind) -> Vec<PlannedName<'_>> {
        match kind {
            NameKind::Users => self.users.iter().map(PlannedName::from).collect(),
            NameKind::Roles => self.roles.iter().map(PlannedName::from).collect(),
            NameKind::Permissions => self.permissions.iter().map(PlannedName::from).collect(),
        }
    }

    /// Orders records by the object that they belong to, so that all records of one are next to each other.
    pub(in crate::import) fn sort(&mut self) {
        self.users.sort_unstable_by_key(|user| user.id);
        self.roles.sort_unstable_by_key(|role| role.id);
        self.permissions.sort_unstable_by_key(|permission| permission.id);
        self.touched.sort_unstable_by_key(|user| user.id);
        self.user_roles.sort_by_key(|assignment| assignment.user);
        self.user_permissions.sort_by_key(|grant| grant.user);
        self.role_permissions.sort_by_key(|&(role, _)| role);
        self.role_hierarchy.sort_by_key(|inheritance| inheritance.senior);
    }
}

/// A new name and the row that names it first.
#[derive(Clone, Debug)]
pub(in crate::import) struct PlannedName<'a> {
    pub(in crate::import) name: &'a str,
    /// The name without regard to case.
    pub(in crate::import) key: String,
    pub(in crate::import) place: Place,
}

impl<'a> From<&'a PlannedUser> for PlannedName<'a> {
    fn from(user: &'a PlannedUser) -> Self {
        Self { name: user.username.as_str(), key: user.username.key().to_owned(), place: user.place }
    }
}

impl<'a> From<&'a PlannedRole> for PlannedName<'a> {
    fn from(role: &'a PlannedRole) -> Self {
        Self { name: role.name.as_str(), key: role.name.key(), place: role.place }
    }
}

impl<'a> From<&'a PlannedPermission> for PlannedName<'a> {
    fn from(permission: &'a PlannedPermission) -> Self {
        let name = permission.name.as_str();
        Self { name, key: name.to_lowercase(), place: permission.place }
    }
}
