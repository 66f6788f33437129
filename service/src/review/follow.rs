//! Keeping the index up to date in the background, so that lists seldom wait for it.

use super::read;
use crate::{Service, memory};
use std::error::Error as _;
use std::time::Duration;

/// Shortest time between two updates that no list asked for.
const INTERVAL: Duration = Duration::from_secs(1);

/// Builds the index, then follows the revisions of the policy until the task is aborted.
pub(crate) async fn follow_changes(service: Service) {
    let mut revisions = service.current.revisions();
    let (mut latest, mut is_lost) = (0, false);
    // What the policy was read through is free now.
    memory::release().await;
    loop {
        let revision = *revisions.borrow_and_update();
        if revision < latest {
            // A backup was restored: an index that is later than its policy would not be noticed for long.
            drop(service.review.take());
        }
        latest = revision;
        let updated = read::up_to(&service, revision).await;
        if let Err(error) = &updated
            && !is_lost
        {
            let cause = error.source().map(tracing::field::display);
            tracing::warn!(cause, "the review index cannot be updated, retrying");
        }
        is_lost = updated.is_err();
        // So are former versions of the index and of the policy.
        memory::release().await;
        tokio::time::sleep(INTERVAL).await;
        if !is_lost && revisions.changed().await.is_err() {
            return;
        }
    }
}
