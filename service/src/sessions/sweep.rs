//! Background work on sessions: writing their uses, and deleting ended ones.

use super::cache::CachedSession;
use super::store;
use crate::clock::time_delta;
use crate::deletions::PAUSE;
use crate::{Result, Service};
use chrono::{DateTime, TimeDelta};
use engine::SessionId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Time for which changes of sessions are kept beyond the lifetime of the denylist, whose copy a starting replica reads.
const CHANGES_KEPT: TimeDelta = TimeDelta::hours(1);
/// Uses within this time, in milliseconds, are written in one statement.
const USE_WINDOW: i64 = 10_000;

/// Writes the uses of sessions, which moves their idle timeouts: one statement for all uses within ten seconds.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written; the uses are written later.
pub(crate) async fn flush_uses(service: &Service) -> Result<()> {
    let used = service.tokens.sessions().take_used();
    let result = write(service, &used).await;
    if result.is_err() {
        service.tokens.sessions().return_used(used);
    }
    result
}

async fn write(service: &Service, used: &[Arc<CachedSession>]) -> Result<()> {
    let idle = time_delta(service.config.session.idle);
    let mut windows: BTreeMap<i64, Vec<(i64, SessionId)>> = BTreeMap::new();
    for session in used {
        let at = session.last_used();
        windows.entry(at / USE_WINDOW).or_default().push((at, session.id));
    }
    for uses in windows.into_values() {
        let last = uses.iter().map(|(at, _)| *at).max().and_then(DateTime::from_timestamp_millis);
        let sessions: Vec<SessionId> = uses.into_iter().map(|(_, session)| session).collect();
        if let Some(at) = last {
            store::record_uses(service.database.background(), &sessions, at, idle).await?;
        }
    }
    Ok(())
}

/// Deletes sessions that ended long ago, with their tokens, and changes that every replica has read, in small steps. The
/// sessions are kept for investigations.
///
/// # Errors
/// As [`flush_uses`].
pub(crate) async fn sweep(service: &Service) -> Result<()> {
    let before = service.now() - time_delta(service.config.retention.sessions);
    while store::delete_ended_before(service.database.background(), before).await? > 0 {
        tokio::time::sleep(PAUSE).await;
    }
    let old = service.now() - service.denylist.lifetime() - CHANGES_KEPT;
    while store::delete_changes_before(service.database.background(), old).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
