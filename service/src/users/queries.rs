//! Reading users.

use super::{User, UserFilter, UserOrder, Username, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::UserId;
use rustc_hash::FxHashMap;

/// Users by id, deleted ones included; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[UserId]) -> Result<FxHashMap<UserId, User>> {
    let users = store::by_ids(service.database.connection(), ids).await?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// A user by username, without regard to case; deleted ones have none.
///
/// # Errors
/// As [`by_ids`].
pub async fn by_username(service: &Service, username: &str) -> Result<Option<User>> {
    let Ok(username) = Username::parse(username) else { return Ok(None) };
    store::find_by_username(service.database.connection(), username.key()).await
}

/// A page of users. Also AssignedUsers and AuthorizedUsers, by the filter. `permission` finds active
/// accounts only, since no other holds anything; direct grants are those that count now. An empty
/// list of states lets nobody through.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
pub async fn page(
    service: &Service,
    filter: &UserFilter,
    order: UserOrder,
    request: &PageRequest,
) -> Result<Page<User>> {
    let policy = service.policy();
    let wanted = store::Wanted { filter, policy: &policy, now: service.now() };
    store::page(service.database.connection(), wanted, order, request).await
}

/// How many users the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &UserFilter) -> Result<u64> {
    let policy = service.policy();
    let wanted = store::Wanted { filter, policy: &policy, now: service.now() };
    store::count(service.database.connection(), wanted).await
}
