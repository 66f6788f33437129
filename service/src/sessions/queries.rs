//! Reading sessions.

use super::{Session, SessionFilter, StoredSession, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::SessionId;
use rustc_hash::FxHashMap;

/// Sessions by id, ended ones included; missing ones are left out.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[SessionId]) -> Result<FxHashMap<SessionId, Session>> {
    let sessions = store::by_ids(service.database.connection(), ids).await?;
    Ok(sessions.into_iter().map(|session| (session.id, session)).collect())
}

/// A session that has neither been ended nor run out. Uses that are not written yet count.
///
/// # Errors
/// As [`by_ids`].
pub(crate) async fn find_live(service: &Service, id: SessionId) -> Result<Option<StoredSession>> {
    let (now, stored) = (service.now(), store::find(service.database.connection(), id).await?);
    let used_here = || service.tokens.sessions().get(id).is_some_and(|record| record.live_at(now));
    Ok(stored.filter(|stored| {
        let is_open = stored.session.revoked_at.is_none() && now < stored.ends_at;
        is_open && (now < stored.session.expires_at || used_here())
    }))
}

/// A page of the live sessions that each filter lets through, all in one statement, most recently
/// used first.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
pub async fn pages(service: &Service, filters: &[SessionFilter], request: &PageRequest) -> Result<Vec<Page<Session>>> {
    store::pages(service.database.connection(), (filters, service.now()), request).await
}

/// How many live sessions each filter lets through, in one statement.
///
/// # Errors
/// As [`by_ids`].
pub async fn counts(service: &Service, filters: &[SessionFilter]) -> Result<Vec<u64>> {
    store::counts(service.database.connection(), filters, service.now()).await
}
