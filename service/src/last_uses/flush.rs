//! Writing uses in batches.

use super::day::{Day, day_of};
use super::recorder::Use;
use super::seen::Fingerprint;
use super::store;
use crate::database::commit;
use crate::decisions::pinned_policy;
use crate::review::{HeldObject, Holding};
use crate::store::users;
use crate::{Progress, Result, Service, boxed};
use engine::{Policy, UserId};
use rustc_hash::{FxHashSet, FxHasher};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::time::Duration;

/// Rows of one transaction, for which changes of the policy wait.
const BATCH: usize = 1_000;
/// Time between two transactions, in which others can write.
const PAUSE: Duration = Duration::from_millis(5);

/// Writes the uses that wait. What cannot be written is kept.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
#[boxed]
pub(crate) async fn flush(service: &Service) -> Result<()> {
    let _flushing = service.last_uses.flushing.lock().await;
    let (uses, dropped) = service.last_uses.take();
    if dropped > 0 {
        tracing::warn!(dropped, "uses of permissions found no room; they are recorded when they are repeated");
    }
    if uses.is_empty() {
        return Ok(());
    }
    let outcome = write_all(service, &uses).await;
    if outcome.is_err() {
        service.last_uses.put_back(uses);
    }
    outcome
}

async fn write_all(service: &Service, uses: &[Use]) -> Result<()> {
    for (day, holdings) in rows_of(uses) {
        let written = &service.last_uses.written;
        let new = holdings.into_iter().filter(|&holding| !written.contains(fingerprint(holding, day)));
        let new: Vec<Holding> = new.collect();
        for (at, batch) in new.chunks(BATCH).enumerate() {
            if at > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            write(service, batch, day).await?;
            batch.iter().for_each(|&holding| written.insert(fingerprint(holding, day)));
        }
    }
    Ok(())
}

/// The rows to write, by day and then in the order of their keys.
fn rows_of(uses: &[Use]) -> BTreeMap<Day, BTreeSet<Holding>> {
    let mut rows: BTreeMap<Day, BTreeSet<Holding>> = BTreeMap::new();
    for Use { subject, policy, permission, at } in uses {
        let roles = policy.roles_in_use(subject, *permission, *at).into_iter().map(HeldObject::Role);
        let objects = roles.chain([HeldObject::Permission(*permission)]);
        let of_day = rows.entry(day_of(*at)).or_default();
        of_day.extend(objects.map(|object| Holding { object, user: subject.user }));
    }
    rows
}

/// Writes rows of one day. The policy is pinned: what was deleted meanwhile is left out, so that no row outlives its object.
async fn write(service: &Service, holdings: &[Holding], day: Day) -> Result<()> {
    let transaction = service.database.begin().await?;
    let policy = pinned_policy(service, &transaction).await?;
    let users: BTreeSet<UserId> = holdings.iter().map(|holding| holding.user).collect();
    let users: FxHashSet<UserId> = users::present(&transaction, users).await?.into_iter().collect();
    let is_present = |holding: &&Holding| users.contains(&holding.user) && is_known(&policy, holding.object);
    let present = holdings.iter().filter(is_present).map(|holding| (holding.object.uuid(), holding.user));
    let present: Vec<_> = present.collect();
    if !present.is_empty() {
        store::record(&transaction, &present, day).await?;
    }
    commit(transaction, &Progress::default()).await
}

fn is_known(policy: &Policy, object: HeldObject) -> bool {
    match object {
        HeldObject::Role(role) => policy.role(role).is_some(),
        HeldObject::Permission(permission) => policy.permission(permission).is_some(),
    }
}

fn fingerprint(holding: Holding, day: Day) -> Fingerprint {
    let mut hasher = FxHasher::default();
    holding.hash(&mut hasher);
    hasher.write_i32(day);
    Fingerprint::of(hasher.finish())
}
