//! Background work on deletions: a deleted role, permission or user may have any number of links, which are removed
//! behind it, in small transactions, by any replica. No decision depends on it.

use crate::database::commit;
use crate::store::deletions as store;
use crate::{Progress, Result, Service};
use std::error::Error as _;
use std::time::Duration;

/// Longest time after which links that another process left behind are removed.
const INTERVAL: Duration = Duration::from_secs(30);
/// Time between two steps of background work, in which others can write.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);

/// Removes the links of deleted objects whenever there are any.
pub(crate) async fn follow(service: Service) {
    loop {
        if let Err(error) = remove_links(&service).await {
            let cause = error.source().map(tracing::field::display);
            tracing::warn!(cause, "links of deleted objects cannot be removed, retrying");
        }
        // After the interval, what another process left behind is looked for.
        let _ = tokio::time::timeout(INTERVAL, service.deleted.notified()).await;
    }
}

/// Removes the links of all deleted objects.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read or written; what is left is removed later.
pub(crate) async fn remove_links(service: &Service) -> Result<()> {
    while let Some(deletion) = store::oldest(service.database.background()).await? {
        loop {
            let transaction = service.database.begin().await?;
            let are_left = store::remove_links(&transaction, deletion).await?;
            commit(transaction, &Progress::default()).await?;
            if !are_left {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}
