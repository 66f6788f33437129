//! Background work on sessions: writing down when they were used, and deleting what is long dead.
//!
//! `flush_seen(service)` about every half minute and at the end; `sweep(service)` does that too.

use super::model::span;
use super::records::Record;
use super::store;
use crate::{Result, Service, auth};
use chrono::{DateTime, TimeDelta};
use engine::SessionId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Dead sessions and tokens are kept so long, for whoever looks into what happened.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Uses that lie so close together, in milliseconds, are written as one.
const TOGETHER: i64 = 10_000;
/// At most so many batches in one sweep, so that it never runs for long.
const MAX_BATCHES: usize = 20;

/// Writes when sessions were last used, which moves their idle end: one statement for all uses
/// within ten seconds.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written; what was not written stays
/// for the next time.
pub(crate) async fn flush_seen(service: &Service) -> Result<()> {
    let used = service.tokens.sessions().take_used();
    let result = write(service, &used).await;
    if result.is_err() {
        service.tokens.sessions().return_used(used);
    }
    result
}

async fn write(service: &Service, used: &[Arc<Record>]) -> Result<()> {
    let idle = span(service.config.session.idle);
    let mut together: BTreeMap<i64, Vec<(i64, SessionId)>> = BTreeMap::new();
    for record in used {
        let (at, _) = record.last_use();
        together.entry(at / TOGETHER).or_default().push((at, record.id));
    }
    for uses in together.into_values() {
        let last = uses.iter().map(|(at, _)| *at).max().and_then(DateTime::from_timestamp_millis);
        let sessions: Vec<SessionId> = uses.into_iter().map(|(_, session)| session).collect();
        if let Some(at) = last {
            store::note_uses(service.database.background(), &sessions, (at, idle)).await?;
        }
    }
    Ok(())
}

/// Writes uses, erases sealed successors whose grace is over, and deletes sessions that have been
/// dead for 30 days, in small batches.
///
/// # Errors
/// As [`flush_seen`].
pub(crate) async fn sweep(service: &Service) -> Result<()> {
    flush_seen(service).await?;
    auth::erase_sealed_successors(service).await?;
    for _ in 0..MAX_BATCHES {
        if store::delete_dead(service.database.background(), service.now() - KEPT_FOR).await? == 0 {
            break;
        }
    }
    Ok(())
}
