//! Freshness of what this process keeps in memory of the database: the policy, the sessions and the signing keys.
//!
//! Three durations bound the age of the state that a request is decided by. Each feed is read every [`POLL_INTERVAL`];
//! a reading that takes longer than [`READ_TIMEOUT`] has failed; state that was last confirmed [`STALE_AFTER`] ago is
//! not relied on: the request then reads the database by itself, and is refused where it cannot. The first two together
//! are shorter than the third, so one failed reading does not make the state stale.

use crate::Result;
use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

/// Time between two readings of a feed.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// Longest time that a reading takes.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(1);
/// Age at which state in memory is stale.
pub(crate) const STALE_AFTER: Duration = Duration::from_secs(2);

const _: () = assert!(POLL_INTERVAL.as_millis() + READ_TIMEOUT.as_millis() < STALE_AFTER.as_millis());

/// Time at which state in memory was last confirmed to be that of the database.
#[derive(Debug)]
pub(crate) struct Freshness {
    origin: Instant,
    /// Start of the latest reading that succeeded, in nanoseconds after `origin`; 0 before the first.
    confirmed: AtomicU64,
    /// Held during a reading that callers wait for.
    reading: Mutex<()>,
}

/// Start of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadStart(u64);

impl Freshness {
    /// State that was never confirmed.
    pub(crate) fn new() -> Self {
        Self { origin: Instant::now(), confirmed: AtomicU64::new(0), reading: Mutex::default() }
    }

    /// Starts a reading. To be called before the database is read: the state is that of this time or later.
    pub(crate) fn start(&self) -> ReadStart {
        ReadStart(u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1))
    }

    /// Confirms the state by a reading that succeeded.
    pub(crate) fn confirm(&self, start: ReadStart) {
        self.confirmed.fetch_max(start.0, Ordering::AcqRel);
    }

    /// Returns true when the state was confirmed less than [`STALE_AFTER`] ago.
    pub(crate) fn is_fresh(&self) -> bool {
        let confirmed = self.confirmed.load(Ordering::Acquire);
        confirmed != 0 && Duration::from_nanos(self.start().0.saturating_sub(confirmed)) < STALE_AFTER
    }

    /// Waits for the turn to read on behalf of a caller that asked at `asked`; `None` when a reading that started later
    /// has confirmed the state meanwhile. So one reading serves all callers that wait.
    pub(crate) async fn turn(&self, asked: ReadStart) -> Option<MutexGuard<'_, ()>> {
        let turn = self.reading.lock().await;
        (self.confirmed.load(Ordering::Acquire) <= asked.0).then_some(turn)
    }

    /// Waits for the turn to read in any case.
    pub(crate) async fn wait_turn(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().await
    }

    /// Time at which the latest reading that succeeded was started.
    pub(crate) fn confirmed_at(&self) -> Instant {
        self.origin + Duration::from_nanos(self.confirmed.load(Ordering::Acquire))
    }
}

/// Changes that other processes make, read again and again by a [follower](follow).
pub(crate) trait Feed: Send {
    /// Name in the log.
    const NAME: &'static str;

    /// Waits until the next reading is due.
    fn due(&mut self) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(POLL_INTERVAL)
    }

    /// Reads what changed since the last reading, and confirms the state.
    fn read(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// Follows a feed until the task is aborted. A failure is logged once, and its end too.
pub(crate) async fn follow<F: Feed>(mut feed: F) {
    let mut is_lost = false;
    loop {
        feed.due().await;
        match feed.read().await {
            Ok(()) if is_lost => {
                is_lost = false;
                tracing::info!(feed = F::NAME, "the feed is read again");
            }
            Err(error) if !is_lost => {
                is_lost = true;
                let cause = error.source().map(tracing::field::display);
                tracing::warn!(cause, feed = F::NAME, "the feed cannot be read, retrying");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a process that started 10 s ago.
    fn freshness() -> Freshness {
        Freshness { origin: Instant::now() - Duration::from_secs(10), ..Freshness::new() }
    }

    fn started(milliseconds: u64) -> ReadStart {
        ReadStart(milliseconds * 1_000_000)
    }

    #[test]
    fn state_is_stale_two_seconds_after_the_start_of_its_reading() {
        let freshness = freshness();
        assert!(!freshness.is_fresh(), "never read");
        freshness.confirm(started(7_999));
        assert!(!freshness.is_fresh());
        freshness.confirm(started(9_000));
        assert!(freshness.is_fresh());
    }

    #[test]
    fn an_older_reading_does_not_replace_a_newer_one() {
        let freshness = freshness();
        freshness.confirm(freshness.start());
        freshness.confirm(started(1));
        assert!(freshness.is_fresh());
    }

    #[tokio::test]
    async fn one_reading_serves_all_callers_that_wait() {
        let freshness = freshness();
        let (early, late) = (started(1_000), started(3_000));
        let turn = freshness.turn(early).await;
        assert!(turn.is_some());
        freshness.confirm(started(2_000));
        drop(turn);
        assert!(freshness.turn(early).await.is_none());
        assert!(freshness.turn(late).await.is_some(), "asked after the reading started");
    }
}
