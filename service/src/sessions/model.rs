//! What sessions are.

use chrono::{DateTime, Utc};
use engine::{SessionId, UserId};

/// A signed-in device.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identifier; also the `sid` of access tokens.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Readable device, for example `Firefox on Linux`.
    pub device: String,
    /// As the device called itself.
    pub user_agent: Option<String>,
    /// Last address seen.
    pub ip_address: Option<String>,
    /// Signed in at.
    pub created_at: DateTime<Utc>,
    /// When the password was last given.
    pub authenticated_at: DateTime<Utc>,
    /// Last used at, to about a minute.
    pub last_seen_at: DateTime<Utc>,
    /// Ends at, unless refreshed.
    pub expires_at: DateTime<Utc>,
    /// Ended early at.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Which live sessions to list.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// Of this user.
    pub user: Option<UserId>,
    /// From this address.
    pub ip_address: Option<String>,
    /// Used since then.
    pub active_since: Option<DateTime<Utc>>,
}
