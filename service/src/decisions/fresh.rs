//! Freshness of the policy: no decision is taken from a stale one.

use super::Current;
use crate::freshness::READ_TIMEOUT;
use crate::store;
use crate::{Database, Error, Result, Service, boxed};
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for a revision that another process made.
const CATCH_UP_TIMEOUT: Duration = Duration::from_millis(500);

impl Current {
    /// Revision of the policy in the database, read once for all callers that wait. When it is that of the policy in
    /// force, the policy is confirmed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be read in time.
    #[boxed]
    pub(crate) async fn read_revision(&self, database: &Database) -> Result<u64> {
        let read = async {
            let Some(_turn) = self.freshness.turn(self.freshness.start()).await else {
                return Ok(self.policy().revision());
            };
            let start = self.freshness.start();
            let known = self.policy().revision();
            let revision = store::policy::revision(database.background()).await?;
            if revision == known {
                self.freshness.confirm(start);
            }
            Ok(revision)
        };
        let late = |_| Err(Error::Unavailable("the database does not respond in time".into()));
        timeout(READ_TIMEOUT, read).await.unwrap_or_else(late)
    }

    async fn ensure_revision(&self, revision: u64, limit: Duration) -> Result<()> {
        if self.policy().revision() >= revision { Ok(()) } else { self.wait_for(revision, limit).await }
    }

    #[boxed]
    async fn wait_for(&self, revision: u64, limit: Duration) -> Result<()> {
        let mut known = self.known.subscribe();
        self.wake();
        match timeout(limit, known.wait_for(|&known| known >= revision)).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Error::Unavailable(format!("revision {revision} of the policy is not known here").into())),
        }
    }
}

impl Service {
    /// Ensures that the policy in force is neither stale nor older than revision `at_least`. Usually two atomic reads;
    /// reads the revision from the database when the feed is lost, and waits up to 500 ms for a later revision.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when that cannot be ensured.
    pub async fn ensure_fresh(&self, at_least: Option<u64>) -> Result<()> {
        if !self.current.freshness.is_fresh() {
            let revision = self.current.read_revision(&self.database).await?;
            self.current.ensure_revision(revision, READ_TIMEOUT).await?;
        }
        match at_least {
            Some(revision) => self.current.ensure_revision(revision, CATCH_UP_TIMEOUT).await,
            None => Ok(()),
        }
    }
}
