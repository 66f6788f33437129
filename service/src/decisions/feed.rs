//! The change feed of the policy: what other processes changed is read again, and nothing else. It is read when another
//! revision is seen.

use super::Current;
use super::current::PolicyUpdate;
use crate::clock::time_delta;
use crate::database::snapshot;
use crate::deletions::PAUSE;
use crate::freshness::{Feed, ReadStart};
use crate::store;
use crate::{Database, Result, Service};
use std::sync::Arc;

/// The change feed, and the state that follows it.
#[derive(Debug)]
pub(crate) struct PolicyFeed {
    current: Arc<Current>,
    database: Database,
}

impl PolicyFeed {
    pub(crate) fn new(current: Arc<Current>, database: Database) -> Self {
        Self { current, database }
    }

    async fn catch_up(&self) -> Result<()> {
        let current = &self.current;
        if current.read_revision(&self.database).await? == current.policy().revision() {
            return Ok(());
        }
        // The base is taken first: whatever it knows is committed, so the snapshot knows it as well.
        let base = current.policy();
        let start = current.freshness.start();
        let transaction = snapshot(self.database.background()).await?;
        let changed = store::policy::catch_up(&transaction, &base).await?;
        transaction.commit().await?;
        if let Some((policy, touched)) = changed {
            current.succeed(PolicyUpdate { base, policy: policy.into(), touched });
        }
        current.freshness.confirm(start);
        Ok(())
    }
}

impl Current {
    /// Starts a reading of the revision.
    pub(crate) fn start_reading(&self) -> ReadStart {
        self.freshness.start()
    }

    /// Confirms the policy when `revision`, read since `start`, is its own. Otherwise the change feed is read.
    pub(crate) fn observe(&self, revision: u64, start: ReadStart) {
        if revision == self.policy().revision() {
            self.freshness.confirm(start);
        } else {
            self.wake();
        }
    }
}

impl Feed for PolicyFeed {
    const NAME: &'static str = "policy";

    async fn due(&mut self) {
        self.current.wake.notified().await;
    }

    async fn read(&mut self) -> Result<()> {
        self.catch_up().await
    }
}

/// Deletes old entries of the feed, in small steps; for the background work. A process that was away for longer reads the
/// whole policy.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_old_changes(service: &Service) -> Result<()> {
    let before = service.now() - time_delta(service.config.retention.changes);
    while store::policy::delete_feed_before(service.database.background(), before).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
