//! One user's part of the facts, loaded when needed and kept until it changes.

use crate::{Result, Service};
use engine::{Subject, UserId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What `user` holds in all (every role counted, [`engine::Activation::Default`]); `None` when there
/// is no such user.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it has to be loaded and cannot.
pub async fn subject(service: &Service, user: UserId) -> Result<Option<Arc<Subject>>> {
    Ok(subjects(service, &[user]).await?.remove(&user))
}

/// The same for many users at once, in at most three statements per 500 users that are not in
/// memory yet.
///
/// # Errors
/// As [`subject`].
pub async fn subjects(service: &Service, users: &[UserId]) -> Result<FxHashMap<UserId, Arc<Subject>>> {
    let _ = (service, users);
    todo!()
}
