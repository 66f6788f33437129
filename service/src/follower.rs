//! The follower: one statement, four times a second and at each announcement, shows whether another process has changed
//! anything that this one keeps in memory. Where nothing has changed, it confirms policy, sessions and keys; otherwise it
//! has the part concerned read its changes.

use crate::decisions::Current;
use crate::freshness::{Feed, POLL_INTERVAL, READ_TIMEOUT};
use crate::keys::KeyRing;
use crate::sessions::Denylist;
use crate::store::positions::{self, KeysPosition, Positions};
use crate::{Clock, Database, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// Shortest time between two readings, however many announcements there are.
const MIN_INTERVAL: Duration = Duration::from_millis(20);
/// Largest difference between the clock of this machine and that of the database.
const MAX_CLOCK_DIFFERENCE: TimeDelta = TimeDelta::seconds(5);

/// Follows what other processes change.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) current: Arc<Current>,
    pub(crate) denylist: Arc<Denylist>,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) state: Arc<FollowerState>,
    /// The keys that were read.
    pub(crate) known_keys: Option<KeysPosition>,
}

/// What the follower last found.
#[derive(Debug, Default)]
pub(crate) struct FollowerState {
    is_lost: AtomicBool,
    has_other_clock: AtomicBool,
}

impl FollowerState {
    /// Whether the database did not respond to the last reading.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    /// Whether the clock of this machine differs from that of the database by more than five seconds.
    pub(crate) fn has_other_clock(&self) -> bool {
        self.has_other_clock.load(Ordering::Acquire)
    }

    /// Compares the time of the database with that of this machine before and after it was read.
    fn observe_clock(&self, before: DateTime<Utc>, database: DateTime<Utc>, after: DateTime<Utc>) {
        let ahead = (database - after).max(before - database);
        let differs = ahead > MAX_CLOCK_DIFFERENCE;
        if self.has_other_clock.swap(differs, Ordering::AcqRel) == differs {
            return;
        }
        let seconds = (before - database).num_seconds();
        if differs {
            tracing::warn!(seconds, "the clock of this machine differs from that of the database: set both by NTP");
        } else {
            tracing::info!("the clock of this machine agrees with that of the database again");
        }
    }
}

impl Follower {
    async fn look(&mut self) -> Result<()> {
        let policy = self.current.start_reading();
        let sessions = self.denylist.start_reading();
        let keys = self.keys.asked();
        let before = self.clock.now();
        let read = positions::positions(self.database.background(), &sessions.skipped);
        let late = |late: tokio::time::error::Elapsed| Error::Unavailable(late.into());
        let Positions { revision, latest_session_change, skipped_session_changes, keys: keys_position, now } =
            timeout(READ_TIMEOUT, read).await.map_err(late)??;
        self.current.observe(revision, policy);
        self.denylist.observe(&sessions, latest_session_change, skipped_session_changes);
        if let Some(now) = now {
            self.state.observe_clock(before, now, self.clock.now());
        }
        if self.known_keys == Some(keys_position) {
            self.keys.confirm(keys);
        } else {
            self.keys.refresh(&self.database, keys).await?;
            self.known_keys = Some(keys_position);
        }
        Ok(())
    }
}

impl Feed for Follower {
    const NAME: &'static str = "changes";

    async fn due(&mut self) {
        sleep(MIN_INTERVAL).await;
        let wake: Arc<Notify> = self.denylist.wake();
        tokio::select! {
            () = sleep(POLL_INTERVAL.saturating_sub(MIN_INTERVAL)) => {}
            () = wake.notified() => {}
        }
    }

    async fn read(&mut self) -> Result<()> {
        let outcome = self.look().await;
        self.state.is_lost.store(outcome.is_err(), Ordering::Release);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn clocks_that_differ_by_more_than_five_seconds_are_noticed_in_both_directions() {
        let state = FollowerState::default();
        for (database, differs) in
            [(100, false), (105, false), (106, true), (96, false), (95, false), (94, true), (100, false)]
        {
            state.observe_clock(time(100), time(database), time(100));
            assert_eq!(state.has_other_clock(), differs, "{database}");
        }
    }

    #[test]
    fn a_slow_reading_is_no_difference_of_clocks() {
        let state = FollowerState::default();
        state.observe_clock(time(100), time(130), time(160));
        assert!(!state.has_other_clock());
    }
}
