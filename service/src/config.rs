//! Settings of the use cases, already parsed and typed; where they come from is `api`'s business.

use crate::auth::PasswordList;
use crate::keys::SigningAlgorithm;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Display name of this deployment; also a word that passwords may not lean on.
    pub service_name: String,
    /// May anyone create an account?
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
    /// Seals private keys at rest; kept outside the database.
    pub secret: SecretString,
    /// The secret before it: opens what that sealed, which is then sealed anew.
    pub previous_secret: Option<SecretString>,
    /// Address of Redis; without one the denylist is kept in process.
    pub redis_url: Option<SecretString>,
}

/// Passwords and their hashing (Argon2id, RFC 9106).
#[derive(Clone, Debug)]
pub struct PasswordSettings {
    /// Shortest accepted password, in characters (code points after NFC).
    pub min_length: usize,
    /// Memory for one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Threads that hash; each holds one buffer of `memory_kib` for good.
    pub threads: usize,
    /// How many may wait for a thread; beyond it tries are refused at once.
    pub queue: usize,
    /// Passwords that nobody may choose, besides those that are common.
    pub blocklist: Option<Arc<PasswordList>>,
    /// Goes into every new hash, and is kept outside the database.
    pub pepper: Option<SecretString>,
    /// The pepper before or after it: passwords that were hashed with it are verified, and hashed anew at sign-in.
    pub previous_pepper: Option<SecretString>,
}

/// Access and refresh tokens.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// `iss` of access tokens.
    pub issuer: String,
    /// `aud` of access tokens.
    pub audience: String,
    /// How new keys sign access tokens.
    pub algorithm: SigningAlgorithm,
    /// How long an access token lives.
    pub access_lifetime: Duration,
    /// How long a refresh token that was already traded still yields the same successor.
    pub refresh_grace: Duration,
}

/// Sessions.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// A session not used for so long ends.
    pub idle: Duration,
    /// A session ends after so long in any case.
    pub absolute: Duration,
    /// How many live sessions a user may have; one more ends the least recently used.
    pub max_per_user: u32,
}

/// Rate limits: how many tries within a window of one minute.
#[derive(Clone, Debug)]
pub struct LimitSettings {
    /// Sign-ins and password confirmations per account.
    pub login_per_account: u32,
    /// Sign-ins and password confirmations per client address.
    pub login_per_address: u32,
    /// New accounts per client address.
    pub signup_per_address: u32,
    /// Refreshes per session.
    pub refresh_per_session: u32,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            min_length: 15,
            memory_kib: 19_456,
            iterations: 2,
            threads: cores,
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

impl Default for LimitSettings {
    fn default() -> Self {
        Self { login_per_account: 5, login_per_address: 60, signup_per_address: 30, refresh_per_session: 30 }
    }
}
