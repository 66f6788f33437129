//! Building the index and bringing it up to date.

use super::index::{Facts, Index};
use crate::database::{Transaction, snapshot};
use crate::store::{assignments, policy, users};
use crate::{Error, Result, Service, boxed, memory};
use engine::UserId;
use std::sync::Arc;

/// Changed users beyond which all users are read again.
const MAX_CHANGED: usize = 20_000;

/// The index at `revision` or a later one: usually the present one.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(super) async fn up_to(service: &Service, revision: u64) -> Result<Arc<Index>> {
    match service.review.known(revision) {
        Some(index) => Ok(index),
        None => bring_up_to(service, revision).await,
    }
}

/// Updates in a task of its own: a request that is cancelled does not throw away what was read for all.
#[boxed]
async fn bring_up_to(service: &Service, revision: u64) -> Result<Arc<Index>> {
    let service = service.for_background();
    let updated = tokio::spawn(async move {
        let _turn = service.review.turn.lock().await;
        if let Some(index) = service.review.known(revision) {
            return Ok(index);
        }
        let index = Arc::new(update(&service).await?);
        service.review.put(Arc::clone(&index));
        Ok(index)
    });
    updated.await.unwrap_or_else(|error| Err(Error::Internal(error.into())))
}

/// The index as of now. An index later than the database, as after a backup was restored, is built again.
#[boxed]
async fn update(service: &Service) -> Result<Index> {
    let transaction = snapshot(service.database.background()).await?;
    let revision = policy::revision(&transaction).await?;
    let known = service.review.known(0).filter(|known| known.revision <= revision);
    let changed = match &known {
        Some(known) => users::reviewed_since(&transaction, known.revision, MAX_CHANGED).await?,
        None => None,
    };
    let index = match (known, changed) {
        (Some(known), Some(changed)) => {
            let facts = facts(&transaction, changed).await?;
            updated(service, known, revision, &facts)
        }
        _ => build(&transaction, revision).await?,
    };
    transaction.commit().await?;
    Ok(index)
}

/// The index with what changed. It is copied only while a list is read from it.
fn updated(service: &Service, known: Arc<Index>, revision: u64, facts: &Facts) -> Index {
    drop(service.review.take());
    let mut index = Arc::unwrap_or_clone(known);
    let policy = service.policy();
    if policy.revision() >= index.revision {
        index.forget_deleted(&policy);
    }
    index.update(revision, facts);
    index
}

async fn facts(transaction: &Transaction, users: Vec<users::ReviewedUser>) -> Result<Facts> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let assignments = assignments::validities(transaction, &ids).await?.into_iter().map(assignments::Held::from);
    let grants = assignments::grant_validities(transaction, &ids).await?.into_iter().map(assignments::Held::from);
    Ok(Facts { users, assignments: assignments.collect(), grants: grants.collect() })
}

/// Reads everything, piece by piece.
async fn build(transaction: &Transaction, revision: u64) -> Result<Index> {
    let mut users = Vec::new();
    loop {
        let piece = users::reviewed_after(transaction, users.last().map(|user: &users::ReviewedUser| user.id)).await?;
        if piece.is_empty() {
            break;
        }
        users.extend(piece);
    }
    let mut index = Index::new(revision, users);
    memory::release().await;
    let mut last = None;
    loop {
        let (piece, end) = assignments::assignments_after(transaction, last).await?;
        index.add_assignments(&piece);
        last = end;
        if last.is_none() {
            break;
        }
    }
    let mut last = None;
    loop {
        let piece = assignments::grants_after(transaction, last).await?;
        index.add_grants(&piece);
        last = piece.last().map(|held| (held.user, held.object));
        if last.is_none() {
            return Ok(index);
        }
    }
}
