//! How this process learns which sessions others ended, from SQL and from Redis, and which they
//! switched to other roles, from SQL.

use super::denylist::Shared;
use super::{model, store};
use crate::adapters::Redis;
use crate::{Database, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

/// How often each feed is looked at.
const BEAT: Duration = Duration::from_millis(250);
/// A query that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(1);
/// What the frequent query looks back over: commits that took long, and clocks that differ.
const LOOK_BACK: TimeDelta = TimeDelta::minutes(2);
/// Every so many beats it looks back over the lifetime of entries.
const BEATS_PER_RELOAD: u32 = 120;
/// After so many beats without an answer the connection to Redis is made anew.
const BEATS_BEFORE_REOPENING: u32 = 5;

/// Reads the sessions that were ended or switched since then.
pub(super) async fn read_sql(shared: &Shared, database: &Database, since: DateTime<Utc>) -> Result<()> {
    let query = timeout(PATIENCE, store::revoked_since(database.background(), since));
    let ended = query.await.map_err(|late| Error::Unavailable(late.into()))??;
    shared.insert(ended.into_iter().map(|(session, at)| (session, at + shared.lifetime)));
    let query = timeout(PATIENCE, store::switched_since(database.background(), since));
    shared.records.hear(query.await.map_err(|late| Error::Unavailable(late.into()))??);
    shared.sql_works();
    Ok(())
}

/// Reads them again and again.
pub(super) async fn follow_sql(shared: Arc<Shared>, database: Database) {
    let mut beats = beats();
    let mut works = true;
    let mut read_to = shared.clock.now();
    for beat in 1_u32.. {
        beats.tick().await;
        let now = shared.clock.now();
        // However long it did not work: a session that was switched meanwhile may still be in use.
        let since = read_to - LOOK_BACK;
        let since = if beat.is_multiple_of(BEATS_PER_RELOAD) { since.min(now - shared.lifetime) } else { since };
        match read_sql(&shared, &database, since).await {
            Ok(()) if !works => tracing::info!("ended sessions are read from the database again"),
            Err(error) if works => {
                tracing::warn!(cause = cause(&error), "ended sessions cannot be read from the database");
                works = false;
                continue;
            }
            Err(_) => continue,
            Ok(()) => {}
        }
        (works, read_to) = (true, now);
        shared.purge();
    }
}

/// Subscribes, then reads all that Redis holds.
pub(super) async fn read_redis(shared: &Shared, redis: &Redis) -> Result<()> {
    shared.missed.store(false, Ordering::Release);
    let denied = redis.follow().await?;
    let now = shared.clock.now();
    shared.insert(denied.into_iter().map(|(session, remaining)| (session, now + model::span(remaining))));
    shared.redis_works();
    Ok(())
}

/// Keeps the connection alive with a heartbeat; reads everything again after each time it was lost.
pub(super) async fn follow_redis(shared: Arc<Shared>, redis: Arc<Redis>) {
    let mut beats = beats();
    let mut failures = 0_u32;
    loop {
        beats.tick().await;
        let missed = failures > 0 || shared.missed.load(Ordering::Acquire);
        let answer = if missed { read_redis(&shared, &redis).await } else { redis.ping().await };
        match answer {
            Ok(()) => {
                // A loss during the heartbeat is seen by the next one.
                if !shared.missed.load(Ordering::Acquire) {
                    shared.redis_works();
                }
                if failures > 0 {
                    tracing::info!("redis answers again");
                }
                failures = 0;
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(cause = cause(&error), "ended sessions are read from the database only");
                }
                failures = failures.saturating_add(1);
                if failures.is_multiple_of(BEATS_BEFORE_REOPENING) {
                    // Whether it helped is seen by the next beat.
                    redis.reopen().await.ok();
                }
            }
        }
    }
}

/// What is behind an error, for the log.
pub(super) fn cause(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn beats() -> Interval {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}
