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

/// A page of live sessions, most recently used first.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
pub async fn page(service: &Service, filter: &SessionFilter, request: &PageRequest) -> Result<Page<Session>> {
    let Some(filter) = possible(filter) else { return Ok(Page::of_list(Vec::new(), request)) };
    store::page(service.database.connection(), (&filter, service.now()), request).await
}

/// How many live sessions the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &SessionFilter) -> Result<u64> {
    let Some(filter) = possible(filter) else { return Ok(0) };
    store::count(service.database.connection(), &filter, service.now()).await
}

/// The filter with its address as stored; `None` when it asks for what is no address, which no
/// session has.
fn possible(filter: &SessionFilter) -> Option<SessionFilter> {
    let address = filter.ip_address.as_ref().map(|text| text.parse::<std::net::IpAddr>()).transpose().ok()?;
    Some(SessionFilter { ip_address: address.map(|address| address.to_canonical().to_string()), ..filter.clone() })
}
