//! Writing the audit log.

use super::{Act, AuditEvent, Entry, Outcome, Target, TargetType, store};
use crate::context::network;
use crate::database::Connection;
use crate::text::excerpt;
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::AuditEventId;
use std::mem;
use uuid::Uuid;

/// Action of events about denials by a guard.
const DENY: &str = "access.deny";
/// Longest label, in characters.
const MAX_LABEL: usize = 255;
/// Longest summary, reason and user agent, in characters.
const MAX_TEXT: usize = 2_000;
/// Most entries whose summaries one text joins.
const MAX_SUMMARIES: usize = 3;

/// Writes the events of an act in its transaction.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn write<C: Connection>(
    service: &Service,
    ctx: &Context,
    act: &Act,
    entries: Vec<Entry>,
    connection: &C,
) -> Result<()> {
    insert(&events_of(service, ctx, act, entries), connection).await
}

/// The entries of a change in one text.
pub(crate) fn summary_of(entries: &[Entry]) -> String {
    let texts: Vec<&str> = entries.iter().take(MAX_SUMMARIES).map(|entry| entry.summary.as_str()).collect();
    let text = match entries.len().saturating_sub(MAX_SUMMARIES) {
        0 => texts.join("; "),
        further => format!("{}; and {further} more", texts.join("; ")),
    };
    excerpt(&text, MAX_TEXT)
}

/// Events that are ready to be written.
#[derive(Debug, Default)]
pub(crate) struct Events {
    events: Vec<AuditEvent>,
    /// What each of them concerns.
    subjects: Vec<Vec<Uuid>>,
}

impl Events {
    pub(crate) fn append(&mut self, mut others: Self) {
        self.events.append(&mut others.events);
        self.subjects.append(&mut others.subjects);
    }
}

/// The events of an act.
pub(crate) fn events_of(service: &Service, ctx: &Context, act: &Act, entries: Vec<Entry>) -> Events {
    let now = service.now();
    let mut ids: Vec<_> = entries.iter().map(|_| service.ids.next(now)).collect();
    // Events of one act are read in the order in which they were recorded.
    ids.sort_unstable();
    let (mut events, mut subjects) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
    for (mut entry, id) in entries.into_iter().zip(ids) {
        subjects.push(mem::take(&mut entry.subjects));
        let id = entry.id.unwrap_or(id.into());
        events.push(event(ctx, act, entry, id, now));
    }
    Events { events, subjects }
}

/// Inserts events in the transaction of their acts.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn insert<C: Connection>(events: &Events, connection: &C) -> Result<()> {
    store::insert(connection, &events.events).await?;
    let subjects = events.events.iter().zip(&events.subjects).map(|(event, subjects)| (event.id, subjects.as_slice()));
    store::insert_subjects(connection, subjects).await
}

/// Returns the result of checking the input of an act. A refusal is audited.
///
/// # Errors
/// Those of `checked`; [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn checked<T>(service: &Service, ctx: &Context, act: &Act, checked: Result<T>) -> Result<T> {
    if let Err(error) = &checked {
        record_attempt(service, ctx, act, error).await?;
    }
    checked
}

/// Writes the event of an act that was refused or failed, in a transaction of its own. Repetitions by the same actor on
/// the same target from the same network are counted for a minute and written once; so are all names that no account
/// has. Malformed requests, outages and
/// rate limits are not audited.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn record_attempt(service: &Service, ctx: &Context, act: &Act, error: &Error) -> Result<()> {
    let (message, outcome, reason) = match error {
        Error::Refused(refusals) => {
            let message = refusals.first().map_or("refused", |refusal| refusal.message.as_str());
            (message, outcome(refusals), codes(refusals))
        }
        Error::Forbidden { rule } => ("the guard denies the caller now", Outcome::Denied, rule.clone()),
        _ => return Ok(()),
    };
    let on = act.target.label.as_deref().map(|label| format!(" on `{}`", excerpt(label, MAX_LABEL)));
    let entry = Entry::done(format!("attempted {}{}: {message}", act.action, on.unwrap_or_default()))
        .outcome(outcome)
        .reason(reason);
    attempt(service, ctx, act, entry).await
}

/// Writes the denial of a mutation by a guard: `coordinate` such as `Mutation.roleCreate`, `rule` as written in the
/// schema. Repetitions within a minute are written once.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
#[boxed]
pub async fn denied(service: &Service, ctx: &Context, coordinate: &str, rule: &str) -> Result<()> {
    let target = Target::new(TargetType::Field, None, coordinate.to_owned());
    let act = Act::new(DENY, target);
    let entry = Entry::done(format!("was denied {coordinate}")).outcome(Outcome::Denied).reason(rule.to_owned());
    attempt(service, ctx, &act, entry).await
}

/// Writes the counts of repeated attempts whose minute is over; for the background work.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn flush(service: &Service) -> Result<()> {
    let counts = service.attempts.take_finished(service.now());
    insert_attempts(service, counts).await
}

async fn attempt(service: &Service, ctx: &Context, act: &Act, entry: Entry) -> Result<()> {
    let now = service.now();
    let event = event(ctx, act, entry, service.ids.next(now).into(), now);
    let network = ctx.request.ip_address.map(network);
    insert_attempts(service, service.attempts.record(event, network)).await
}

/// Attempts have no subjects, so one statement writes them. A count is an event of its own, with the present time.
async fn insert_attempts(service: &Service, events: Vec<AuditEvent>) -> Result<()> {
    let now = service.now();
    let renewed = |event| AuditEvent { id: AuditEventId::new(service.ids.next(now)), at: now, ..event };
    let events: Vec<AuditEvent> = events.into_iter().map(renewed).collect();
    store::insert(service.database.connection(), &events).await
}

fn event(ctx: &Context, act: &Act, entry: Entry, id: AuditEventId, at: DateTime<Utc>) -> AuditEvent {
    let target = entry.target.as_ref().unwrap_or(&act.target);
    let reason = entry.reason.as_deref().or(act.reason.as_deref());
    AuditEvent {
        id,
        at,
        action: entry.action.unwrap_or(act.action).to_owned(),
        outcome: entry.outcome,
        actor: ctx.user_id(),
        actor_label: excerpt(ctx.label(), MAX_LABEL),
        target_type: Some(target.kind.as_str().to_owned()),
        target_id: target.id,
        target_label: target.label.as_deref().map(|label| excerpt(label, MAX_LABEL)),
        summary: excerpt(&format!("{} {}", ctx.label(), entry.summary), MAX_TEXT),
        before: entry.before,
        after: entry.after,
        reason: reason.map(|reason| excerpt(reason, MAX_TEXT)),
        ip_address: ctx.request.ip_address.map(|address| address.to_string()),
        user_agent: ctx.request.user_agent.as_deref().map(|agent| excerpt(agent, MAX_TEXT)),
        request: ctx.request.id,
        impact: entry.impact,
    }
}

/// A failed login or refresh is a failure; any other refusal is a denial.
fn outcome(refusals: &[Refusal]) -> Outcome {
    use RefusalCode::{AccountNotActive, InvalidCredentials, RefreshTokenInvalid, RefreshTokenReused};
    let is_authentication = |refusal: &Refusal| {
        matches!(refusal.code, InvalidCredentials | AccountNotActive | RefreshTokenInvalid | RefreshTokenReused)
    };
    if refusals.iter().any(is_authentication) { Outcome::Failure } else { Outcome::Denied }
}

/// Codes of the refusals, without repetitions.
fn codes(refusals: &[Refusal]) -> String {
    let mut codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    codes.dedup();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_a_failure_and_a_lock_out_a_denial() {
        let refused = |code| [Refusal::new(code, "no")];
        assert_eq!(outcome(&refused(RefusalCode::InvalidCredentials)), Outcome::Failure);
        assert_eq!(outcome(&refused(RefusalCode::WouldLockOut)), Outcome::Denied);
        assert_eq!(codes(&refused(RefusalCode::WouldLockOut)), "WOULD_LOCK_OUT");
    }
}
