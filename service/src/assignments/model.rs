//! What assignments are.

use chrono::{DateTime, Utc};
use engine::{AssignmentId, PermissionId, RoleId, UserId};

/// A role held by a user, and how it came about.
#[derive(Clone, Debug)]
pub struct RoleAssignment {
    /// Identifier.
    pub id: AssignmentId,
    /// Who holds the role.
    pub user: UserId,
    /// The role.
    pub role: RoleId,
    /// Since when.
    pub assigned_at: DateTime<Utc>,
    /// By whom; `None` when by the system or the operator.
    pub assigned_by: Option<UserId>,
    /// Not before.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<String>,
}

/// A permission granted to a user directly, and how that came about.
#[derive(Clone, Debug)]
pub struct PermissionGrant {
    /// Who holds the permission.
    pub user: UserId,
    /// The permission.
    pub permission: PermissionId,
    /// Since when.
    pub granted_at: DateTime<Utc>,
    /// By whom; `None` when by the system or the operator.
    pub granted_by: Option<UserId>,
    /// On what terms.
    pub terms: Terms,
}

/// On what terms something is assigned or granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Not before; at once when absent.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when; for good when absent. Must lie after `valid_from` and after now.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why; at most 1,000 characters.
    pub reason: Option<String>,
}
