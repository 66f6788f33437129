//! What users hold now, as far as assertions are about it.

use super::current::named;
use crate::database::{Transaction, snapshot};
use crate::policy_document::{Assertions, Snapshot};
use crate::store::policy::subjects;
use crate::store::{CHUNK, users};
use crate::{Result, Service, boxed};
use engine::{Subject, UserId};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The current policy with the users whom these assertions name and, when one begins with `no one`, the first users who
/// contradict it. The assertions have the same outcome as with all users, who are read [`CHUNK`] by [`CHUNK`].
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn holdings(service: &Service, assertions: &[Assertions]) -> Result<Snapshot> {
    let base = service.policy();
    let transaction = snapshot(service.database.connection()).await?;
    service.current.catch_up_to(&transaction, base).await?;
    let mut holdings = Snapshot::new((*service.policy()).clone(), BTreeMap::new(), service.now());
    let users = named(&transaction, assertions.iter().flat_map(Assertions::usernames)).await?;
    holdings.extend(read(&transaction, &users).await?);
    if assertions.iter().any(Assertions::concern_everyone) {
        let mut all = users::users_by_name(&transaction).await?;
        all.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
        let mut piece = Snapshot::new((*service.policy()).clone(), BTreeMap::new(), service.now());
        for users in all.chunks(CHUNK) {
            piece.replace(read(&transaction, users).await?);
            let contradicting = assertions.iter().flat_map(|assertions| assertions.contradicting(&piece)).collect();
            holdings.extend(piece.take(&contradicting));
        }
    }
    transaction.rollback().await?;
    Ok(holdings)
}

/// Users by username, with what they have.
async fn read(transaction: &Transaction, users: &[(UserId, String)]) -> Result<BTreeMap<String, Subject>> {
    let ids: Vec<UserId> = users.iter().map(|(user, _)| *user).collect();
    let subjects = subjects(transaction, &ids).await?;
    let mut subjects: FxHashMap<UserId, Subject> = subjects.into_iter().map(|found| (found.user, found)).collect();
    Ok(users.iter().filter_map(|(user, name)| Some((name.clone(), subjects.remove(user)?))).collect())
}
