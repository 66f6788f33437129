//! Rate limits, counted before any hashing, in windows of one minute that begin with the first try.
//!
//! `RateLimits::new(&Config, Option<Arc<Redis>>)`; `take(Counted, now) -> Result<()>`, `give_back`,
//! `forget` (all async).
//!
//! Every try is counted in this process, and where there is a Redis also there, by all replicas
//! together: it needs room in both. So nothing is unlimited while Redis is away, empty or evicting, and
//! whoever is refused here costs no question.

mod replicas;
#[cfg(test)]
mod tests;
mod windows;

use crate::adapters::Redis;
use crate::{Config, Error, LimitSettings, Result};
use chrono::{DateTime, Utc};
use engine::SessionId;
use replicas::Replicas;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use windows::Windows;

/// How long tries are held against somebody.
const WINDOW: Duration = Duration::from_secs(60);

/// Counters per bucket and account, address or session.
#[derive(Debug)]
pub struct RateLimits {
    settings: LimitSettings,
    /// Keys are hashes, so that nobody chooses whose window a name falls into.
    hasher: RandomState,
    windows: Windows<Bucket>,
    replicas: Option<Replicas>,
}

/// What is tried, and on whose account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted<'a> {
    /// A password given to sign in, by the form that the account's name is looked up by.
    LoginAccount(&'a str),
    /// A password given to sign in, from an address.
    LoginAddress(IpAddr),
    /// A password given again within a live session. Apart from sign-ins, so that strangers who try
    /// the account's password leave its owner's own tries alone.
    ConfirmSession(SessionId),
    /// The same, from an address.
    ConfirmAddress(IpAddr),
    /// An account made from an address.
    SignupAddress(IpAddr),
    /// A refresh of a session.
    Refresh(SessionId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Bucket {
    LoginAccount,
    LoginAddress,
    ConfirmSession,
    ConfirmAddress,
    SignupAddress,
    Refresh,
}

impl RateLimits {
    /// Counters that begin at nought, shared with other replicas through `redis`.
    #[must_use]
    pub(crate) fn new(config: &Config, redis: Option<Arc<Redis>>) -> Self {
        let replicas = redis.map(|redis| Replicas::new(redis, &config.secret));
        Self { replicas, ..Self::alone(&config.limits, windows::ROOM) }
    }

    fn alone(settings: &LimitSettings, room: usize) -> Self {
        let (settings, windows) = (settings.clone(), Windows::new(room, WINDOW));
        Self { settings, hasher: RandomState::new(), windows, replicas: None }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many; this one is not counted.
    pub(crate) async fn take(&self, counted: Counted<'_>, now: DateTime<Utc>) -> Result<()> {
        let limited = |retry_after| Error::RateLimited { retry_after };
        let (bucket, subject) = counted.place();
        let (place, limit) = ((bucket, self.hasher.hash_one(&subject)), bucket.limit(&self.settings));
        self.windows.take(place, limit, now).map_err(limited)?;
        if let Some(replicas) = &self.replicas {
            let taken = replicas.take((bucket.name(), &subject), limit).await;
            return taken.inspect_err(|_| self.windows.give_back(place)).map_err(limited);
        }
        Ok(())
    }

    /// Takes back a try that came to nothing through no fault of whoever made it.
    pub(crate) async fn give_back(&self, counted: Counted<'_>) {
        let (bucket, subject) = counted.place();
        self.windows.give_back((bucket, self.hasher.hash_one(&subject)));
        if let Some(replicas) = &self.replicas {
            replicas.give_back((bucket.name(), &subject)).await;
        }
    }

    /// Forgets earlier tries.
    pub(crate) async fn forget(&self, counted: Counted<'_>) {
        let (bucket, subject) = counted.place();
        self.windows.forget((bucket, self.hasher.hash_one(&subject)));
        if let Some(replicas) = &self.replicas {
            replicas.forget((bucket.name(), &subject)).await;
        }
    }
}

impl Counted<'_> {
    /// The bucket, and who is counted in it.
    fn place(self) -> (Bucket, Vec<u8>) {
        match self {
            Self::LoginAccount(name) => (Bucket::LoginAccount, name.as_bytes().to_vec()),
            Self::LoginAddress(address) => (Bucket::LoginAddress, network(address)),
            Self::ConfirmSession(session) => (Bucket::ConfirmSession, session.uuid().as_bytes().to_vec()),
            Self::ConfirmAddress(address) => (Bucket::ConfirmAddress, network(address)),
            Self::SignupAddress(address) => (Bucket::SignupAddress, network(address)),
            Self::Refresh(session) => (Bucket::Refresh, session.uuid().as_bytes().to_vec()),
        }
    }
}

impl Bucket {
    /// As in Redis.
    fn name(self) -> &'static str {
        match self {
            Self::LoginAccount => "login-account",
            Self::LoginAddress => "login-address",
            Self::ConfirmSession => "confirm-session",
            Self::ConfirmAddress => "confirm-address",
            Self::SignupAddress => "signup-address",
            Self::Refresh => "refresh",
        }
    }

    fn limit(self, settings: &LimitSettings) -> u32 {
        match self {
            Self::LoginAccount | Self::ConfirmSession => settings.login_per_account,
            Self::LoginAddress | Self::ConfirmAddress => settings.login_per_address,
            Self::SignupAddress => settings.signup_per_address,
            Self::Refresh => settings.refresh_per_session,
        }
    }
}

/// What one client commands: an IPv4 address, or the /64 of an IPv6 one.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}
