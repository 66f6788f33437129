//! Following the change feed, so that this replica drops exactly what others changed.

use super::current::Successor;
use super::{Current, load};
use crate::database::snapshot;
use crate::{Clock, Database, Result};
use chrono::TimeDelta;
use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How often the revision is read when nobody announces a change.
const POLL: Duration = Duration::from_millis(250);
/// How often old entries of the feed are thrown away.
const PRUNE: Duration = Duration::from_secs(60 * 60);
/// How long entries of the feed are kept; who was away for longer reads everything again.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Whom the feed is followed for, and with what.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) current: Arc<Current>,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    /// Rung when another replica announces a change.
    pub(crate) announced: Arc<Notify>,
}

/// Follows the feed until it is dropped: reads the revision four times a second and whenever it is
/// woken, and catches up when there is a new one.
pub(crate) async fn follow(follower: Follower) {
    let Follower { current, database, clock, announced } = follower;
    let mut is_lost = false;
    let mut pruned = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            () = current.wake.notified() => {}
            () = announced.notified() => {}
        }
        match poll(&current, &database).await {
            Err(error) if !is_lost => {
                is_lost = true;
                tracing::warn!(cause = error.source().map(tracing::field::display), "lost the policy feed");
            }
            Err(_) => {}
            Ok(()) if is_lost => {
                is_lost = false;
                tracing::info!(revision = current.policy().revision(), "follows the policy feed again");
            }
            Ok(()) => {}
        }
        if !is_lost && pruned.elapsed() > PRUNE {
            pruned = Instant::now();
            if let Err(error) = load::prune(database.background(), clock.now() - KEPT).await {
                tracing::warn!(cause = error.source().map(tracing::field::display), "cannot prune the policy feed");
            }
        }
    }
}

async fn poll(current: &Current, database: &Database) -> Result<()> {
    if current.look(database).await? == current.policy().revision() {
        return Ok(());
    }
    // The base is taken first: whatever it knows is committed, so the snapshot knows it as well.
    let base = current.policy();
    let began = current.freshness.now();
    let transaction = snapshot(database.background()).await?;
    let news = load::catch_up(&transaction, &base).await?;
    transaction.commit().await?;
    if let Some((policy, touched)) = news {
        current.succeed(Successor { base, policy: policy.into(), touched });
    }
    current.freshness.mark(began);
    Ok(())
}
