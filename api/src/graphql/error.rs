//! The mapping from service errors to GraphQL errors. `docs/errors.md` lists every code.

use async_graphql::{Error, ErrorExtensions as _};
use service::{Refusal, UnauthenticatedReason};
use std::time::Duration;

/// Stable codes of top-level errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request has no usable credentials.
    Unauthenticated,
    /// The caller is authenticated and access is denied.
    Forbidden,
    /// `@recentLogin` requires reauthentication.
    ReauthenticationRequired,
    /// Too many attempts.
    RateLimited,
    /// The request was not accepted with its cookies.
    CsrfFailed,
    /// A value has the wrong type or is out of range.
    BadUserInput,
    /// The document cannot be parsed.
    ParseFailed,
    /// The document is not valid for the schema.
    ValidationFailed,
    /// A request names a persisted document by its hash.
    PersistedQueryNotSupported,
    /// The operation exceeds a limit.
    TooComplex,
    /// A dependency is unavailable; access fails closed.
    ServiceUnavailable,
    /// An internal error.
    Internal,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [Self; 12] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::ReauthenticationRequired,
        Self::RateLimited,
        Self::CsrfFailed,
        Self::BadUserInput,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::PersistedQueryNotSupported,
        Self::TooComplex,
        Self::ServiceUnavailable,
        Self::Internal,
    ];

    /// The value of `extensions.code`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::ReauthenticationRequired => "REAUTHENTICATION_REQUIRED",
            Self::RateLimited => "RATE_LIMITED",
            Self::CsrfFailed => "CSRF_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::TooComplex => "OPERATION_TOO_COMPLEX",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }

    /// An error with this code and a public message.
    #[must_use]
    pub fn error(self, message: impl Into<String>) -> Error {
        Error::new(message).extend_with(|_, extensions| extensions.set("code", self.as_str()))
    }
}

/// `BAD_USER_INPUT`
#[must_use]
pub fn bad_input(message: impl Into<String>) -> Error {
    ErrorCode::BadUserInput.error(message)
}

/// `UNAUTHENTICATED` with its reason.
#[must_use]
pub fn unauthenticated(reason: UnauthenticatedReason) -> Error {
    let reason_code = match reason {
        UnauthenticatedReason::Missing => "MISSING",
        UnauthenticatedReason::Expired => "EXPIRED",
        UnauthenticatedReason::Revoked => "REVOKED",
        UnauthenticatedReason::Invalid => "INVALID",
    };
    let error = ErrorCode::Unauthenticated.error(reason.to_string());
    error.extend_with(|_, extensions| extensions.set("reason", reason_code))
}

/// `FORBIDDEN`; `rule` is the guard as in the schema.
#[must_use]
pub fn forbidden(rule: &str) -> Error {
    ErrorCode::Forbidden.error("not allowed").extend_with(|_, extensions| extensions.set("rule", rule))
}

/// Maps an error of the service to a GraphQL error. The cause is logged here, once, and never sent; `response` adds the
/// id of the request to internal errors.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(to_graphql)`")]
#[must_use]
pub fn to_graphql(error: service::Error) -> Error {
    let message = error.to_string();
    match &error {
        // Refusals belong into payloads; this field has none.
        service::Error::Refused(_) | service::Error::BadInput(_) => bad_input(message),
        service::Error::Unauthenticated(reason) => unauthenticated(*reason),
        service::Error::Forbidden { rule } => forbidden(rule),
        service::Error::RateLimited { retry_after } => retry(ErrorCode::RateLimited.error(message), *retry_after),
        service::Error::Unavailable(cause) => {
            tracing::warn!(cause = %causes(cause.as_ref()), "a dependency is unavailable");
            let error = ErrorCode::ServiceUnavailable.error(message);
            if cause.is::<service::Busy>() { retry(error, service::Busy::RETRY_AFTER) } else { error }
        }
        service::Error::Internal(cause) => {
            tracing::error!(cause = %causes(cause.as_ref()), "a request failed with an internal error");
            ErrorCode::Internal.error(message)
        }
    }
}

/// Says when another attempt is worth it, in whole seconds.
fn retry(error: Error, after: Duration) -> Error {
    let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    error.extend_with(|_, extensions| extensions.set("retryAfterSeconds", seconds.max(1)))
}

/// The refusals of a mutation, for `userErrors`. Any other error is a top-level error.
///
/// # Errors
/// Any error that is not a refusal, as [`to_graphql`] maps it.
pub fn refusals(error: service::Error) -> async_graphql::Result<Vec<Refusal>> {
    match error {
        service::Error::Refused(refusals) => Ok(refusals),
        error => Err(to_graphql(error)),
    }
}

/// An error and its causes in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(error: &Error, name: &str) -> Option<serde_json::Value> {
        error.extensions.as_ref()?.get(name).cloned().and_then(|value| value.into_json().ok())
    }

    #[test]
    fn retry_after_is_rounded_up_to_whole_seconds() {
        for (wait, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2)] {
            let error = to_graphql(service::Error::RateLimited { retry_after: Duration::from_millis(wait) });
            assert_eq!(extension(&error, "retryAfterSeconds"), Some(seconds.into()));
        }
    }

    #[test]
    fn a_lock_that_others_hold_is_an_outage_worth_another_attempt() {
        let busy = to_graphql(service::Busy.into());
        assert_eq!(extension(&busy, "code"), Some("SERVICE_UNAVAILABLE".into()));
        assert_eq!(extension(&busy, "retryAfterSeconds"), Some(1.into()));
        let outage = to_graphql(service::Error::Unavailable("no connection".into()));
        assert_eq!(extension(&outage, "retryAfterSeconds"), None);
    }

    #[test]
    fn causes_are_not_sent() {
        let cause = std::io::Error::other("password=hunter2");
        for error in [service::Error::Unavailable(cause.into()), service::Error::Internal("secret".into())] {
            let shown = serde_json::to_string(&to_graphql(error)).expect("an error is JSON");
            assert!(!shown.contains("hunter2") && !shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn only_refusals_become_user_errors() {
        let refusal = Refusal::new(service::RefusalCode::Taken, "taken");
        assert_eq!(refusals(refusal.clone().into()).expect("data"), vec![refusal]);
        let error = refusals(UnauthenticatedReason::Expired.into()).expect_err("an error");
        assert_eq!(extension(&error, "reason"), Some("EXPIRED".into()));
    }
}
