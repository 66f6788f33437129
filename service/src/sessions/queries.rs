//! Reading sessions.

use super::{Session, SessionFilter, StoredSession, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service, UnauthenticatedReason, boxed};
use chrono::{DateTime, Utc};
use engine::SessionId;
use rustc_hash::FxHashMap;

/// Sessions by id, ended ones included; missing ones are left out.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
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

/// When the password was last given in a session, by its row: another replica may have been told it since
/// this one read the row last.
///
/// # Errors
/// As [`by_ids`]; [`UnauthenticatedReason::Revoked`] when the session has ended.
pub(crate) async fn confirmed_at(service: &Service, id: SessionId) -> Result<DateTime<Utc>> {
    let stored = find_live(service, id).await?.ok_or(UnauthenticatedReason::Revoked)?;
    service.tokens.sessions().put(&stored);
    Ok(stored.session.authenticated_at)
}

/// A page of the live sessions that each filter lets through, all in one statement, most recently
/// used first.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn pages(service: &Service, filters: &[SessionFilter], request: &PageRequest) -> Result<Vec<Page<Session>>> {
    store::pages(service.database.connection(), (filters, service.now()), request).await
}

/// How many live sessions each filter lets through, in one statement.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn counts(service: &Service, filters: &[SessionFilter]) -> Result<Vec<u64>> {
    store::counts(service.database.connection(), filters, service.now()).await
}
