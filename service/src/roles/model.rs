//! What roles are, beyond what the engine knows of them.

use crate::page::Direction;
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId};

/// A role as stored.
#[derive(Clone, Debug)]
pub struct Role {
    /// Identifier.
    pub id: RoleId,
    /// Unique name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Built in.
    pub is_system: bool,
    /// Given to every new account?
    pub is_default: bool,
    /// Left inactive at login until asked for?
    pub requires_activation: bool,
    /// Grows with each change.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it, its grants or its inheritance last changed.
    pub updated_at: DateTime<Utc>,
}

/// A new role, with its place in the hierarchy. Texts are as the client gave them.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// Unique name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Permissions to grant at once; needs `permission:grant` when not empty.
    pub permissions: Vec<PermissionId>,
    /// Roles it inherits from.
    pub inherits_from: Vec<RoleId>,
    /// Roles that shall inherit from it.
    pub inherited_by: Vec<RoleId>,
}

/// Changes of a role: the outer `None` leaves a thing as it is, the inner one takes it away.
#[derive(Clone, Debug, Default)]
pub struct RoleUpdate {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// Give it to every new account? Needs `role:assign`.
    pub is_default: Option<bool>,
    /// Leave it inactive at login?
    pub requires_activation: Option<bool>,
    /// Refused as `STALE` unless the role has this version.
    pub expected_version: Option<i32>,
}

/// Which roles to list; conditions are joined by "and".
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    /// Part of name or description (case-insensitive, taken literally).
    pub search: Option<String>,
    /// Built in or not.
    pub is_system: Option<bool>,
    /// Holding this permission, inherited or not.
    pub permission: Option<PermissionId>,
}

/// Order of roles.
#[derive(Clone, Copy, Debug)]
pub struct RoleOrder {
    /// By what.
    pub field: RoleOrderField,
    /// Which way.
    pub direction: Direction,
}

/// What roles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleOrderField {
    /// Name.
    Name,
    /// Age.
    CreatedAt,
}

impl Default for RoleOrder {
    fn default() -> Self {
        Self { field: RoleOrderField::Name, direction: Direction::Ascending }
    }
}
