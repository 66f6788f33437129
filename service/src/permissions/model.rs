//! What permissions are.

use chrono::{DateTime, Utc};
use engine::PermissionId;

/// A permission as stored.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Identifier.
    pub id: PermissionId,
    /// As registered.
    pub name: String,
    /// What it allows, in words.
    pub description: Option<String>,
    /// Guards this service itself.
    pub is_system: bool,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// A new permission. Texts are as the client gave them.
#[derive(Clone, Debug, Default)]
pub struct NewPermission {
    /// `resource:action`.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
}

/// Which permissions to list; conditions are joined by "and".
#[derive(Clone, Debug, Default)]
pub struct PermissionFilter {
    /// Part of name or description (case-insensitive, taken literally).
    pub search: Option<String>,
    /// On this resource, compared exactly.
    pub resource: Option<String>,
    /// Built in or not.
    pub is_system: Option<bool>,
}
