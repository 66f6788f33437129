//! Rate limits: attempts per account, address or session, and changes per user, within a window of one minute, counted
//! before any hashing.
//!
//! An attempt is counted in this process, and in Redis where one is configured, for all replicas together; both limits
//! apply. So limits hold also while Redis is lost, empty or evicting keys.
//!
//! Memory is bounded, and no flood refuses other clients: each bucket has room of its own, a refunded attempt leaves
//! nothing behind, and beyond the room a new window replaces one with few attempts.

mod attempt;
mod replicas;
#[cfg(test)]
mod tests;
mod windows;

pub(crate) use attempt::{Attempt, AttemptKey};

use crate::adapters::Redis;
use crate::{Config, LimitSettings, Result};
use replicas::Replicas;
use std::hash::RandomState;
use std::sync::Arc;
use std::time::Duration;
use windows::Windows;

/// Length of a window. It begins with the first attempt.
const WINDOW: Duration = Duration::from_secs(60);

/// Counters of attempts.
#[derive(Debug)]
pub(crate) struct RateLimits {
    settings: LimitSettings,
    /// Windows are keyed by a random hash, so that no client can choose the window of a name.
    hasher: RandomState,
    windows: Windows<Bucket>,
    replicas: Option<Replicas>,
}

/// Kind of attempts that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Bucket {
    LoginName,
    LoginAccount,
    LoginAddress,
    ConfirmSession,
    ConfirmAddress,
    SignupAddress,
    Refresh,
    SelfService,
    Expensive,
}

impl RateLimits {
    /// Counters at zero, shared with other replicas through `redis`.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the cryptographic library fails.
    pub(crate) fn new(config: &Config, redis: Option<Arc<Redis>>) -> Result<Self> {
        let replicas = redis.map(|redis| Replicas::new(redis, &config.secret)).transpose()?;
        Ok(Self { replicas, ..Self::in_process(&config.limits, windows::CAPACITY) })
    }

    fn in_process(settings: &LimitSettings, capacity: usize) -> Self {
        let (settings, windows) = (settings.clone(), Windows::new(capacity, WINDOW));
        Self { settings, hasher: RandomState::new(), windows, replicas: None }
    }
}

impl Bucket {
    /// Name in Redis.
    fn name(self) -> &'static str {
        match self {
            Self::LoginName => "login-name",
            Self::LoginAccount => "login-account",
            Self::LoginAddress => "login-address",
            Self::ConfirmSession => "confirm-session",
            Self::ConfirmAddress => "confirm-address",
            Self::SignupAddress => "signup-address",
            Self::Refresh => "refresh",
            Self::SelfService => "self-service",
            Self::Expensive => "expensive",
        }
    }

    fn limit(self, settings: &LimitSettings) -> u32 {
        match self {
            Self::LoginName | Self::LoginAccount | Self::ConfirmSession => settings.login_per_account,
            Self::LoginAddress | Self::ConfirmAddress => settings.login_per_address,
            Self::SignupAddress => settings.signup_per_address,
            Self::Refresh => settings.refresh_per_session,
            Self::SelfService => settings.self_service_per_user,
            Self::Expensive => settings.expensive_per_user,
        }
    }
}
