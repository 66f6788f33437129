//! The record of a role and the input of commands and lists.

use super::store::RoleInsert;
use crate::Requested;
use crate::page::{Cursor, CursorKey, Direction};
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId};

/// The record of a role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Identifier.
    pub id: RoleId,
    /// Unique name.
    pub name: String,
    /// Purpose.
    pub description: Option<String>,
    /// Whether the role is built in.
    pub is_system: bool,
    /// Whether the role is assigned to every new account.
    pub is_default: bool,
    /// Whether the role is inactive at login until it is activated.
    pub requires_activation: bool,
    /// Number of changes of the role, its grants and its inheritance.
    pub version: i32,
    /// Time of creation.
    pub created_at: DateTime<Utc>,
    /// Time of the last change of the role, its grants or its inheritance.
    pub updated_at: DateTime<Utc>,
}

impl Role {
    /// The position of the role in a list in the default order.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { key: CursorKey::Text(self.name.to_ascii_lowercase()), id: self.id.uuid() }
    }

    /// The record of a role created at `now`, before the change counts its first version.
    pub(super) fn created(new: &RoleInsert, now: DateTime<Utc>) -> Self {
        Self {
            id: new.id,
            name: new.name.to_string(),
            description: new.description.clone(),
            is_system: new.is_system,
            is_default: new.is_default,
            requires_activation: false,
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// The record as the change at `now` that touched the role leaves it.
    pub(super) fn touched(self, now: DateTime<Utc>) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self }
    }
}

/// The input of a new role with its place in the hierarchy, unchecked.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// Unique name.
    pub name: String,
    /// Purpose.
    pub description: Option<String>,
    /// Permissions to grant; requires `permission:grant` when not empty.
    pub permissions: Vec<Requested<PermissionId>>,
    /// Roles it inherits from.
    pub inherits_from: Vec<Requested<RoleId>>,
    /// Roles that inherit from it.
    pub inherited_by: Vec<Requested<RoleId>>,
    /// Role whose grants and inheritance it gets as well.
    pub copy_from: Option<Requested<RoleId>>,
}

/// The input of a changed role: the outer `None` keeps an attribute, the inner `None` removes it.
#[derive(Clone, Debug, Default)]
pub struct RoleUpdate {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// Whether to assign the role to every new account; requires `role:assign`.
    pub is_default: Option<bool>,
    /// Whether the role is inactive at login.
    pub requires_activation: Option<bool>,
    /// The version to change; another version is refused as `STALE`.
    pub expected_version: Option<i32>,
}

/// Filter of a list of roles. Conditions are combined with AND.
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    /// Text contained in the name or the description, compared case-insensitively.
    pub search: Option<String>,
    /// Whether the role is built in.
    pub is_system: Option<bool>,
    /// Permission that the role holds, inherited or not.
    pub permission: Option<Requested<PermissionId>>,
    /// Days in which nobody used the role; a role that nobody is authorized for counts as unused. From 1 to 3,650.
    pub unused_for_days: Option<i32>,
}

/// Order of a list of roles.
#[derive(Clone, Copy, Debug)]
pub struct RoleOrder {
    /// Field to sort by.
    pub field: RoleOrderField,
    /// Sort direction.
    pub direction: Direction,
}

/// Fields to sort roles by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleOrderField {
    /// Name.
    Name,
    /// Time of creation.
    CreatedAt,
}

impl Default for RoleOrder {
    fn default() -> Self {
        Self { field: RoleOrderField::Name, direction: Direction::Ascending }
    }
}
