//! The rows of the access report, and its filter.

use super::Holding;
use crate::Requested;
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId, UserId};

/// A role assigned to a user, or a direct grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessReportRow {
    /// The user, and the role or permission.
    pub holding: Holding,
    /// Time of the assignment or grant.
    pub granted_at: DateTime<Utc>,
    /// User who made it; `None` for the system and the operator.
    pub granted_by: Option<UserId>,
    /// End of validity; permanent when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Filter of the access report. Conditions are combined with AND.
#[derive(Clone, Debug, Default)]
pub struct AccessReportFilter {
    /// Of this user.
    pub user: Option<Requested<UserId>>,
    /// Assignments of this role.
    pub role: Option<Requested<RoleId>>,
    /// Direct grants of this permission, and assignments of roles that hold it, inherited permissions included.
    pub permission: Option<Requested<PermissionId>>,
    /// Only direct grants.
    pub direct_only: bool,
    /// Not used since the day of this time, in UTC.
    pub unused_since: Option<DateTime<Utc>>,
    /// With an end before this time.
    pub expiring_before: Option<DateTime<Utc>>,
    /// Held by fewer than one in ten of those who share a role with the user.
    pub rare_among_peers: bool,
}
