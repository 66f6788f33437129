//! Denylist: ended sessions whose access tokens have not expired yet, in memory on every replica.
//!
//! SQL is the source of truth, and this is a copy of it. It is fed by this process, by the feed from SQL, and by the
//! feed from Redis where one is configured, which is faster.
//!
//! INVARIANT: an entry is removed only when no access token of its session can be valid any more. The loss of Redis or
//! of its data, and a reload, make no ended session live again. While the feed from SQL is stale, sessions are
//! [`RevocationStatus::Unknown`], and their rows are read; likewise while there are more entries than [`CAPACITY`].

mod shared;

use super::SessionCache;
use super::feed::{self, RedisFeed, SqlFeed};
use crate::adapters::Redis;
use crate::freshness::{ReadStart, follow};
use crate::{Clock, Config, Database, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::SessionId;
use secrecy::SecretString;
use std::error::Error as _;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

pub(super) use shared::Shared;

/// Most entries: 30 MB. Beyond it the denylist is incomplete.
const CAPACITY: usize = 900_000;
/// Time for which an entry outlives the last access token, for clocks that differ.
const MARGIN: Duration = Duration::from_secs(120);

/// The denylist: a check is one hash lookup. Its feeds end when it is dropped.
#[derive(Debug)]
pub struct Denylist {
    shared: Arc<Shared>,
    redis: Option<Arc<Redis>>,
    /// Notified when other replicas are to be notified by the database.
    announced: Option<Arc<Notify>>,
    tasks: Vec<AbortHandle>,
}

/// Revocation status of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RevocationStatus {
    /// Not ended.
    Live,
    /// Ended.
    Ended,
    /// The feed from SQL is stale, or there are too many entries: the row is to be read.
    Unknown,
}

/// A reading of the position of the feed from SQL.
#[derive(Debug)]
pub(crate) struct FeedReading {
    start: ReadStart,
    latest: i64,
    /// Numbers that were skipped so far.
    pub(crate) skipped: Vec<RangeInclusive<i64>>,
}

impl Denylist {
    /// Reads the entries, then follows the feeds.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read, or the configured Redis cannot be reached; its
    /// source names it.
    pub(crate) async fn start(
        database: &Database,
        clock: &Arc<dyn Clock>,
        config: &Config,
        cache: &Arc<SessionCache>,
    ) -> Result<Self> {
        let shared = Arc::new(Shared::new(clock, config.token.access_lifetime, cache));

        let sql = SqlFeed::start(Arc::clone(&shared), database.clone());
        let sql = feed::at_start(&shared, "the database", sql).await?;
        let mut tasks = vec![tokio::spawn(follow(sql)).abort_handle()];
        let redis = match &config.redis_url {
            Some(url) => Some(connect(url, &shared).await?),
            None => None,
        };
        if let Some(redis) = &redis {
            let feed = RedisFeed::start(Arc::clone(&shared), Arc::clone(redis)).await;
            tasks.push(tokio::spawn(follow(feed)).abort_handle());
        }
        let announced = (redis.is_none() && database.has_notifications()).then(Arc::default);
        if let Some(announced) = &announced {
            tasks.push(tokio::spawn(database.clone().listen(Arc::clone(&shared.wake))).abort_handle());
            tasks.push(tokio::spawn(database.clone().announce(Arc::clone(announced))).abort_handle());
        }
        Ok(Self { shared, redis, announced, tasks })
    }

    /// Revocation status of a session at `now`.
    pub(crate) fn check(&self, session: SessionId, now: DateTime<Utc>) -> RevocationStatus {
        self.shared.check(session, now)
    }

    /// Adds sessions whose end was committed: here at once, on other replicas through the feeds. A failure of Redis is
    /// logged only: other replicas read the rows. A Redis that is known to be lost is not used.
    pub(crate) async fn deny(&self, sessions: &[SessionId]) {
        self.announce();
        let now = self.shared.clock.now();
        self.shared.insert(sessions.iter().map(|session| (*session, now + self.shared.lifetime)));
        if let (Some(redis), false) = (&self.redis, sessions.is_empty() || self.has_lost_redis()) {
            let remaining = self.shared.lifetime.to_std().unwrap_or_default();
            if let Err(error) = redis.deny(sessions, remaining).await {
                let cause = error.source().map(tracing::field::display);
                tracing::warn!(cause, "redis did not take ended sessions; other replicas read them from the database");
            }
        }
    }

    /// Whether sessions are checked in memory: the feed from SQL is fresh, and all entries have room.
    pub(crate) fn is_complete(&self) -> bool {
        self.shared.is_complete()
    }

    /// Whether Redis is configured, and does not respond or refuses what is used of it.
    pub(crate) fn has_lost_redis(&self) -> bool {
        self.redis.is_some() && !self.shared.redis.is_fresh()
    }

    /// Announces a new revision of the policy to other replicas. Returns at once; a lost message is made up for by
    /// their polling.
    pub(crate) fn announce_policy(&self, revision: u64) {
        self.announce();
        if let Some(redis) = self.redis.clone() {
            tokio::spawn(async move {
                if let Err(error) = redis.announce_policy(revision).await {
                    let cause = error.source().map(tracing::field::display);
                    tracing::debug!(cause, revision, "redis did not take a new policy revision");
                }
            });
        }
    }

    /// The connection to Redis, if one is configured: it is used for everything.
    pub(crate) fn redis(&self) -> Option<Arc<Redis>> {
        self.redis.clone()
    }

    /// Notified when another replica has changed something.
    pub(crate) fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.shared.wake)
    }

    fn announce(&self) {
        if let Some(announced) = &self.announced {
            announced.notify_one();
        }
    }

    /// Lifetime of an entry.
    pub(crate) fn lifetime(&self) -> TimeDelta {
        self.shared.lifetime
    }

    /// Starts a reading of the position of the feed from SQL.
    pub(crate) fn start_reading(&self) -> FeedReading {
        let start = self.shared.sql.start();
        let place = self.shared.place();
        FeedReading { start, latest: place.latest, skipped: place.gaps.ranges() }
    }

    /// Confirms the entries when nothing was added to the feed: `latest` is its latest number, and `found` the number of
    /// changes that were skipped so far and are there now. Otherwise the feed is read.
    pub(crate) fn observe(&self, reading: &FeedReading, latest: i64, found: i64) {
        let shared = &self.shared;
        if latest < reading.latest {
            shared.restored.store(true, Ordering::Release);
        }
        if latest == reading.latest && found == 0 && shared.has_room() {
            shared.sql.confirm(reading.start);
        } else {
            shared.changed.notify_one();
        }
        shared.purge();
    }
}

/// Connects to Redis.
async fn connect(url: &SecretString, shared: &Arc<Shared>) -> Result<Arc<Redis>> {
    let listening = Arc::downgrade(shared);
    let listener = move |event| {
        if let Some(shared) = listening.upgrade() {
            shared.apply(event);
        }
    };
    Redis::connect(url, listener).await.map(Arc::new)
}

impl Drop for Denylist {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

#[cfg(test)]
mod tests;
