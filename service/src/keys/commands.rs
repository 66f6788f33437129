//! Rotating and revoking keys. Both go through the door for changes, which orders them: of two
//! replicas that rotate at once, the second retires the key of the first.

use super::model::{DEFAULT_GRACE, KeyStatus, MAX_GRACE, SigningKey};
use super::store;
use crate::audit::{Entry, Target, TargetType};
use crate::change::{Act, Change};
use crate::sessions::span;
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed, text};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Permit, SigningKeyId};
use serde_json::{Value, json};

/// Other replicas may sign with the old key for so long before they know of the new one.
const NOTICE: TimeDelta = TimeDelta::seconds(5);

/// Signs with a new key from now on, of the algorithm that is set; those before it verify until `grace`
/// has passed, counted in whole minutes by whoever asks. Gives the new key.
///
/// # Errors
/// `INVALID` for a grace that is negative or longer than 30 days.
#[boxed]
pub async fn rotate(service: &Service, ctx: &Context, grace: TimeDelta) -> Result<SigningKey> {
    let act = Act::new("signing_key.rotate", target(None));
    audit::checked(service, ctx, &act, check_grace(grace)).await?;
    let new = service
        .change(ctx, act, |mut change| async move {
            let new = replace(service, &mut change, grace).await?;
            Ok((change, new))
        })
        .await?;
    service.keys.read_again(&service.database).await?;
    Ok(new)
}

/// Distrusts a key at once: what it signed is refused on every replica. When no other key signs, a new
/// one is made first. Revoking a revoked key changes nothing. Gives the key as it is now.
///
/// # Errors
/// `NOT_FOUND`; `REQUIRED`, `TOO_LONG` or `INVALID` for the reason.
#[boxed]
pub async fn revoke(service: &Service, ctx: &Context, key: SigningKeyId, reason: String) -> Result<SigningKey> {
    let found = by_id(service, key).await;
    let act = Act::new("signing_key.revoke", target(found.as_ref().ok().map(|key| (key.id, key.kid.as_str()))));
    let checked = check_reason(&reason).and(found.map(drop));
    audit::checked(service, ctx, &act, checked).await?;
    service
        .change(ctx, act.because(reason), |mut change| async move {
            distrust(service, &mut change, key).await?;
            Ok((change, ()))
        })
        .await?;
    service.keys.read_again(&service.database).await?;
    by_id(service, key).await
}

/// Rotates when the newest key has another algorithm than the one that is set; gives the new key, if
/// there is one. For whoever is about to serve: a setting that changed holds from then on.
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

async fn replace(service: &Service, change: &mut Change, grace: TimeDelta) -> Result<SigningKey> {
    let permit = change.permit(engine::Change::Other, &[])?;
    let now = change.now();
    let mut replaced = store::all(change.read(), now).await?;
    replaced.retain(|key| key.status == KeyStatus::Active);
    let retires_at = end_of(grace, service, now);
    store::retire(change.write(&permit), &replaced, retires_at).await?;
    let new = make(service, change, &permit).await?;
    let kids: Vec<&str> = replaced.iter().map(|key| key.kid.as_str()).collect();
    let entry = Entry::done(format!("signs with the new key {}", new.kid))
        .target(target(Some((new.id, &new.kid))))
        .before(json!({ "active": kids }))
        .after(json!({ "active": [new.kid], "algorithm": new.algorithm, "othersRetireAt": retires_at }))
        .concerning(replaced.iter().map(|key| key.id.uuid()));
    change.record(entry);
    Ok(new)
}

async fn distrust(service: &Service, change: &mut Change, id: SigningKeyId) -> Result<()> {
    let permit = change.permit(engine::Change::Other, &[])?;
    let now = change.now();
    let key = store::by_ids(change.read(), &[id], now).await?.pop().ok_or_else(missing)?;
    if key.status == KeyStatus::Revoked {
        return Ok(());
    }
    let state = |status: KeyStatus, signing: Option<&str>| -> Value {
        let mut state = json!({ "status": status.as_str() });
        if let Some(kid) = signing {
            state["active"] = json!(kid);
        }
        state
    };
    let mut entry = Entry::done(format!("revoked the key {}", key.kid)).before(state(key.status, None));
    let mut successor = None;
    if key.status == KeyStatus::Active && !store::another_signs(change.read(), id).await? {
        let new = make(service, change, &permit).await?;
        entry = entry.concerning([new.id.uuid()]);
        successor = Some(new.kid);
    }
    let retires_at = key.retires_at.map_or(now, |retires_at| retires_at.min(now));
    store::distrust(change.write(&permit), &key, retires_at).await?;
    change.record(entry.after(state(KeyStatus::Revoked, successor.as_deref())));
    Ok(())
}

/// Stores a new key that signs.
async fn make(service: &Service, change: &Change, permit: &Permit) -> Result<SigningKey> {
    let (now, algorithm) = (change.now(), service.config.token.algorithm);
    let new = service.keys.new_key(algorithm, (service.ids.next(now).into(), now)).await?;
    let shown = SigningKey {
        id: new.id,
        kid: new.kid.clone(),
        algorithm: algorithm.as_str().to_owned(),
        status: KeyStatus::Active,
        created_at: now,
        retires_at: None,
    };
    store::insert(change.write(permit), new).await?;
    Ok(shown)
}

/// When a replaced key stops verifying. A grace that is meant to outlast every token does so, though
/// other replicas sign with the old key until they have noticed.
fn end_of(grace: TimeDelta, service: &Service, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = span(service.config.token.access_lifetime);
    now + if grace < lifetime { grace } else { grace.max(lifetime + NOTICE) }
}

fn check_grace(grace: TimeDelta) -> Result<()> {
    if (TimeDelta::zero()..=MAX_GRACE).contains(&grace) {
        return Ok(());
    }
    let message = format!("a grace lasts from 0 to {} minutes", MAX_GRACE.num_minutes());
    Err(Refusal::new(RefusalCode::Invalid, message).at(["graceMinutes"]).into())
}

fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        let refusal = Refusal::new(RefusalCode::Required, "say why the key is revoked: the audit log keeps it");
        return Err(refusal.at(["reason"]).into());
    }
    text::check_reason(Some(reason)).map_err(|refusal| refusal.at(["reason"]).into())
}

async fn by_id(service: &Service, id: SigningKeyId) -> Result<SigningKey> {
    store::by_ids(service.database.connection(), &[id], service.now()).await?.pop().ok_or_else(missing)
}

fn missing() -> Error {
    Refusal::new(RefusalCode::NotFound, "there is no such key").at(["id"]).into()
}

fn target(key: Option<(SigningKeyId, &str)>) -> Target {
    Target::new(TargetType::SigningKey, key.map(|(id, _)| id.uuid()), key.map(|(_, kid)| kid.to_owned()))
}
