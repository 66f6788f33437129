//! Background work on the audit log: deleting old entries.

use super::store::{self, AuditPlace};
use crate::clock::time_delta;
use crate::deletions::PAUSE;
use crate::{Result, Service};

/// Deletes the entries that are older than the configured age, in small steps.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_old(service: &Service) -> Result<()> {
    let before = service.now() - time_delta(service.config.retention.audit);
    let mut place = Some(AuditPlace::START);
    while let Some(from) = place {
        place = store::delete_before(service.database.background(), from, before).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
