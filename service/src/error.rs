//! Errors of use cases, in kinds that a client acts on differently.

use engine::{ConstraintId, PermissionId, PermissionName, PermissionPattern, RoleId, UserId};
use std::error::Error as StdError;
use std::time::Duration;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a use case. `Display` is safe to show to clients; causes are only in `source()`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused by a rule of the domain; nothing was changed.
    #[error("refused: {}", .0.first().map_or("", |r| r.message.as_str()))]
    Refused(Vec<Refusal>),
    /// No valid credential.
    #[error("{0}")]
    Unauthenticated(UnauthenticatedReason),
    /// The guard no longer allows the caller.
    #[error("not allowed")]
    Forbidden {
        /// The rule, as written in the schema.
        rule: String,
    },
    /// A value that no correct client sends, such as an invalid cursor or a page size over the limit.
    #[error("{0}")]
    BadInput(String),
    /// Too many attempts.
    #[error("too many attempts: wait before the next one")]
    RateLimited {
        /// Time until the next attempt is accepted.
        retry_after: Duration,
    },
    /// A dependency is unavailable or overloaded: access fails closed.
    #[error("the service is temporarily unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A defect of the service.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// Cause of an [`Error::Unavailable`] that passes by itself: others hold what the request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("others hold a lock for too long")]
pub struct Busy;

impl Busy {
    /// Time after which it is worth another attempt.
    pub const RETRY_AFTER: Duration = Duration::from_secs(1);
}

impl From<Busy> for Error {
    fn from(busy: Busy) -> Self {
        Self::Unavailable(busy.into())
    }
}

/// Reason why a credential is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnauthenticatedReason {
    /// The request has none.
    #[error("authentication required")]
    Missing,
    /// Expired; a refresh gets a new one.
    #[error("the access token has expired")]
    Expired,
    /// Its session is revoked or expired.
    #[error("the session has ended")]
    Revoked,
    /// Malformed or not issued by this service.
    #[error("the credential is not valid")]
    Invalid,
}

/// A refusal by a rule of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: RefusalCode,
    /// Message for people, in English.
    pub message: String,
    /// Path of the argument or input field at fault, for example `["input", "name"]`; empty when none is.
    pub path: Vec<String>,
    /// Structured details.
    pub detail: RefusalDetail,
}

/// Structured details of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RefusalDetail {
    /// Nothing.
    #[default]
    None,
    /// The cycle of inheritance; its first role is repeated at the end.
    Cycle(Vec<RoleId>),
    /// What the caller lacks.
    Missing {
        /// Permissions.
        permissions: Vec<PermissionName>,
        /// Patterns of permissions that no pattern of the caller covers.
        patterns: Vec<PermissionPattern>,
    },
    /// The constraint that would be violated.
    SeparationOfDuty(Box<Separation>),
    /// The version of the object.
    Stale {
        /// The present version.
        current_version: i32,
    },
}

/// A separation-of-duty constraint that would be violated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    /// The constraint.
    pub constraint: ConstraintId,
    /// Name of the constraint, visible to every caller who violates it.
    pub name: String,
    /// Conflicting roles of the constraint.
    pub roles: Vec<RoleId>,
    /// Conflicting permissions of the constraint.
    pub permissions: Vec<PermissionId>,
    /// User who would have them; `None` when one role violates the constraint by itself.
    pub user: Option<UserId>,
}

/// Stable codes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// A value is required.
    Required,
    /// A value is malformed.
    Invalid,
    /// A value or a list is too long.
    TooLong,
    /// A name or address is already in use.
    Taken,
    /// The object is unknown, or not visible to the caller.
    NotFound,
    /// The object has changed since it was read.
    Stale,
    /// The object is built in and cannot be changed like this.
    Immutable,
    /// The password is too short or on the blocklist.
    WeakPassword,
    /// Unknown account or wrong password; it does not reveal which.
    InvalidCredentials,
    /// The account is suspended; revealed only after the right password.
    AccountNotActive,
    /// Sign-up is disabled.
    SignupDisabled,
    /// The refresh token is missing, expired or revoked: log in again.
    RefreshTokenInvalid,
    /// The refresh token was used before: the session is revoked.
    RefreshTokenReused,
    /// A role would inherit from itself.
    HierarchyCycle,
    /// A separation-of-duty constraint would be violated.
    SodViolation,
    /// Beyond the caller's authority, or another permission is required as well.
    BeyondAuthority,
    /// A system permission would have no permanent holder.
    WouldLockOut,
    /// An assignment or a grant would end earlier or begin later.
    WouldShrink,
    /// The role cannot be activated: the user is not authorized for it.
    RoleNotAssigned,
    /// The plan is no longer the one that was shown.
    PlanChanged,
    /// A policy document cannot be read.
    PolicySyntax,
}

impl RefusalCode {
    /// The code in responses and in the audit log.
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
            Self::WouldShrink => "WOULD_SHRINK",
            Self::RoleNotAssigned => "ROLE_NOT_ASSIGNED",
            Self::PlanChanged => "PLAN_CHANGED",
            Self::PolicySyntax => "POLICY_SYNTAX",
        }
    }
}

impl Refusal {
    /// A refusal with a code, a message and no path.
    #[must_use]
    pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), detail: RefusalDetail::None }
    }

    /// The refusal with the path of the argument or field at fault.
    #[must_use]
    pub fn at<'a>(mut self, path: impl IntoIterator<Item = &'a str>) -> Self {
        self.path = path.into_iter().map(str::to_owned).collect();
        self
    }

    /// The refusal with structured details.
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
