//! Reading sessions.

use super::{Session, SessionFilter};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::SessionId;
use rustc_hash::FxHashMap;

/// Sessions by id, ended ones included; missing ones are left out.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[SessionId]) -> Result<FxHashMap<SessionId, Session>> {
    let _ = (service, ids);
    todo!()
}

/// A page of live sessions, most recently used first.
///
/// # Errors
/// As [`by_ids`].
pub async fn page(service: &Service, filter: &SessionFilter, request: &PageRequest) -> Result<Page<Session>> {
    let _ = (service, filter, request);
    todo!()
}

/// How many live sessions the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &SessionFilter) -> Result<u64> {
    let _ = (service, filter);
    todo!()
}
