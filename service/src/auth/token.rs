//! Access tokens: JWTs (RFC 9068, `typ: at+jwt`).

use crate::Caller;
use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// What signing in, refreshing and the like hand out.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Short-lived signed token.
    pub access_token: SecretString,
    /// Opaque token for the next refresh.
    pub refresh_token: SecretString,
    /// When the access token runs out.
    pub expires_at: DateTime<Utc>,
    /// The session as it is now.
    pub caller: Caller,
}
