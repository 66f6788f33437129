//! Reading users.

use super::{User, UserFilter, UserOrder, Username, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service, boxed};
use engine::UserId;
use rustc_hash::FxHashMap;

/// Users by id, deleted ones included; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[UserId]) -> Result<FxHashMap<UserId, User>> {
    let users = store::by_ids(service.database.connection(), ids).await?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// A user by username, without regard to case; deleted ones have none.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn by_username(service: &Service, username: &str) -> Result<Option<User>> {
    let Ok(username) = Username::parse(username) else { return Ok(None) };
    store::find_by_username(service.database.connection(), username.key()).await
}

/// A page of the users that each filter lets through, all in one statement. Also AssignedUsers and
/// AuthorizedUsers, by the filter. `permission` finds active accounts only, since no other holds
/// anything; direct grants are those that count now. An empty list of states lets nobody through.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn pages(
    service: &Service,
    filters: &[UserFilter],
    order: UserOrder,
    request: &PageRequest,
) -> Result<Vec<Page<User>>> {
    let (policy, now) = (service.policy(), service.now());
    let wanted = filters.iter().map(|filter| store::Wanted { filter, policy: &policy, now });
    store::pages(service.database.connection(), wanted, order, request).await
}

/// How many users each filter lets through, in one statement.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn counts(service: &Service, filters: &[UserFilter]) -> Result<Vec<u64>> {
    let (policy, now) = (service.policy(), service.now());
    let wanted = filters.iter().map(|filter| store::Wanted { filter, policy: &policy, now });
    store::counts(service.database.connection(), wanted).await
}
