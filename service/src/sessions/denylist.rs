//! Ended sessions whose access tokens have not run out yet, in memory on every replica.
//!
//! `Denylist::start(&Database, &Arc<dyn Clock>, &Config, &Arc<Records>) -> Result<Denylist>` (async);
//! `check(session, now) -> Standing`; `deny(&[SessionId])` (async); `ready() -> Result<()>`;
//! `announce_policy(revision)`; `policy_wake() -> Arc<Notify>`.
//!
//! SQL is the truth; this is a copy to look up in. It is fed by this process, by short queries four
//! times a second, which see what other processes ended, and by Redis where one is configured, which
//! is quicker. The same queries tell the records of sessions in use which of them were switched to
//! other roles.
//!
//! INVARIANT: entries only ever come; they go when no access token of their session can still be
//! good. A lost Redis, an emptied one and a full reload revive nothing. When the queries have not
//! worked for two seconds, neither the copy nor the records know enough: [`Standing::Unknown`], and
//! the row itself must be read.

use super::{Records, feed, model};
use crate::adapters::{Event, Redis};
use crate::{Clock, Config, Database, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::SessionId;
use rustc_hash::FxHashMap;
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// An entry outlives the last access token by so much, for clocks that differ.
const SLACK: Duration = Duration::from_secs(120);
/// A feed that has not worked for so long tells nothing.
const STALE_AFTER: Duration = Duration::from_secs(2);

/// The live entries: a check is a hash lookup. Its background work stops when it is dropped.
#[derive(Debug)]
pub struct Denylist {
    shared: Arc<Shared>,
    redis: Option<Arc<Redis>>,
    tasks: Vec<AbortHandle>,
}

/// What the denylist says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not ended, and switched to other roles no more often than its record has heard.
    Clear,
    /// Ended.
    Ended,
    /// The feed from the database is lost: read the row.
    Unknown,
}

/// The entries, and how fresh they are.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Arc<dyn Clock>,
    /// Sessions in use, which are told of switches.
    pub(super) records: Arc<Records>,
    /// Until when the tokens of these sessions are refused.
    entries: RwLock<FxHashMap<SessionId, DateTime<Utc>>>,
    /// How long entries live.
    pub(super) lifetime: TimeDelta,
    started: Instant,
    /// When each feed last worked, in milliseconds since `started`, plus one; 0 for never.
    sql_worked: AtomicU64,
    redis_worked: AtomicU64,
    /// Messages may have been missed: everything is to be read again.
    pub(super) missed: AtomicBool,
    policy_wake: Arc<Notify>,
}

impl Denylist {
    /// Reads the live entries, then follows what other processes end.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database or the configured Redis cannot be read; its source
    /// says which.
    pub(crate) async fn start(
        database: &Database,
        clock: &Arc<dyn Clock>,
        config: &Config,
        records: &Arc<Records>,
    ) -> Result<Self> {
        let shared = Arc::new(Shared::new(clock, config.token.access_lifetime, records));

        feed::read_sql(&shared, database, clock.now() - shared.lifetime).await?;
        let mut tasks = vec![tokio::spawn(feed::follow_sql(Arc::clone(&shared), database.clone())).abort_handle()];
        let redis = match &config.redis_url {
            Some(url) => Some(connect(url, &shared).await?),
            None => None,
        };
        if let Some(redis) = &redis {
            tasks.push(tokio::spawn(feed::follow_redis(Arc::clone(&shared), Arc::clone(redis))).abort_handle());
        }
        Ok(Self { shared, redis, tasks })
    }

    /// What is known of a session at `now`.
    pub(crate) fn check(&self, session: SessionId, now: DateTime<Utc>) -> Standing {
        self.shared.check(session, now)
    }

    /// Denies sessions whose rows were just ended and committed, here at once and elsewhere as soon
    /// as the feeds carry it. A Redis that is away is logged and passed over: the rows are the truth.
    pub(crate) async fn deny(&self, sessions: &[SessionId]) {
        let now = self.shared.clock.now();
        self.shared.insert(sessions.iter().map(|session| (*session, now + self.shared.lifetime)));
        if let (Some(redis), false) = (&self.redis, sessions.is_empty()) {
            let remaining = self.shared.lifetime.to_std().unwrap_or_default();
            if let Err(error) = redis.deny(sessions, remaining).await {
                let cause = feed::cause(&error);
                tracing::warn!(
                    cause,
                    "redis was not told of ended sessions; other replicas read them from the database"
                );
            }
        }
    }

    /// Are all configured feeds working?
    ///
    /// # Errors
    /// [`Error::Unavailable`] naming the one that is not.
    pub(crate) fn ready(&self) -> Result<()> {
        let lost =
            |feed: &str| Err(Error::Unavailable(format!("the feed of ended sessions from {feed} is lost").into()));
        match &self.redis {
            Some(_) if !self.shared.is_fresh(&self.shared.redis_worked) => lost("redis"),
            _ if !self.shared.is_fresh(&self.shared.sql_worked) => lost("the database"),
            _ => Ok(()),
        }
    }

    /// Wakes other replicas to a new revision of the policy. Returns at once; a message that is lost
    /// is made up for by the feed table.
    pub(crate) fn announce_policy(&self, revision: u64) {
        if let Some(redis) = self.redis.clone() {
            tokio::spawn(async move {
                if let Err(error) = redis.announce_policy(revision).await {
                    tracing::debug!(
                        cause = feed::cause(&error),
                        revision,
                        "redis was not told of a new policy revision"
                    );
                }
            });
        }
    }

    /// The connection to Redis, where one is configured: one does for everything.
    pub(crate) fn redis(&self) -> Option<Arc<Redis>> {
        self.redis.clone()
    }

    /// Rung when another replica has changed the policy; one waiter is woken, or the next to wait.
    pub(crate) fn policy_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.shared.policy_wake)
    }
}

/// Connects to Redis, and reads what it holds before anything is served.
async fn connect(url: &SecretString, shared: &Arc<Shared>) -> Result<Arc<Redis>> {
    let told = Arc::downgrade(shared);
    let listener = move |event| {
        if let Some(shared) = told.upgrade() {
            shared.apply(event);
        }
    };
    let redis = Arc::new(Redis::connect(url, listener).await?);
    feed::read_redis(shared, &redis).await?;
    Ok(redis)
}

impl Drop for Denylist {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    fn new(clock: &Arc<dyn Clock>, access_lifetime: Duration, records: &Arc<Records>) -> Self {
        Self {
            clock: Arc::clone(clock),
            records: Arc::clone(records),
            entries: RwLock::default(),
            lifetime: model::span(access_lifetime) + model::span(SLACK),
            started: Instant::now(),
            sql_worked: AtomicU64::new(0),
            redis_worked: AtomicU64::new(0),
            missed: AtomicBool::new(false),
            policy_wake: Arc::default(),
        }
    }

    fn check(&self, session: SessionId, now: DateTime<Utc>) -> Standing {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if entries.get(&session).is_some_and(|until| now < *until) {
            Standing::Ended
        } else if self.is_fresh(&self.sql_worked) {
            Standing::Clear
        } else {
            Standing::Unknown
        }
    }

    /// Adds entries, or lengthens them.
    pub(super) fn insert(&self, denied: impl IntoIterator<Item = (SessionId, DateTime<Utc>)>) {
        let mut denied = denied.into_iter().peekable();
        if denied.peek().is_none() {
            return;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        for (session, until) in denied {
            let entry = entries.entry(session).or_insert(until);
            *entry = until.max(*entry);
        }
    }

    /// Drops entries that have run out.
    pub(super) fn purge(&self) {
        let now = self.clock.now();
        let stale = |entries: &FxHashMap<_, DateTime<Utc>>| entries.values().any(|until| *until <= now);
        if stale(&self.entries.read().unwrap_or_else(PoisonError::into_inner)) {
            self.entries.write().unwrap_or_else(PoisonError::into_inner).retain(|_, until| now < *until);
        }
    }

    fn apply(&self, event: Event) {
        match event {
            Event::Denied(session, remaining) => {
                self.insert([(session, self.clock.now() + model::span(remaining))]);
            }
            Event::PolicyChanged => self.policy_wake.notify_one(),
            Event::Lost => self.missed.store(true, Ordering::Release),
        }
    }

    pub(super) fn sql_works(&self) {
        self.note(&self.sql_worked);
    }

    pub(super) fn redis_works(&self) {
        self.note(&self.redis_worked);
    }

    fn note(&self, feed: &AtomicU64) {
        feed.store(self.elapsed() + 1, Ordering::Release);
    }

    fn is_fresh(&self, feed: &AtomicU64) -> bool {
        let worked = feed.load(Ordering::Acquire);
        worked != 0 && Duration::from_millis((self.elapsed() + 1).saturating_sub(worked)) < STALE_AFTER
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemClock;
    use uuid::Uuid;

    fn shared() -> Shared {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Shared::new(&clock, Duration::from_secs(600), &Arc::default())
    }

    fn session(number: u128) -> SessionId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn a_denied_session_is_ended_until_its_tokens_have_run_out() {
        let shared = shared();
        shared.sql_works();
        let now = shared.clock.now();
        shared.insert([(session(1), now + shared.lifetime)]);
        assert_eq!(shared.check(session(1), now + TimeDelta::seconds(719)), Standing::Ended);
        assert_eq!(shared.check(session(1), now + TimeDelta::seconds(720)), Standing::Clear);
        assert_eq!(shared.check(session(2), now), Standing::Clear);
    }

    #[test]
    fn without_the_database_nothing_is_known_but_what_was_ended() {
        let shared = shared();
        let now = shared.clock.now();
        shared.insert([(session(1), now + shared.lifetime)]);
        assert_eq!(shared.check(session(1), now), Standing::Ended);
        shared.redis_works();
        assert_eq!(shared.check(session(2), now), Standing::Unknown);
        shared.sql_works();
        assert_eq!(shared.check(session(2), now), Standing::Clear);
    }

    #[test]
    fn an_entry_is_lengthened_and_never_shortened() {
        let shared = shared();
        shared.sql_works();
        let now = shared.clock.now();
        for seconds in [100, 10, 200, 50] {
            shared.insert([(session(1), now + TimeDelta::seconds(seconds))]);
        }
        assert_eq!(shared.check(session(1), now + TimeDelta::seconds(199)), Standing::Ended);
    }

    #[test]
    fn only_entries_that_have_run_out_are_dropped() {
        let shared = shared();
        let now = shared.clock.now();
        shared.insert([(session(1), now - TimeDelta::seconds(1)), (session(2), now + TimeDelta::hours(1))]);
        shared.purge();
        let entries = shared.entries.read().unwrap();
        assert_eq!(entries.keys().collect::<Vec<_>>(), [&session(2)]);
    }

    #[test]
    fn what_redis_tells_is_noted() {
        let shared = shared();
        shared.redis_works();
        shared.apply(Event::Denied(session(1), Duration::from_secs(60)));
        assert_eq!(shared.check(session(1), shared.clock.now()), Standing::Ended);
        shared.apply(Event::Lost);
        assert!(shared.missed.load(Ordering::Acquire));
    }
}
