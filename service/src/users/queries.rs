//! Reading users.

use super::{User, UserFilter, UserOrder};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::UserId;
use rustc_hash::FxHashMap;

/// Users by id, deleted ones included; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[UserId]) -> Result<FxHashMap<UserId, User>> {
    let _ = (service, ids);
    todo!()
}

/// A user by username, without regard to case.
///
/// # Errors
/// As [`by_ids`].
pub async fn by_username(service: &Service, username: &str) -> Result<Option<User>> {
    let _ = (service, username);
    todo!()
}

/// A page of users. Also AssignedUsers and AuthorizedUsers, by the filter.
///
/// # Errors
/// As [`by_ids`].
pub async fn page(
    service: &Service,
    filter: &UserFilter,
    order: UserOrder,
    request: &PageRequest,
) -> Result<Page<User>> {
    let _ = (service, filter, order, request);
    todo!()
}

/// How many users the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &UserFilter) -> Result<u64> {
    let _ = (service, filter);
    todo!()
}
