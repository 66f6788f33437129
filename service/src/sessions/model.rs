//! Sessions and their ends.

use super::SessionData;
use crate::Requested;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, SessionId, UserId};
use std::net::IpAddr;

/// Session of a user on a device.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identifier; also the `sid` of access tokens.
    pub id: SessionId,
    /// User of the session.
    pub user: UserId,
    /// Name of the device, for example `Firefox on Linux`.
    pub device: String,
    /// `User-Agent` header of the login.
    pub user_agent: Option<String>,
    /// Last client address.
    pub ip_address: Option<String>,
    /// Time of the login.
    pub created_at: DateTime<Utc>,
    /// Time of the last authentication.
    pub authenticated_at: DateTime<Utc>,
    /// Time of the last use, to about a minute.
    pub last_seen_at: DateTime<Utc>,
    /// Time of the idle timeout, unless the session is used before.
    pub expires_at: DateTime<Utc>,
    /// Time at which the session was ended, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Active roles.
    pub activation: Activation,
    /// Values that the application stores with the session.
    pub data: SessionData,
}

/// Filter of live sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SessionFilter {
    /// Sessions of this user.
    pub user: Option<Requested<UserId>>,
    /// Sessions from this client address.
    pub ip_address: Option<String>,
    /// Sessions used at or after this time.
    pub active_since: Option<DateTime<Utc>>,
}

/// Session to insert.
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

/// Use of a session to write at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionUse {
    pub(crate) session: SessionId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) idle: TimeDelta,
    pub(crate) ip_address: Option<IpAddr>,
}

/// Selection of the sessions to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SessionSelection<'a> {
    /// One session.
    This(SessionId),
    /// All sessions of a user.
    AllOf(UserId),
    /// All sessions of a user except one.
    OthersOf(UserId, SessionId),
    /// These sessions.
    These(&'a [SessionId]),
}

/// Reason for the end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The user logged out.
    Logout,
    /// The user or an administrator ended it.
    Revoked,
    /// The password was changed.
    PasswordChanged,
    /// The password was set with a reset token.
    PasswordReset,
    /// The operator recovered the account.
    Recovered,
    /// A refresh token was reused after the grace period.
    TokenReused,
    /// The user exceeded the limit of parallel sessions.
    Displaced,
    /// The user was suspended.
    UserSuspended,
    /// The user was deleted.
    UserDeleted,
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
            Self::UserSuspended => "USER_SUSPENDED",
            Self::UserDeleted => "USER_DELETED",
        }
    }
}
