//! Writing the audit log.

use super::{AuditEvent, Entry, Outcome, Target, TargetType, store};
use crate::change::Act;
use crate::text::excerpt;
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::AuditEventId;
use sea_orm::ConnectionTrait;

/// The action of entries about refusals by a guard.
const DENY: &str = "access.deny";
/// Longest label, in characters.
const MAX_LABEL: usize = 255;
/// Longest summary, reason and user agent, in characters.
const MAX_TEXT: usize = 2_000;

/// Writes entries of an act within the transaction that did it.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn write<C: ConnectionTrait>(
    service: &Service,
    ctx: &Context,
    act: &Act,
    entries: &[Entry],
    connection: &C,
) -> Result<()> {
    let now = service.now();
    let mut ids: Vec<_> = entries.iter().map(|_| service.ids.next(now)).collect();
    // Entries of one act are read in the order in which they were recorded.
    ids.sort_unstable();
    let events: Vec<AuditEvent> =
        entries.iter().zip(ids).map(|(entry, id)| event(ctx, act, entry, (AuditEventId::new(id), now))).collect();
    store::insert(connection, &events).await?;
    let subjects = events.iter().zip(entries).map(|(event, entry)| (event.id, entry.subjects.as_slice()));
    store::insert_subjects(connection, subjects).await
}

/// Gives back the result of checking an act's input, after writing its refusal to the log.
///
/// # Errors
/// Those of `checked`; [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn checked<T>(service: &Service, ctx: &Context, act: &Act, checked: Result<T>) -> Result<T> {
    if let Err(error) = &checked {
        record_attempt(service, ctx, act, error).await?;
    }
    checked
}

/// Writes the entry of an act that was refused or failed, in a transaction of its own; repeated
/// ones of the same actor or account, target, address and minute are counted and written once. What
/// is no refusal (malformed requests, outages, rate limits) leaves no entry.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn record_attempt(service: &Service, ctx: &Context, act: &Act, error: &Error) -> Result<()> {
    let (message, outcome, reason) = match error {
        Error::Refused(refusals) => {
            let message = refusals.first().map_or("refused", |refusal| refusal.message.as_str());
            (message, outcome(refusals), codes(refusals))
        }
        Error::Forbidden { rule } => ("not allowed any more", Outcome::Denied, rule.clone()),
        _ => return Ok(()),
    };
    let on = act.target.label.as_deref().map(|label| format!(" on `{}`", excerpt(label, MAX_LABEL)));
    let entry = Entry::done(format!("tried {}{}: {message}", act.action, on.unwrap_or_default()))
        .outcome(outcome)
        .reason(reason);
    attempt(service, ctx, act, entry).await
}

/// Writes that a guard refused a mutation: `coordinate` such as `Mutation.roleCreate`, `rule` as
/// written in the schema. Repeated refusals within a minute are written once.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
#[boxed]
pub async fn denied(service: &Service, ctx: &Context, coordinate: &str, rule: &str) -> Result<()> {
    let target = Target::new(TargetType::Field, None, coordinate.to_owned());
    let act = Act { action: DENY, target, reason: None };
    let entry = Entry::done(format!("was denied {coordinate}")).outcome(Outcome::Denied).reason(rule.to_owned());
    attempt(service, ctx, &act, entry).await
}

/// Writes how often attempts were repeated whose minute is over; for the background work.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn flush(service: &Service) -> Result<()> {
    let counts = service.attempts.settle(service.now());
    insert_attempts(service, counts).await
}

async fn attempt(service: &Service, ctx: &Context, act: &Act, entry: Entry) -> Result<()> {
    let now = service.now();
    let event = event(ctx, act, &entry, (AuditEventId::new(service.ids.next(now)), now));
    insert_attempts(service, service.attempts.note(event)).await
}

/// Attempts concern nothing beside actor and target, so one statement writes them. The count of
/// repetitions was made from the first of them and is an entry of its own, as of now.
async fn insert_attempts(service: &Service, events: Vec<AuditEvent>) -> Result<()> {
    let now = service.now();
    let fresh = |event| AuditEvent { id: AuditEventId::new(service.ids.next(now)), at: now, ..event };
    let events: Vec<AuditEvent> = events.into_iter().map(fresh).collect();
    store::insert(service.database.connection(), &events).await
}

fn event(ctx: &Context, act: &Act, entry: &Entry, (id, at): (AuditEventId, DateTime<Utc>)) -> AuditEvent {
    let target = entry.target.as_ref().unwrap_or(&act.target);
    let reason = entry.reason.as_deref().or(act.reason.as_deref());
    AuditEvent {
        id,
        at,
        action: act.action.to_owned(),
        outcome: entry.outcome,
        actor: ctx.user_id(),
        actor_label: excerpt(ctx.label(), MAX_LABEL),
        target_type: Some(target.kind.as_str().to_owned()),
        target_id: target.id,
        target_label: target.label.as_deref().map(|label| excerpt(label, MAX_LABEL)),
        summary: excerpt(&format!("{} {}", ctx.label(), entry.summary), MAX_TEXT),
        before: entry.before.clone(),
        after: entry.after.clone(),
        reason: reason.map(|reason| excerpt(reason, MAX_TEXT)),
        ip_address: ctx.request.ip_address.map(|address| address.to_string()),
        user_agent: ctx.request.user_agent.as_deref().map(|agent| excerpt(agent, MAX_TEXT)),
        request: ctx.request.id,
    }
}

/// A sign-in that does not succeed failed; anything else was denied.
fn outcome(refusals: &[Refusal]) -> Outcome {
    use RefusalCode::{AccountNotActive, InvalidCredentials, RefreshTokenInvalid, RefreshTokenReused};
    let is_sign_in = |refusal: &Refusal| {
        matches!(refusal.code, InvalidCredentials | AccountNotActive | RefreshTokenInvalid | RefreshTokenReused)
    };
    if refusals.iter().any(is_sign_in) { Outcome::Failure } else { Outcome::Denied }
}

/// The codes of refusals, each once.
fn codes(refusals: &[Refusal]) -> String {
    let mut codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    codes.dedup();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_failed_and_a_lock_out_was_denied() {
        let refused = |code| [Refusal::new(code, "no")];
        assert_eq!(outcome(&refused(RefusalCode::InvalidCredentials)), Outcome::Failure);
        assert_eq!(outcome(&refused(RefusalCode::WouldLockOut)), Outcome::Denied);
        assert_eq!(codes(&refused(RefusalCode::WouldLockOut)), "WOULD_LOCK_OUT");
    }
}
