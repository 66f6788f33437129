//! Signing keys.

use chrono::{DateTime, TimeDelta, Utc};
use engine::SigningKeyId;

/// Default grace period of a replaced key.
pub const DEFAULT_GRACE: TimeDelta = TimeDelta::minutes(60);
/// Longest grace period of a replaced key.
pub const MAX_GRACE: TimeDelta = TimeDelta::days(30);

/// Status of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// Signs and verifies.
    Active,
    /// Verifies only, until the grace period ends.
    Retiring,
    /// Not used any more.
    Retired,
    /// Revoked: tokens that it signed are refused.
    Revoked,
}

impl KeyStatus {
    /// Name in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Retiring => "RETIRING",
            Self::Retired => "RETIRED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// Key that signs access tokens, or has signed them.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Identifier.
    pub id: SigningKeyId,
    /// `kid` in token headers: the thumbprint (RFC 7638).
    pub kid: String,
    /// Algorithm, for example `EdDSA`.
    pub algorithm: String,
    /// Present status.
    pub status: KeyStatus,
    /// Time at which the key was created.
    pub created_at: DateTime<Utc>,
    /// Time from which the key does not verify any more.
    pub retires_at: Option<DateTime<Utc>>,
}
