//! Reading sessions.

use super::{Session, SessionFilter, SessionRecord, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service, UnauthenticatedReason, boxed};
use chrono::{DateTime, Utc};
use engine::SessionId;
use rustc_hash::FxHashMap;

/// Sessions by id, also ended ones. Unknown ids are left out.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[SessionId]) -> Result<FxHashMap<SessionId, Session>> {
    let sessions = store::by_ids(service.database.connection(), ids).await?;
    Ok(sessions.into_iter().map(|session| (session.id, session)).collect())
}

/// Live session of this id. Uses that are not written yet count.
///
/// # Errors
/// As [`by_ids`].
pub(crate) async fn find_live(service: &Service, id: SessionId) -> Result<Option<SessionRecord>> {
    let (now, stored) = (service.now(), store::find(service.database.connection(), id).await?);
    let is_live_here = || service.tokens.sessions().get(id).is_some_and(|session| session.live_at(now));
    Ok(stored.filter(|stored| stored.is_open(now) && (now < stored.session.expires_at || is_live_here())))
}

/// Time of the last authentication in a session, read from its row: it may have happened on another replica.
///
/// # Errors
/// As [`by_ids`]; [`UnauthenticatedReason::Revoked`] when the session has ended.
pub(crate) async fn last_authenticated_at(service: &Service, id: SessionId) -> Result<DateTime<Utc>> {
    let stored = find_live(service, id).await?.ok_or(UnauthenticatedReason::Revoked)?;
    service.tokens.sessions().put(&stored);
    Ok(stored.session.authenticated_at)
}

/// For each filter a page of live sessions, most recently used first, in one statement.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn pages(service: &Service, filters: &[SessionFilter], request: &PageRequest) -> Result<Vec<Page<Session>>> {
    store::pages(service.database.connection(), filters, service.now(), request).await
}

/// For each filter the number of live sessions, in one statement.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn counts(service: &Service, filters: &[SessionFilter]) -> Result<Vec<u64>> {
    store::counts(service.database.connection(), filters, service.now()).await
}
