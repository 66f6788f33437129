//! Facts that do not change until a transaction ends, for decisions that it writes.

use crate::database::Transaction;
use crate::store;
use crate::{Busy, Result, Service};
use engine::{Policy, Subject, UserId};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for a change in progress; shorter than the time of a response.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// The latest policy, and the subject of `user`; `None` for an unknown user. Takes the lock of [`pinned_policy`].
///
/// # Errors
/// As [`pinned_policy`].
pub(crate) async fn pinned(
    service: &Service,
    transaction: &Transaction,
    user: UserId,
) -> Result<(Arc<Policy>, Option<Subject>)> {
    let policy = pinned_policy(service, transaction).await?;
    let subject = store::policy::subjects(transaction, &[user]).await?.pop();
    Ok((policy, subject))
}

/// The latest policy. Takes a shared policy lock: changes wait until the transaction ends, other shared locks do not. To be
/// called before the transaction locks anything else.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read; [`Busy`] when a change holds the lock for too long.
pub(crate) async fn pinned_policy(service: &Service, transaction: &Transaction) -> Result<Arc<Policy>> {
    // Read before the lock is taken: its revision is committed, so that the transaction sees it too.
    let base = service.policy();
    let revision = tokio::time::timeout(LOCK_TIMEOUT, store::policy::shared_locked_revision(transaction)).await;
    let revision = revision.map_err(|_| Busy)??;
    service.current.catch_up(transaction, base, revision).await?;
    Ok(service.policy())
}
