//! The only mapping from errors to the wire. `docs/errors.md` lists every code.

use async_graphql::{Error, ErrorExtensions as _};
use service::{Refusal, UnauthenticatedReason};

/// Stable codes of top-level errors, as the contract lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No usable credential.
    Unauthenticated,
    /// Signed in, not allowed.
    Forbidden,
    /// `@recentLogin` is not met.
    ReauthenticationRequired,
    /// Too many tries.
    RateLimited,
    /// A cookie that does not count.
    CsrfFailed,
    /// A value has the wrong type or is impossible.
    BadUserInput,
    /// The document cannot be read.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The document asks for too much.
    TooComplex,
    /// A dependency is down; access fails closed.
    ServiceUnavailable,
    /// Our mistake.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::ReauthenticationRequired,
        Self::RateLimited,
        Self::CsrfFailed,
        Self::BadUserInput,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::TooComplex,
        Self::ServiceUnavailable,
        Self::Internal,
    ];

    /// As in `extensions.code`.
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
            Self::TooComplex => "OPERATION_TOO_COMPLEX",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }

    /// An error with this code and a message safe to show.
    #[must_use]
    pub fn error(self, message: impl Into<String>) -> Error {
        Error::new(message).extend_with(|_, extensions| extensions.set("code", self.as_str()))
    }
}

/// An error for a value that is malformed or impossible.
#[must_use]
pub fn bad_input(message: impl Into<String>) -> Error {
    Code::BadUserInput.error(message)
}

/// No usable credential, and why.
#[must_use]
pub fn unauthenticated(reason: UnauthenticatedReason) -> Error {
    let reason_code = match reason {
        UnauthenticatedReason::Missing => "MISSING",
        UnauthenticatedReason::Expired => "EXPIRED",
        UnauthenticatedReason::Revoked => "REVOKED",
        UnauthenticatedReason::Invalid => "INVALID",
    };
    let error = Code::Unauthenticated.error(reason.to_string());
    error.extend_with(|_, extensions| extensions.set("reason", reason_code))
}

/// Signed in, not allowed; `rule` is the guard as written in the schema.
#[must_use]
pub fn forbidden(rule: &str) -> Error {
    Code::Forbidden.error("not allowed").extend_with(|_, extensions| extensions.set("rule", rule))
}

/// Takes an error of the service to the wire. Causes are logged here, once, and never shown; the
/// request's id is added to internal errors when the answer is put together.
///
/// Takes it by value so that it reads well in `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(to_graphql)`")]
#[must_use]
pub fn to_graphql(error: service::Error) -> Error {
    let message = error.to_string();
    match &error {
        // Refusals are payloads; one that gets here met a field that has none.
        service::Error::Refused(_) | service::Error::BadInput(_) => bad_input(message),
        service::Error::Unauthenticated(reason) => unauthenticated(*reason),
        service::Error::Forbidden { rule } => forbidden(rule),
        service::Error::RateLimited { retry_after } => {
            let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
            let error = Code::RateLimited.error(message);
            error.extend_with(|_, extensions| extensions.set("retryAfterSeconds", seconds.max(1)))
        }
        service::Error::Unavailable(cause) => {
            tracing::warn!(cause = %causes(cause.as_ref()), "a dependency does not answer");
            Code::ServiceUnavailable.error(message)
        }
        service::Error::Internal(cause) => {
            tracing::error!(cause = %causes(cause.as_ref()), "a request failed by our mistake");
            Code::Internal.error(message)
        }
    }
}

/// Takes refusals aside, for the payload's `userErrors`; every other error goes to the wire.
///
/// # Errors
/// Whatever is not a refusal, as [`to_graphql`] tells it.
pub fn refused<T>(result: Result<T, service::Error>) -> async_graphql::Result<Result<T, Vec<Refusal>>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(service::Error::Refused(refusals)) => Ok(Err(refusals)),
        Err(error) => Err(to_graphql(error)),
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
    use std::time::Duration;

    fn extension(error: &Error, name: &str) -> Option<serde_json::Value> {
        error.extensions.as_ref()?.get(name).cloned().and_then(|value| value.into_json().ok())
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_and_never_too_short() {
        for (wait, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2)] {
            let error = to_graphql(service::Error::RateLimited { retry_after: Duration::from_millis(wait) });
            assert_eq!(extension(&error, "retryAfterSeconds"), Some(seconds.into()));
        }
    }

    #[test]
    fn causes_stay_inside() {
        let cause = std::io::Error::other("password=hunter2");
        for error in [service::Error::Unavailable(cause.into()), service::Error::Internal("secret".into())] {
            let shown = serde_json::to_string(&to_graphql(error)).expect("an error is JSON");
            assert!(!shown.contains("hunter2") && !shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn only_refusals_become_user_errors() {
        let refusal = Refusal::new(service::RefusalCode::Taken, "taken");
        assert_eq!(refused::<()>(Err(refusal.clone().into())).expect("data"), Err(vec![refusal]));
        let error = refused::<()>(Err(UnauthenticatedReason::Expired.into())).expect_err("an error");
        assert_eq!(extension(&error, "reason"), Some("EXPIRED".into()));
    }
}
