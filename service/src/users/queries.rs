//! Reading users.

use super::{User, Username, store};
use crate::{Result, Service, boxed};
use engine::UserId;
use rustc_hash::FxHashMap;

/// Users by id, deleted ones included; unknown ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[UserId]) -> Result<FxHashMap<UserId, User>> {
    let users = store::by_ids(service.database.connection(), ids).await?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// A user by username, compared as at login. Deleted users have no username.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn by_username(service: &Service, username: &str) -> Result<Option<User>> {
    let Ok(username) = Username::parse(username) else { return Ok(None) };
    store::find_by_username(service.database.connection(), username.login_name()).await
}
