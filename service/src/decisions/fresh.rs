//! Never stale: how sure this replica is that it decides by the latest policy.

use super::{Current, load};
use crate::{Database, Error, Result, Service, boxed};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A look at the revision counts for so long.
const FRESH_FOR: Duration = Duration::from_secs(2);
/// How long reading the revision may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait for a revision that another replica made.
const CATCH_UP_TIMEOUT: Duration = Duration::from_millis(500);

/// When the policy was last seen to be the latest one.
#[derive(Debug)]
pub(super) struct Freshness {
    origin: Instant,
    /// Milliseconds after `origin`.
    seen: AtomicU64,
    /// One look at a time; those who wait share its result.
    looking: tokio::sync::Mutex<()>,
}

/// A moment of this process's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

impl Freshness {
    pub(super) fn new() -> Self {
        Self { origin: Instant::now(), seen: AtomicU64::new(0), looking: tokio::sync::Mutex::default() }
    }

    pub(super) fn now(&self) -> Moment {
        Moment(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Notes that the policy was the latest one when a look began.
    pub(super) fn mark(&self, began: Moment) {
        self.seen.fetch_max(began.0, Ordering::Release);
    }

    fn is_fresh(&self) -> bool {
        let age = self.now().0.saturating_sub(self.seen.load(Ordering::Acquire));
        Duration::from_millis(age) < FRESH_FOR
    }

    fn seen_since(&self, moment: Moment) -> bool {
        self.seen.load(Ordering::Acquire) > moment.0
    }
}

impl Current {
    /// Reads the revision in the database, once for all who ask at the same time. When it is the one
    /// known here, the policy counts as fresh.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be read, or not in time.
    #[boxed]
    pub(crate) async fn look(&self, database: &Database) -> Result<u64> {
        let look = async {
            let asked = self.freshness.now();
            let _looking = self.freshness.looking.lock().await;
            if self.freshness.seen_since(asked) {
                return Ok(self.policy().revision());
            }
            let began = self.freshness.now();
            let known = self.policy().revision();
            let revision = load::revision(database.background()).await?;
            if revision == known {
                self.freshness.mark(began);
            }
            Ok(revision)
        };
        tokio::time::timeout(LOOK_TIMEOUT, look).await.unwrap_or_else(|_| Err(too_late()))
    }

    /// Waits until a revision, or a later one, is known here.
    #[boxed]
    async fn wait_for(&self, revision: u64, patience: Duration) -> Result<()> {
        let mut known = self.known.subscribe();
        self.wake();
        match tokio::time::timeout(patience, known.wait_for(|&known| known >= revision)).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Error::Unavailable(format!("revision {revision} of the policy is not known here").into())),
        }
    }
}

impl Service {
    /// Makes sure that decisions are taken from a policy that is not stale and not older than
    /// `at_least`: in the ordinary case two atomic reads; when the feed was lost, reads the revision
    /// from the database; waits up to 500 ms for a revision that is not known yet.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it cannot be made sure.
    pub async fn ensure_fresh(&self, at_least: Option<u64>) -> Result<()> {
        if !self.current.freshness.is_fresh() {
            let revision = self.current.look(&self.database).await?;
            self.current.reach(revision, LOOK_TIMEOUT).await?;
        }
        match at_least {
            Some(revision) => self.current.reach(revision, CATCH_UP_TIMEOUT).await,
            None => Ok(()),
        }
    }
}

impl Current {
    async fn reach(&self, revision: u64, patience: Duration) -> Result<()> {
        if self.policy().revision() >= revision { Ok(()) } else { self.wait_for(revision, patience).await }
    }
}

fn too_late() -> Error {
    Error::Unavailable("the database does not answer in time".into())
}
