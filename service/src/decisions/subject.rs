//! Subjects, read on demand and cached until they change.

use crate::database::{Pool, snapshot};
use crate::store;
use crate::{Result, Service, boxed};
use engine::{Subject, UserId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The subject of a user, with all roles active ([`engine::Activation::All`]); `None` for an unknown user.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it is not cached and the database cannot be read.
pub async fn subject(service: &Service, user: UserId) -> Result<Option<Arc<Subject>>> {
    if let Some(subject) = service.current.subjects.get(user) {
        return Ok(Some(subject));
    }
    // The rights of a caller: whatever other requests do, they can be read.
    Ok(read(service, service.database.reserved(), &[user]).await?.pop())
}

/// The subject of a user if it is cached; runs no statement.
#[must_use]
pub fn subject_in_memory(service: &Service, user: UserId) -> Option<Arc<Subject>> {
    service.current.subjects.get(user)
}

/// The subjects of users, in at most three statements for each 500 that are not cached; unknown users are left out.
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
        let connection = service.database.connection();
        found.extend(read(service, connection, &missing).await?.into_iter().map(|subject| (subject.user, subject)));
    }
    Ok(found)
}

/// Reads subjects from a snapshot, so that assignments and grants are of the same time.
#[boxed]
async fn read(service: &Service, connection: &Pool, users: &[UserId]) -> Result<Vec<Arc<Subject>>> {
    let epoch = service.current.subjects.epoch();
    let transaction = snapshot(connection).await?;
    let subjects = store::policy::subjects(&transaction, users).await?;
    transaction.commit().await?;
    let subjects: Vec<Arc<Subject>> = subjects.into_iter().map(Arc::new).collect();
    service.current.subjects.insert(epoch, &subjects);
    Ok(subjects)
}
