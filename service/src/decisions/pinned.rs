//! Facts for a decision that is written down: they stay as they are until it is committed.

use super::load;
use crate::{Error, Result, Service};
use engine::{Policy, Subject, UserId};
use sea_orm::DatabaseTransaction;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait for a change that is under way.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// The latest policy, and what `user` holds in all; `None` when there is no such user. No change of
/// the policy or of any user is made until the transaction ends: changes wait for it, while others
/// that only pin do not. To be called before anything else is locked.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be read, or a change takes too long.
pub(crate) async fn pinned(
    service: &Service,
    transaction: &DatabaseTransaction,
    user: UserId,
) -> Result<(Arc<Policy>, Option<Subject>)> {
    // Taken before the lock: whatever it knows is committed, so the transaction knows it as well.
    let base = service.policy();
    let revision = tokio::time::timeout(LOCK_WAIT, load::pinned_revision(transaction)).await;
    let revision = revision.map_err(|late| Error::Unavailable(late.into()))??;
    service.current.catch_up(transaction, (base, revision)).await?;
    let subject = load::subjects(transaction, &[user]).await?.pop();
    Ok((service.policy(), subject))
}
