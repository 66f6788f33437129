//! What can go wrong: few kinds, each one a client would act on differently.

use engine::{ConstraintId, PermissionName, RoleId, UserId};
use std::error::Error as StdError;
use std::time::Duration;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case gave no result. `Display` is safe to show; causes are only in `source()`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Understood, and refused by a rule of the domain; nothing was changed.
    #[error("refused: {}", .0.first().map_or("", |r| r.message.as_str()))]
    Refused(Vec<Refusal>),
    /// No usable credential.
    #[error("{0}")]
    Unauthenticated(UnauthenticatedReason),
    /// The rule that let the caller in would not do so any more.
    #[error("not allowed")]
    Forbidden {
        /// The rule, as written.
        rule: String,
    },
    /// A value that no well-behaved client sends, such as a broken cursor or a page too long.
    #[error("{0}")]
    BadInput(String),
    /// Too many tries.
    #[error("too many tries, wait and try again")]
    RateLimited {
        /// When the next try may be made.
        retry_after: Duration,
    },
    /// A dependency that the answer needs is down or busy: access fails closed.
    #[error("the service cannot answer at the moment")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A mistake of ours.
    #[error("something went wrong inside the service")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// What is wrong with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnauthenticatedReason {
    /// None was given.
    #[error("sign in first")]
    Missing,
    /// Good once; a refresh helps.
    #[error("the access token has expired")]
    Expired,
    /// Its session was ended.
    #[error("the session has ended")]
    Revoked,
    /// Not one of ours, or damaged.
    #[error("the credential is not valid")]
    Invalid,
}

/// A refusal by a rule of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: RefusalCode,
    /// For people, in English.
    pub message: String,
    /// Argument or input field at fault, for example `["input", "name"]`; empty when none.
    pub path: Vec<String>,
    /// What else there is to say.
    pub detail: RefusalDetail,
}

/// What a refusal tells beyond its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RefusalDetail {
    /// Nothing.
    #[default]
    None,
    /// The circle of inheritance, first role repeated at the end.
    Cycle(Vec<RoleId>),
    /// Permissions that the caller lacks.
    Missing(Vec<PermissionName>),
    /// Roles that are to be kept apart would come together.
    SeparationOfDuty(Box<Separation>),
    /// The version that the object has now.
    Stale {
        /// That version.
        current_version: i32,
    },
}

/// A constraint of separation of duty that would be broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    /// The constraint.
    pub constraint: ConstraintId,
    /// Its name, shown to everyone who hits it.
    pub name: String,
    /// Those of its roles that conflict.
    pub roles: Vec<RoleId>,
    /// Who would have them; nobody when one role breaks the constraint by itself.
    pub user: Option<UserId>,
}

/// Stable codes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// A value is needed.
    Required,
    /// A value is malformed.
    Invalid,
    /// A value or a list is too long.
    TooLong,
    /// A name or address is already in use.
    Taken,
    /// No such object, or none the caller may see.
    NotFound,
    /// Changed by someone else since it was read.
    Stale,
    /// Built in; cannot be changed so.
    Immutable,
    /// Too short, or known from a leak.
    WeakPassword,
    /// Unknown account or wrong password; never says which.
    InvalidCredentials,
    /// Suspended; said only after the right password.
    AccountNotActive,
    /// This deployment takes no sign-ups.
    SignupDisabled,
    /// Missing, expired or revoked: sign in again.
    RefreshTokenInvalid,
    /// Already used: the session was ended for safety.
    RefreshTokenReused,
    /// A role would inherit from itself.
    HierarchyCycle,
    /// Breaks a separation-of-duty constraint.
    SodViolation,
    /// Would hand out or change more than the caller itself holds, or needs a permission it lacks.
    BeyondAuthority,
    /// Would leave no one able to administer the service.
    WouldLockOut,
    /// Cannot be activated: the user is not authorised for the role.
    RoleNotAssigned,
}

impl RefusalCode {
    /// The code as clients and the audit log see it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::Invalid => "INVALID",
            Self::TooLong => "TOO_LONG",
            Self::Taken => "TAKEN",
            Self::NotFound => "NOT_FOUND",
            Self::Stale => "STALE",
            Self::Immutable => "IMMUTABLE",
            Self::WeakPassword => "WEAK_PASSWORD",
            Self::InvalidCredentials => "INVALID_CREDENTIALS",
            Self::AccountNotActive => "ACCOUNT_NOT_ACTIVE",
            Self::SignupDisabled => "SIGNUP_DISABLED",
            Self::RefreshTokenInvalid => "REFRESH_TOKEN_INVALID",
            Self::RefreshTokenReused => "REFRESH_TOKEN_REUSED",
            Self::HierarchyCycle => "HIERARCHY_CYCLE",
            Self::SodViolation => "SOD_VIOLATION",
            Self::BeyondAuthority => "BEYOND_AUTHORITY",
            Self::WouldLockOut => "WOULD_LOCK_OUT",
            Self::RoleNotAssigned => "ROLE_NOT_ASSIGNED",
        }
    }
}

impl Refusal {
    /// A refusal with a code, a message and no path.
    #[must_use]
    pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), detail: RefusalDetail::None }
    }

    /// The same, at fault in the argument or field at `path`.
    #[must_use]
    pub fn at<'a>(mut self, path: impl IntoIterator<Item = &'a str>) -> Self {
        self.path = path.into_iter().map(str::to_owned).collect();
        self
    }

    /// The same, with more to say.
    #[must_use]
    pub fn with(mut self, detail: impl Into<RefusalDetail>) -> Self {
        self.detail = detail.into();
        self
    }
}

impl From<Separation> for RefusalDetail {
    fn from(separation: Separation) -> Self {
        Self::SeparationOfDuty(separation.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<UnauthenticatedReason> for Error {
    fn from(reason: UnauthenticatedReason) -> Self {
        Self::Unauthenticated(reason)
    }
}

/// A database that does not answer is away, not wrong; what it refuses to do is our mistake.
impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr};
        match error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Self::Unavailable(error.into()),
            DbErr::Exec(RuntimeErr::SqlxError(ref cause)) | DbErr::Query(RuntimeErr::SqlxError(ref cause))
                if is_outage(cause) =>
            {
                Self::Unavailable(error.into())
            }
            other => Self::Internal(other.into()),
        }
    }
}

/// Lost connections, exhausted pools, full disks and locks held too long.
fn is_outage(error: &sea_orm::SqlxError) -> bool {
    use sea_orm::SqlxError;
    match error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        // SQLSTATE classes 08 connection, 53 resources, 57 operator intervention, 40 rolled back by
        // a conflict; SQLite codes 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full (low byte).
        SqlxError::Database(cause) => cause.code().is_some_and(|code| {
            let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
            sqlite.is_some_and(|code| matches!(code, 5 | 6 | 8 | 10 | 13))
                || ["08", "53", "57", "40"].iter().any(|class| code.len() == 5 && code.starts_with(class))
        }),
        _ => false,
    }
}
