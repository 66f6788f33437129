//! The record of a permission and the input of commands and lists.

use chrono::{DateTime, Utc};
use engine::PermissionId;

/// The record of a permission.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Identifier.
    pub id: PermissionId,
    /// Name, for example `invoice:approve`.
    pub name: String,
    /// What the permission allows.
    pub description: Option<String>,
    /// Whether the permission is built in: required by a guard of this service.
    pub is_system: bool,
    /// Time of creation.
    pub created_at: DateTime<Utc>,
}

/// The input of a new permission, unchecked.
#[derive(Clone, Debug, Default)]
pub struct NewPermission {
    /// `resource:action`.
    pub name: String,
    /// What the permission allows.
    pub description: Option<String>,
}

/// Filter of a list of permissions. Conditions are combined with AND.
#[derive(Clone, Debug, Default)]
pub struct PermissionFilter {
    /// Text contained in the name or the description, compared case-insensitively.
    pub search: Option<String>,
    /// Resource of the permission, compared exactly.
    pub resource: Option<String>,
    /// Whether the permission is built in.
    pub is_system: Option<bool>,
}
