//! What sessions are.

use super::SessionData;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, SessionId, UserId};
use std::net::IpAddr;
use std::time::Duration;

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
    /// Which roles are active.
    pub activation: Activation,
    /// What the application keeps with it.
    pub data: SessionData,
}

/// Which live sessions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SessionFilter {
    /// Of this user.
    pub user: Option<UserId>,
    /// From this address.
    pub ip_address: Option<String>,
    /// Used since then.
    pub active_since: Option<DateTime<Utc>>,
}

/// A session about to begin.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) user_agent: Option<String>,
    pub(crate) ip_address: Option<IpAddr>,
    pub(crate) activation: Activation,
}

/// Use of a session that is written at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    pub(crate) session: SessionId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) idle: TimeDelta,
    pub(crate) ip_address: Option<IpAddr>,
}

/// Which sessions end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose<'a> {
    /// One.
    This(SessionId),
    /// All of a user.
    AllOf(UserId),
    /// All of a user but one.
    OthersOf(UserId, SessionId),
    /// These.
    These(&'a [SessionId]),
}

/// Why sessions end, as kept in their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// Its owner signed out.
    Logout,
    /// Its owner or an administrator ended it.
    Revoked,
    /// The password was changed.
    PasswordChanged,
    /// The password was set with a reset token.
    PasswordReset,
    /// The operator mended a lock-out.
    Recovered,
    /// A refresh token was presented that had been traded long before.
    TokenReused,
    /// Its user signed in once more than the limit of parallel sessions allows.
    Displaced,
}

impl EndReason {
    /// As stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "LOGOUT",
            Self::Revoked => "REVOKED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::PasswordReset => "PASSWORD_RESET",
            Self::Recovered => "RECOVERED",
            Self::TokenReused => "TOKEN_REUSED",
            Self::Displaced => "DISPLACED",
        }
    }
}

/// A duration as a difference of instants, cut to a hundred years so that no sum overflows.
pub(crate) fn span(duration: Duration) -> TimeDelta {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    TimeDelta::from_std(duration.min(CENTURY)).unwrap_or_default()
}
