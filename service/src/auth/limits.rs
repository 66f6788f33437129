//! Rate limits, counted before any hashing, in windows of one minute that begin with the first try.
//!
//! `RateLimits::new(&LimitSettings)`; `take(Counted, now) -> Result<()>`, `give_back`, `forget`.
//!
//! Counted in this process and in bounded memory: when more accounts and addresses are tried within
//! a minute than there is room for, the newcomers share windows.

use crate::{Error, LimitSettings, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::SessionId;
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long tries are held against somebody.
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// How many windows are kept apart.
const ROOM: usize = 50_000;
/// How many windows per bucket newcomers share when there is no room.
const SHARED: u64 = 1024;

/// Counters per bucket and account, address or session.
#[derive(Debug)]
pub struct RateLimits {
    settings: LimitSettings,
    /// Keys are hashes, so that nobody chooses whose window a name falls into.
    hasher: RandomState,
    windows: Mutex<Windows>,
    room: usize,
}

#[derive(Debug, Default)]
struct Windows {
    open: FxHashMap<(Bucket, u64), Window>,
    cleared_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends_at: DateTime<Utc>,
    tries: u32,
}

/// What is tried, and on whose account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted<'a> {
    /// A password given for an account, by the form its name is looked up by.
    LoginAccount(&'a str),
    /// A password given from an address.
    LoginAddress(IpAddr),
    /// An account made from an address.
    SignupAddress(IpAddr),
    /// A refresh of a session.
    Refresh(SessionId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Bucket {
    LoginAccount,
    LoginAddress,
    SignupAddress,
    Refresh,
}

impl RateLimits {
    /// Counters that begin at nought.
    #[must_use]
    pub fn new(settings: &LimitSettings) -> Self {
        Self { settings: settings.clone(), hasher: RandomState::new(), windows: Mutex::default(), room: ROOM }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many; this one is not counted.
    pub(crate) fn take(&self, counted: Counted<'_>, now: DateTime<Utc>) -> Result<()> {
        let (bucket, limit, key) = self.place(counted);
        let mut windows = self.lock();
        let key = windows.key((bucket, key), now, self.room);
        let fresh = Window { ends_at: now + WINDOW, tries: 0 };
        let window = windows.open.entry(key).or_insert(fresh);
        // A clock that was set back must not make a window longer.
        if window.ends_at <= now || window.ends_at > fresh.ends_at {
            *window = fresh;
        }
        if window.tries >= limit {
            let retry_after = (window.ends_at - now).to_std().unwrap_or_default();
            return Err(Error::RateLimited { retry_after });
        }
        window.tries += 1;
        Ok(())
    }

    /// Takes back a try that came to nothing through no fault of whoever made it.
    pub(crate) fn give_back(&self, counted: Counted<'_>) {
        let (bucket, _, key) = self.place(counted);
        if let Some(window) = self.lock().open.get_mut(&(bucket, key)) {
            window.tries = window.tries.saturating_sub(1);
        }
    }

    /// Forgets earlier tries.
    pub(crate) fn forget(&self, counted: Counted<'_>) {
        let (bucket, _, key) = self.place(counted);
        self.lock().open.remove(&(bucket, key));
    }

    fn place(&self, counted: Counted<'_>) -> (Bucket, u32, u64) {
        let settings = &self.settings;
        match counted {
            Counted::LoginAccount(name) => {
                (Bucket::LoginAccount, settings.login_per_account, self.hasher.hash_one(name))
            }
            Counted::LoginAddress(address) => {
                (Bucket::LoginAddress, settings.login_per_address, self.hasher.hash_one(network(address)))
            }
            Counted::SignupAddress(address) => {
                (Bucket::SignupAddress, settings.signup_per_address, self.hasher.hash_one(network(address)))
            }
            Counted::Refresh(session) => (Bucket::Refresh, settings.refresh_per_session, self.hasher.hash_one(session)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Windows> {
        // Nothing that can panic happens under the lock.
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Windows {
    /// The key itself while there is room for its window, else one that it shares with others.
    fn key(&mut self, (bucket, key): (Bucket, u64), now: DateTime<Utc>, room: usize) -> (Bucket, u64) {
        if self.open.len() < room || self.open.contains_key(&(bucket, key)) {
            return (bucket, key);
        }
        // Clearing looks at every window: once a second is enough.
        if self.cleared_at.is_none_or(|at| now < at || at + TimeDelta::seconds(1) <= now) {
            self.cleared_at = Some(now);
            self.open.retain(|_, window| now < window.ends_at);
        }
        if self.open.len() < room { (bucket, key) } else { (bucket, key % SHARED) }
    }
}

/// What one client commands: an IPv4 address, or the /64 of an IPv6 one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = u128::from(address) >> 64 << 64;
            IpAddr::V6(prefix.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> RateLimits {
        RateLimits::new(&LimitSettings {
            login_per_account: 3,
            login_per_address: 2,
            signup_per_address: 1,
            refresh_per_session: 1,
        })
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_900_000_000 + seconds, 0).unwrap()
    }

    fn address(text: &str) -> Counted<'static> {
        Counted::LoginAddress(text.parse().unwrap())
    }

    #[test]
    fn tries_beyond_the_limit_wait_for_the_end_of_the_window() {
        let limits = limits();
        let ana = Counted::LoginAccount("ana");
        for second in [0, 10, 20] {
            limits.take(ana, at(second)).unwrap();
        }
        let Err(Error::RateLimited { retry_after }) = limits.take(ana, at(25)) else { panic!("the limit") };
        assert_eq!(retry_after.as_secs(), 35);
        assert!(limits.take(ana, at(59)).is_err(), "refused tries do not lengthen the window");
        assert!(limits.take(ana, at(60)).is_ok());
    }

    #[test]
    fn accounts_addresses_sessions_and_buckets_are_counted_apart() {
        let limits = limits();
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        limits.take(Counted::SignupAddress(here), at(0)).unwrap();
        assert!(limits.take(Counted::SignupAddress(here), at(0)).is_err());
        limits.take(Counted::LoginAddress(here), at(0)).unwrap();
        limits.take(Counted::SignupAddress("192.0.2.2".parse().unwrap()), at(0)).unwrap();
        for session in [1, 2] {
            limits.take(Counted::Refresh(uuid::Uuid::from_u128(session).into()), at(0)).unwrap();
        }
        limits.take(Counted::LoginAccount("ana"), at(0)).unwrap();
        limits.take(Counted::LoginAccount("bob"), at(0)).unwrap();
    }

    #[test]
    fn an_ipv6_client_does_not_get_more_tries_by_changing_its_address() {
        let limits = limits();
        limits.take(address("2001:db8::1"), at(0)).unwrap();
        limits.take(address("2001:db8::ffff:2"), at(0)).unwrap();
        assert!(limits.take(address("2001:db8::3"), at(0)).is_err());
        assert!(limits.take(address("2001:db8:0:1::1"), at(0)).is_ok());
        limits.take(address("192.0.2.1"), at(0)).unwrap();
        limits.take(address("::ffff:192.0.2.1"), at(0)).unwrap();
        assert!(limits.take(address("192.0.2.1"), at(0)).is_err());
    }

    #[test]
    fn a_try_can_be_given_back_and_all_forgotten() {
        let limits = limits();
        let ana = Counted::LoginAccount("ana");
        (0..3).for_each(|_| limits.take(ana, at(0)).unwrap());
        limits.give_back(ana);
        limits.take(ana, at(0)).unwrap();
        assert!(limits.take(ana, at(0)).is_err());
        limits.forget(ana);
        (0..3).for_each(|_| limits.take(ana, at(1)).unwrap());
        limits.give_back(Counted::LoginAccount("nobody"));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_anybody_out_for_long() {
        let limits = limits();
        let ana = Counted::LoginAccount("ana");
        (0..3).for_each(|_| limits.take(ana, at(3600)).unwrap());
        assert!(limits.take(ana, at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_those_already_counted_stay_counted() {
        let limits = RateLimits { room: 10, ..limits() };
        let ana = Counted::LoginAccount("ana");
        (0..3).for_each(|_| limits.take(ana, at(0)).unwrap());
        for stranger in 0..20_000 {
            // Those who share a window may be refused; that is the price of a flood.
            let _ = limits.take(Counted::LoginAccount(&format!("stranger-{stranger}")), at(30));
        }
        assert!(limits.lock().open.len() <= 10 + usize::try_from(SHARED).unwrap());
        assert!(limits.take(ana, at(31)).is_err());
        assert!(limits.take(Counted::LoginAccount("bob"), at(120)).is_ok());
        assert!(limits.lock().open.len() < 10);
    }
}
