//! One user's part of the facts, loaded when needed and kept until it changes.

use super::load;
use crate::database::snapshot;
use crate::{Result, Service, boxed};
use engine::{Subject, UserId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What `user` holds in all (every role counted, [`engine::Activation::All`]); `None` when there
/// is no such user.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it has to be loaded and cannot.
pub async fn subject(service: &Service, user: UserId) -> Result<Option<Arc<Subject>>> {
    if let Some(subject) = service.current.subjects.get(user) {
        return Ok(Some(subject));
    }
    Ok(read(service, &[user]).await?.pop())
}

/// The same, if it is in memory: no waiting and no statement.
#[must_use]
pub fn subject_in_memory(service: &Service, user: UserId) -> Option<Arc<Subject>> {
    service.current.subjects.get(user)
}

/// The same for many users at once, in at most three statements per 500 users that are not in
/// memory yet.
///
/// # Errors
/// As [`subject`].
#[boxed]
pub async fn subjects(service: &Service, users: &[UserId]) -> Result<FxHashMap<UserId, Arc<Subject>>> {
    let mut found = FxHashMap::default();
    let mut missing = FxHashSet::default();
    for &user in users {
        match service.current.subjects.get(user) {
            Some(subject) => drop(found.insert(user, subject)),
            None => drop(missing.insert(user)),
        }
    }
    if !missing.is_empty() {
        let missing: Vec<UserId> = missing.into_iter().collect();
        found.extend(read(service, &missing).await?.into_iter().map(|subject| (subject.user, subject)));
    }
    Ok(found)
}

/// Reads subjects from one state of the database, so that none is half old and half new.
#[boxed]
async fn read(service: &Service, users: &[UserId]) -> Result<Vec<Arc<Subject>>> {
    let epoch = service.current.subjects.epoch();
    let transaction = snapshot(service.database.connection()).await?;
    let subjects = load::subjects(&transaction, users).await?;
    transaction.commit().await?;
    let subjects: Vec<Arc<Subject>> = subjects.into_iter().map(Arc::new).collect();
    service.current.subjects.keep(epoch, &subjects);
    Ok(subjects)
}
