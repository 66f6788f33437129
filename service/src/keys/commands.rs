//! Rotation and revocation of keys. Both take the policy lock: of two replicas that rotate at once, the second retires
//! the key of the first.

use super::model::{DEFAULT_GRACE, KeyStatus, MAX_GRACE, SigningKey};
use super::store;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::not_found;
use crate::change::Change;
use crate::clock::time_delta;
use crate::{Context, Error, Refusal, RefusalCode, Requested, Result, Service, boxed, text};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Permit, PermitKind, SigningKeyId};
use serde_json::{Value, json};

/// Time after which all replicas sign with the new key.
const PROPAGATION: TimeDelta = TimeDelta::seconds(5);

/// Replaces the signing key by a new one of the configured algorithm. Replaced keys verify until `grace` has passed.
/// Returns the new key.
///
/// # Errors
/// `INVALID` for a grace period that is negative or longer than 30 days.
#[boxed]
pub async fn rotate(service: &Service, ctx: &Context, grace: TimeDelta) -> Result<SigningKey> {
    let act = Act::new("signing_key.rotate", target(None));
    let input = check_grace(grace);
    let new = service.change(ctx, act, input, |change, ()| Box::pin(replace(service, change, grace))).await?;
    service.keys.reload(&service.database).await?;
    Ok(new)
}

/// Revokes a key at once: its tokens are refused on every replica. When no other key signs, a new one is created first.
/// Revoking a revoked key changes nothing. Returns the key.
///
/// # Errors
/// `NOT_FOUND`; `REQUIRED`, `TOO_LONG` or `INVALID` for the reason.
#[boxed]
pub async fn revoke(
    service: &Service,
    ctx: &Context,
    key: Requested<SigningKeyId>,
    reason: String,
) -> Result<SigningKey> {
    let found = by_id(service, key).await;
    let act = Act::new("signing_key.revoke", target(found.as_ref().ok()));
    let input = check_reason(&reason).and(found.map(|key| key.id));
    service.change(ctx, act.because(reason), input, |change, id| Box::pin(revoke_key(service, change, id))).await?;
    service.keys.reload(&service.database).await?;
    by_id(service, key).await
}

/// Rotates the signing key when it has another algorithm than the configured one. Returns the new key, if any. For the
/// startup.
///
/// # Errors
/// [`Error::Unavailable`] when the keys cannot be read or written.
#[boxed]
pub async fn adopt_algorithm(service: &Service) -> Result<Option<SigningKey>> {
    let wanted = service.config.token.algorithm;
    let newest = list_active(service).await?.into_iter().next();
    if newest.is_some_and(|key| key.algorithm == wanted.as_str()) {
        return Ok(None);
    }
    rotate(service, &service.as_system(), DEFAULT_GRACE).await.map(Some)
}

async fn list_active(service: &Service) -> Result<Vec<SigningKey>> {
    let all = store::all(service.database.connection(), service.now()).await?;
    Ok(all.into_iter().filter(|key| key.status == KeyStatus::Active).collect())
}

async fn replace(service: &Service, change: &mut Change<'_>, grace: TimeDelta) -> Result<SigningKey> {
    let permit = change.permit(engine::Proposal::Unrestricted, &[])?;
    let now = change.now();
    let mut replaced = store::all(change.read(), now).await?;
    replaced.retain(|key| key.status == KeyStatus::Active);
    let retires_at = retirement(grace, service, now);
    store::retire(change.write(&permit, PermitKind::Unrestricted)?, &replaced, retires_at).await?;
    let new = create(service, change, &permit).await?;
    let kids: Vec<&str> = replaced.iter().map(|key| key.kid.as_str()).collect();
    let entry = Entry::done(format!("signs with the new key {}", new.kid))
        .target(target(Some(&new)))
        .before(json!({ "active": kids }))
        .after(json!({ "active": [new.kid], "algorithm": new.algorithm, "othersRetireAt": retires_at }))
        .concerning(replaced.iter().map(|key| key.id.uuid()));
    change.record(entry);
    Ok(new)
}

async fn revoke_key(service: &Service, change: &mut Change<'_>, id: SigningKeyId) -> Result<()> {
    let permit = change.permit(engine::Proposal::Unrestricted, &[])?;
    let now = change.now();
    let key = store::by_ids(change.read(), &[id], now).await?.pop().ok_or_else(missing)?;
    if key.status == KeyStatus::Revoked {
        return Ok(());
    }
    let mut entry = Entry::done(format!("revoked the key {}", key.kid)).before(state(key.status, None));
    let mut replacement = None;
    if key.status == KeyStatus::Active && !store::another_signs(change.read(), id).await? {
        let new = create(service, change, &permit).await?;
        entry = entry.concerning([new.id.uuid()]);
        replacement = Some(new.kid);
    }
    let retires_at = key.retires_at.map_or(now, |retires_at| retires_at.min(now));
    store::revoke(change.write(&permit, PermitKind::Unrestricted)?, &key, retires_at).await?;
    change.record(entry.after(state(KeyStatus::Revoked, replacement.as_deref())));
    Ok(())
}

/// State of a key for the audit log, with the key that signs after it.
fn state(status: KeyStatus, replacement: Option<&str>) -> Value {
    match replacement {
        Some(kid) => json!({ "status": status.as_str(), "active": kid }),
        None => json!({ "status": status.as_str() }),
    }
}

/// Creates and stores a key that signs.
async fn create(service: &Service, change: &Change<'_>, permit: &Permit) -> Result<SigningKey> {
    let (now, algorithm) = (change.now(), service.config.token.algorithm);
    let new = service.keys.new_key(algorithm, service.ids.next(now).into(), now).await?;
    let created = SigningKey {
        id: new.id,
        kid: new.kid.clone(),
        algorithm: algorithm.as_str().to_owned(),
        status: KeyStatus::Active,
        created_at: now,
        retires_at: None,
    };
    store::insert(change.write(permit, PermitKind::Unrestricted)?, new).await?;
    Ok(created)
}

/// Time at which a replaced key stops verifying. A grace period as long as the lifetime of tokens covers also those
/// that other replicas sign with the old key until they know the new one.
fn retirement(grace: TimeDelta, service: &Service, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = time_delta(service.config.token.access_lifetime);
    now + if grace < lifetime { grace } else { grace.max(lifetime + PROPAGATION) }
}

fn check_grace(grace: TimeDelta) -> Result<()> {
    if (TimeDelta::zero()..=MAX_GRACE).contains(&grace) {
        return Ok(());
    }
    let message = format!("the grace period is from 0 to {} minutes", MAX_GRACE.num_minutes());
    Err(Refusal::new(RefusalCode::Invalid, message).at(["graceMinutes"]).into())
}

fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        let refusal = Refusal::new(RefusalCode::Required, "a reason is required: say why the key is revoked");
        return Err(refusal.at(["reason"]).into());
    }
    text::check_reason(Some(reason)).map_err(|refusal| refusal.at(["reason"]).into())
}

async fn by_id(service: &Service, key: Requested<SigningKeyId>) -> Result<SigningKey> {
    let id = key.ok_or_else(missing)?;
    store::by_ids(service.database.connection(), &[id], service.now()).await?.pop().ok_or_else(missing)
}

fn missing() -> Error {
    not_found("key", &["id"]).into()
}

fn target(key: Option<&SigningKey>) -> Target {
    Target::new(TargetType::SigningKey, key.map(|key| key.id.uuid()), key.map(|key| key.kid.clone()))
}
