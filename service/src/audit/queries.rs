//! Reading the audit log.

use super::{AuditEvent, AuditFilter};
use crate::page::{Direction, Page, PageRequest};
use crate::{Result, Service};
use engine::AuditEventId;
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// A page of entries by time.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn page(
    service: &Service,
    filter: &AuditFilter,
    direction: Direction,
    request: &PageRequest,
) -> Result<Page<AuditEvent>> {
    let _ = (service, filter, direction, request);
    todo!()
}

/// How many entries there are.
///
/// # Errors
/// As [`page`].
pub async fn count(service: &Service, filter: &AuditFilter) -> Result<u64> {
    let _ = (service, filter);
    todo!()
}

/// Entries by id; missing ones are left out.
///
/// # Errors
/// As [`page`].
pub async fn by_ids(service: &Service, ids: &[AuditEventId]) -> Result<FxHashMap<AuditEventId, AuditEvent>> {
    let _ = (service, ids);
    todo!()
}

/// Is `object` the actor, the target or a subject of the entry?
///
/// # Errors
/// As [`page`].
pub async fn involves(service: &Service, event: AuditEventId, object: Uuid) -> Result<bool> {
    let _ = (service, event, object);
    todo!()
}
