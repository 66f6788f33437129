//! Settings of the use cases, parsed and typed. `api` reads them from files, the environment and flags.

use crate::blocklist::PasswordList;
use crate::crypto::SigningAlgorithm;
use secrecy::SecretString;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

/// The settings of a [`Service`](crate::Service).
#[derive(Clone, Debug)]
pub struct Config {
    /// Display name of the deployment; refused as part of passwords.
    pub service_name: String,
    /// Whether sign-up is open to everyone.
    pub signup_enabled: bool,
    /// Largest accepted page.
    pub max_page_size: usize,
    /// Passwords and their hashing.
    pub password: PasswordSettings,
    /// Access and refresh tokens.
    pub token: TokenSettings,
    /// Sessions.
    pub session: SessionSettings,
    /// Rate limits.
    pub limits: LimitSettings,
    /// How long records are kept.
    pub retention: RetentionSettings,
    /// Encrypts private keys at rest; kept outside the database.
    pub secret: SecretString,
    /// The secret before a replacement: keys encrypted with it are encrypted again at startup.
    pub previous_secret: Option<SecretString>,
    /// URL of Redis; without it the denylist is kept in process.
    pub redis_url: Option<SecretString>,
}

/// Passwords and their hashing (Argon2id, RFC 9106).
#[derive(Clone, Debug)]
pub struct PasswordSettings {
    /// Minimum length of a password, in characters (code points after NFC).
    pub min_length: usize,
    /// Memory for one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Number of hashing threads, each with a permanent buffer of `memory_kib`; one per core when not set.
    pub threads: Option<usize>,
    /// Maximum length of the hashing queue; attempts beyond it are refused at once.
    pub queue: usize,
    /// Passwords to refuse, besides the embedded list of common ones.
    pub blocklist: Option<Arc<PasswordList>>,
    /// Secret input of every new hash, kept outside the database.
    pub pepper: Option<SecretString>,
    /// The pepper before or after a replacement: passwords hashed with it are verified, and hashed again at login.
    pub previous_pepper: Option<SecretString>,
}

/// Access and refresh tokens.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// Claim `iss` of access tokens.
    pub issuer: String,
    /// Claim `aud` of access tokens.
    pub audience: String,
    /// Signature algorithm of new keys.
    pub algorithm: SigningAlgorithm,
    /// Lifetime of an access token.
    pub access_lifetime: Duration,
    /// Grace period of refresh token rotation: a token used again within it yields the same new token.
    pub refresh_grace: Duration,
}

/// Sessions.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// Idle timeout.
    pub idle: Duration,
    /// Absolute lifetime.
    pub absolute: Duration,
    /// Maximum number of live sessions per user; one more login ends the least recently used session.
    pub max_per_user: u32,
}

/// Rate limits: attempts within a window of one minute.
#[derive(Clone, Debug)]
pub struct LimitSettings {
    /// Logins per account; counted apart, reauthentications per session.
    pub login_per_account: u32,
    /// Logins per client address; counted apart, reauthentications.
    pub login_per_address: u32,
    /// Sign-ups per client address.
    pub signup_per_address: u32,
    /// Refreshes per session.
    pub refresh_per_session: u32,
    /// Changes of the user's own profile, active roles and session data, per user.
    pub self_service_per_user: u32,
    /// Exports and plans of the policy, per user.
    pub expensive_per_user: u32,
}

/// Ages at which records are deleted.
#[derive(Clone, Debug)]
pub struct RetentionSettings {
    /// Entries of the audit log.
    pub audit: Duration,
    /// Sessions that have ended, with their tokens.
    pub sessions: Duration,
    /// Entries of the change feed. A replica that was away for longer reads the whole policy.
    pub changes: Duration,
}

impl PasswordSettings {
    /// Number of hashing threads; at least one.
    pub(crate) fn thread_count(&self) -> usize {
        self.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)).max(1)
    }
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            min_length: 15,
            memory_kib: 19_456,
            iterations: 2,
            threads: None,
            queue: 64,
            blocklist: None,
            pepper: None,
            previous_pepper: None,
        }
    }
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            issuer: "keyward".to_owned(),
            audience: "keyward".to_owned(),
            algorithm: SigningAlgorithm::default(),
            access_lifetime: Duration::from_secs(10 * 60),
            refresh_grace: Duration::from_secs(10),
        }
    }
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { idle: Duration::from_secs(30 * 60), absolute: Duration::from_secs(30 * 24 * 60 * 60), max_per_user: 100 }
    }
}

impl Default for RetentionSettings {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            audit: Duration::from_secs(400 * DAY),
            sessions: Duration::from_secs(30 * DAY),
            changes: Duration::from_secs(7 * DAY),
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            login_per_account: 5,
            login_per_address: 60,
            signup_per_address: 30,
            refresh_per_session: 30,
            self_service_per_user: 120,
            expensive_per_user: 60,
        }
    }
}
