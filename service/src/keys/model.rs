//! What signing keys are.

use chrono::{DateTime, TimeDelta, Utc};
use engine::SigningKeyId;
use std::fmt;

/// How long a replaced key goes on verifying, unless something else is asked for.
pub const DEFAULT_GRACE: TimeDelta = TimeDelta::minutes(60);
/// How long it may go on verifying at most.
pub const MAX_GRACE: TimeDelta = TimeDelta::days(30);

/// How tokens are signed. A key has one algorithm, and no token says which one checks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// Ed25519 (RFC 8037).
    #[default]
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256, for verifiers that know nothing newer.
    Rs256,
    /// HMAC with SHA-256: one secret signs and verifies, so that nobody else can verify.
    Hs256,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Es256, Self::Rs256, Self::Hs256];

    /// As in a token's header (RFC 7518).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }

    /// Takes the name that [`Self::as_str`] gives.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    /// Is there no public half?
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        self == Self::Hs256
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// States of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// Signs and verifies.
    Active,
    /// Verifies only, until its grace ends.
    Retiring,
    /// No longer used.
    Retired,
    /// Distrusted.
    Revoked,
}

impl KeyStatus {
    /// As the API shows it.
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

/// A key that signs tokens, or did.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Identifier.
    pub id: SigningKeyId,
    /// Key id in token headers: the RFC 7638 thumbprint.
    pub kid: String,
    /// For example `EdDSA`.
    pub algorithm: String,
    /// What it is used for now.
    pub status: KeyStatus,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Stops verifying at.
    pub retires_at: Option<DateTime<Utc>>,
}
