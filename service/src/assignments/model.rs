//! Records of assignments and direct grants, and their terms.

use chrono::{DateTime, Utc};
use engine::{AssignmentId, PermissionId, RoleId, UserId};

/// The record of a role assigned to a user.
#[derive(Clone, Debug)]
pub struct RoleAssignment {
    /// Identifier.
    pub id: AssignmentId,
    /// User to whom the role is assigned.
    pub user: UserId,
    /// Assigned role.
    pub role: RoleId,
    /// Time of the assignment.
    pub assigned_at: DateTime<Utc>,
    /// User who assigned it; `None` for the system and the operator.
    pub assigned_by: Option<UserId>,
    /// The actor without an account who assigned it: `operator` or `system`; `None` when a user did or it is unknown.
    pub assigned_by_label: Option<String>,
    /// Start of validity; at once when absent.
    pub valid_from: Option<DateTime<Utc>>,
    /// End of validity; permanent when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Reason given for it.
    pub reason: Option<String>,
}

/// The record of a permission granted to a user directly.
#[derive(Clone, Debug)]
pub struct PermissionGrant {
    /// User to whom the permission is granted.
    pub user: UserId,
    /// Granted permission.
    pub permission: PermissionId,
    /// Time of the grant.
    pub granted_at: DateTime<Utc>,
    /// User who granted it; `None` for the system and the operator.
    pub granted_by: Option<UserId>,
    /// Terms of the grant.
    pub terms: Terms,
}

/// Terms of an assignment or a direct grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Start of validity; at once when absent.
    pub valid_from: Option<DateTime<Utc>>,
    /// End of validity; permanent when absent. Must be after `valid_from` and in the future.
    pub expires_at: Option<DateTime<Utc>>,
    /// Reason; at most 1,000 characters.
    pub reason: Option<String>,
}
