//! Reading the audit log.

use super::{AuditEvent, AuditFilter, actions, store};
use crate::page::{Direction, Page, PageRequest};
use crate::{Result, Service, boxed};
use engine::AuditEventId;
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// For each filter a page of events, by time, in one statement. An empty list in a filter matches no event.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read; [`crate::Error::BadInput`] for a cursor of
/// another list, and for a filter with an action that does not exist or more than 100 actions.
#[boxed]
pub async fn pages(
    service: &Service,
    filters: &[AuditFilter],
    direction: Direction,
    request: &PageRequest,
) -> Result<Vec<Page<AuditEvent>>> {
    filters.iter().try_for_each(check)?;
    store::pages(service.database.connection(), filters, direction, request).await
}

/// For each filter the number of events, in one statement.
///
/// # Errors
/// As [`pages`].
#[boxed]
pub async fn counts(service: &Service, filters: &[AuditFilter]) -> Result<Vec<u64>> {
    filters.iter().try_for_each(check)?;
    store::counts(service.database.connection(), filters).await
}

/// Events by id. Unknown ids are left out.
///
/// # Errors
/// As [`pages`].
#[boxed]
pub async fn by_ids(service: &Service, ids: &[AuditEventId]) -> Result<FxHashMap<AuditEventId, AuditEvent>> {
    let events = store::by_ids(service.database.connection(), ids).await?;
    Ok(events.into_iter().map(|event| (event.id, event)).collect())
}

/// Returns true when `object` is the actor, the target or a subject of the event.
///
/// # Errors
/// As [`pages`].
#[boxed]
pub async fn involves(service: &Service, event: AuditEventId, object: Uuid) -> Result<bool> {
    store::involves(service.database.connection(), event, object).await
}

fn check(filter: &AuditFilter) -> Result<()> {
    filter.actions.as_deref().map_or(Ok(()), actions::check)
}
