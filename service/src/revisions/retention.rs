//! Background work on revisions: deleting old ones.

use super::store;
use crate::clock::time_delta;
use crate::deletions::PAUSE;
use crate::{Result, Service};

/// Deletes the revisions that are older than audit entries may be, in small steps, oldest first: those that are left
/// lead to the present policy without a gap.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_old(service: &Service) -> Result<()> {
    let before = service.now() - time_delta(service.config.retention.audit);
    while store::delete_before(service.database.background(), before).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
