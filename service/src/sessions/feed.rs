//! The feeds of ended sessions, from SQL and from Redis. The feed from SQL also carries changes of active roles.

use super::denylist::Shared;
use super::gaps::Gaps;
use super::store::{self, PAGE, SessionChange};
use crate::adapters::Redis;
use crate::clock::time_delta;
use crate::freshness::{Feed, READ_TIMEOUT};
use crate::{Database, Error, Result};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// While the denylist has no room for all entries, time between two attempts to read all of them again.
const RELOAD_INTERVAL: Duration = Duration::from_secs(30);
/// After so many failures in a row the connection to Redis is replaced.
const FAILURES_PER_RECONNECT: u32 = 5;
/// Time between two lines in the log about a reading that the start waits for.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// Reads all that the start of a replica waits for, without a timeout: an incident can end all sessions at once. The log
/// says what is being read.
pub(super) async fn at_start<T>(
    shared: &Shared,
    source: &'static str,
    reading: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut reading = pin!(reading);
    loop {
        match timeout(PROGRESS_INTERVAL, reading.as_mut()).await {
            Ok(read) => return read,
            Err(_) => tracing::info!(source, sessions = shared.len(), "reading the sessions that were ended lately"),
        }
    }
}

/// Probes Redis and subscribes, then reads all entries of the denylist in Redis.
async fn read_redis(shared: &Shared, redis: &Redis) -> Result<()> {
    let start = shared.redis.start();
    redis.probe().await?;
    shared.missed.store(false, Ordering::Release);
    redis
        .follow(|denied| {
            let now = shared.clock.now();
            shared.insert(denied.into_iter().map(|(session, remaining)| (session, now + time_delta(remaining))));
        })
        .await?;
    shared.redis.confirm(start);
    Ok(())
}

/// What was read of the feed from SQL.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The latest number.
    pub(super) latest: i64,
    /// Earlier numbers that were skipped.
    pub(super) gaps: Gaps,
}

/// The feed from SQL: read when a number is found that is not known.
#[derive(Debug)]
pub(super) struct SqlFeed {
    shared: Arc<Shared>,
    database: Database,
    place: Place,
    reloaded: Instant,
    /// Longest time that a statement takes.
    timeout: Duration,
}

impl SqlFeed {
    /// Reads the whole feed, without a timeout. Old changes are deleted from it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read.
    pub(super) async fn start(shared: Arc<Shared>, database: Database) -> Result<Self> {
        let start = shared.sql.start();
        let (place, reloaded) = (Place::default(), Instant::now());
        let mut feed = Self { shared, database, place, reloaded, timeout: Duration::MAX };
        feed.read_new(Since::Start).await?;
        feed.shared.set_place(feed.place.clone());
        feed.shared.sql.confirm(start);
        feed.timeout = READ_TIMEOUT;
        Ok(feed)
    }

    /// Reads all after the latest known number.
    async fn read_new(&mut self, since: Since) -> Result<()> {
        loop {
            let after = self.place.latest;
            let page = self.in_time(store::changes_after(self.database.background(), after)).await?;
            self.apply(&page, since);
            self.place.gaps.skip(after, page.iter().map(|change| change.seq), Instant::now());
            if let Some(last) = page.last() {
                self.place.latest = last.seq;
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Reads what was skipped before.
    async fn read_skipped(&mut self) -> Result<()> {
        self.place.gaps.give_up(self.shared.lifetime.to_std().unwrap_or_default(), Instant::now());
        loop {
            let ranges = self.place.gaps.ranges();
            if ranges.is_empty() {
                return Ok(());
            }
            let page = self.in_time(store::changes_within(self.database.background(), &ranges)).await?;
            self.apply(&page, Since::Running);
            page.iter().for_each(|change| self.place.gaps.fill(change.seq));
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Reads everything again while not all entries had room.
    async fn reload(&mut self) -> Result<()> {
        if self.shared.has_room() || self.reloaded.elapsed() < RELOAD_INTERVAL {
            return Ok(());
        }
        self.reloaded = Instant::now();
        let reload = self.shared.begin_reload();
        self.place = Place::default();
        self.read_new(Since::Start).await?;
        self.shared.end_reload(reload);
        Ok(())
    }

    fn apply(&self, changes: &[SessionChange], since: Since) {
        let (now, lifetime) = (self.shared.clock.now(), self.shared.lifetime);
        let ended = changes.iter().filter(|change| change.switches.is_none());
        // The clock of the replica that ended a session may be late.
        let until = |change: &SessionChange| match since {
            Since::Start => change.at + lifetime,
            Since::Running => change.at.max(now) + lifetime,
        };
        self.shared.insert(ended.map(|change| (change.session, until(change))).filter(|(_, until)| now < *until));
        let switched = changes.iter().filter_map(|change| Some((change.session, change.switches?)));
        self.shared.cache.observe_switches(switched);
    }

    async fn in_time<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        timeout(self.timeout, statement).await.unwrap_or_else(|late| Err(Error::Unavailable(late.into())))
    }
}

/// When a change was made: its time decides how long it matters, or the time at which it is read.
#[derive(Clone, Copy, Debug)]
enum Since {
    /// Perhaps long before the start of this replica.
    Start,
    /// While this replica follows the feed.
    Running,
}

impl Feed for SqlFeed {
    const NAME: &'static str = "ended sessions, from the database";

    async fn due(&mut self) {
        self.shared.changed.notified().await;
    }

    async fn read(&mut self) -> Result<()> {
        let start = self.shared.sql.start();
        if self.shared.is_restored() {
            self.place = Place::default();
        }
        self.reload().await?;
        self.read_skipped().await?;
        let read = self.read_new(Since::Running).await;
        // What was read before a failure is not read again.
        self.shared.set_place(self.place.clone());
        read?;
        self.shared.sql.confirm(start);
        Ok(())
    }
}

/// The feed from Redis: messages are pushed; the heartbeat shows whether Redis does what is used of it.
#[derive(Debug)]
pub(super) struct RedisFeed {
    shared: Arc<Shared>,
    redis: Arc<Redis>,
    failures: u32,
}

impl RedisFeed {
    /// Reads the denylist in Redis. Where that fails, the feed retries: a replica starts as it goes on after the loss of Redis.
    pub(super) async fn start(shared: Arc<Shared>, redis: Arc<Redis>) -> Self {
        let failures = match at_start(&shared, "redis", read_redis(&shared, &redis)).await {
            Ok(()) => 0,
            Err(_) => 1,
        };
        Self { shared, redis, failures }
    }

    async fn heartbeat(&self) -> Result<()> {
        let start = self.shared.redis.start();
        self.redis.probe().await?;
        // A connection lost during the heartbeat is handled by the next one.
        if !self.shared.missed.load(Ordering::Acquire) {
            self.shared.redis.confirm(start);
        }
        Ok(())
    }
}

impl Feed for RedisFeed {
    const NAME: &'static str = "ended sessions, from redis";

    async fn read(&mut self) -> Result<()> {
        // After a lost connection everything is read again: messages may have been missed.
        let result = match self.failures > 0 || self.shared.missed.load(Ordering::Acquire) {
            true => read_redis(&self.shared, &self.redis).await,
            false => self.heartbeat().await,
        };
        self.failures = if result.is_ok() { 0 } else { self.failures.saturating_add(1) };
        if self.failures > 0 && self.failures.is_multiple_of(FAILURES_PER_RECONNECT) {
            // The next heartbeat shows whether it helped.
            self.redis.reopen().await.ok();
        }
        result
    }
}
