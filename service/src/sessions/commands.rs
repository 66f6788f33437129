//! Ending sessions, and the values that applications store with them.
//!
//! A session is ended in SQL first. Once that is committed, [`deny`] adds it to the denylist.

use super::model::{EndReason, SessionSelection};
use super::{Session, queries, store};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::not_found;
use crate::database::{Connection, commit};
use crate::limits::AttemptKey;
use crate::store::{resets, users};
use crate::text::check_key;
use crate::{Caller, Context, Requested, Result, Service, UnauthenticatedReason, audit, boxed};
use chrono::{DateTime, Utc};
use engine::{SessionId, UserId};
use rustc_hash::FxHashSet;
use serde_json::Value;

/// Ends a session: its access token is refused at once. Succeeds also when the session has ended already.
///
/// # Errors
/// `NOT_FOUND`; `BEYOND_AUTHORITY` for a user beyond the caller's authority.
#[boxed]
pub async fn revoke(service: &Service, ctx: &Context, session: Requested<SessionId>) -> Result<Session> {
    let unknown = || not_found("session", &["id"]);
    let session = session.ok_or_else(unknown)?;
    if let Some(found) = queries::by_ids(service, &[session]).await?.remove(&session) {
        let permitted = service.require_authority_over(ctx, found.user).await;
        audit::checked(service, ctx, &act("session.revoke", &found), permitted).await?;
    }
    if let Some(ended) = revoke_selected(service, ctx, SessionSelection::This(session)).await?.pop() {
        return Ok(ended);
    }
    let found = queries::by_ids(service, &[session]).await?.remove(&session);
    Ok(found.ok_or_else(unknown)?)
}

/// Ends all sessions of the caller except the present one. Returns those ended.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] without a caller.
#[boxed]
pub async fn revoke_others(service: &Service, ctx: &Context) -> Result<Vec<Session>> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    revoke_selected(service, ctx, SessionSelection::OthersOf(caller.user, caller.session)).await
}

/// Ends all sessions of a user. Returns those ended.
///
/// # Errors
/// `NOT_FOUND`; `BEYOND_AUTHORITY` for a user beyond the caller's authority.
#[boxed]
pub async fn revoke_all_of(service: &Service, ctx: &Context, user: Requested<UserId>) -> Result<Vec<Session>> {
    let unknown = || not_found("user", &["id"]);
    let user = user.ok_or_else(unknown)?;
    crate::decisions::subject(service, user).await?.ok_or_else(unknown)?;
    let username = users::find(service.database.connection(), user).await?.map(|found| found.user.username);
    let target = Target::new(TargetType::User, user.uuid(), username);
    audit::checked(service, ctx, &Act::new("session.revoke", target), service.require_authority_over(ctx, user).await)
        .await?;
    revoke_selected(service, ctx, SessionSelection::AllOf(user)).await
}

async fn revoke_selected(service: &Service, ctx: &Context, whose: SessionSelection<'_>) -> Result<Vec<Session>> {
    let (transaction, now) = (service.database.begin().await?, service.now());
    if let Some(caller) = ctx.caller() {
        require_open(&transaction, caller, whose, now).await?;
    }
    let ended = end(&transaction, whose, EndReason::Revoked, now).await?;
    let entry = |session: &Session| {
        let entry = Entry::done(format!("ended a session on {}", session.device));
        entry.target(target(session)).concerning([session.user.uuid()])
    };
    let entries: Vec<Entry> = ended.iter().map(entry).collect();
    if let Some(first) = ended.first() {
        audit::write(service, ctx, &act("session.revoke", first), entries, &transaction).await?;
    }
    commit(transaction, &ctx.progress).await?;
    deny(service, &ids(&ended)).await;
    Ok(ended)
}

/// Ends sessions that are live at `now`, and with them the pending password resets that could undo it: those of their
/// users, and those that their users issued. An ordinary logout and the limit of parallel sessions leave resets as they
/// are. Returns the sessions ended.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn end<C: Connection>(
    connection: &C,
    whose: SessionSelection<'_>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<Session>> {
    let ended = store::end(connection, whose, reason, now).await?;
    resets::delete_of(connection, &users_without_resets(whose, reason, &ended)).await?;
    Ok(ended)
}

/// The users whose pending password resets, received and issued, end with these sessions.
fn users_without_resets(whose: SessionSelection<'_>, reason: EndReason, ended: &[Session]) -> Vec<UserId> {
    match (whose, reason) {
        // Also when none of their sessions was live.
        (SessionSelection::AllOf(user) | SessionSelection::OthersOf(user, _), _) => vec![user],
        (_, EndReason::Logout | EndReason::Displaced) => Vec::new(),
        (SessionSelection::This(_) | SessionSelection::These(_), _) => {
            let users: FxHashSet<UserId> = ended.iter().map(|session| session.user).collect();
            users.into_iter().collect()
        }
    }
}

/// Requires, for a write of the caller's own, that the caller's session is open as the transaction reads it: another
/// field of the same request may have ended it. The session stays locked until the transaction ends, with the sessions
/// that the caller is about to end.
///
/// # Errors
/// [`UnauthenticatedReason::Revoked`] when the session has ended.
pub(crate) async fn require_open<C: Connection>(
    connection: &C,
    caller: &Caller,
    ending: SessionSelection<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_open = store::lock_open(connection, caller.session, ending, now).await?;
    if is_open { Ok(()) } else { Err(UnauthenticatedReason::Revoked.into()) }
}

/// Stores a value of the application with the caller's session; `null` removes it. Values change no rights: they are
/// not audited, and make no revision.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG` and `INVALID` for the key, `TOO_LONG` and `INVALID` for the value;
/// [`crate::Error::RateLimited`].
#[boxed]
pub async fn set_data(service: &Service, ctx: &Context, key: String, value: Value) -> Result<Session> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    check_key(&key).map_err(|refusal| refusal.at(["key"]))?;
    let attempt = service.limits.take(AttemptKey::SelfService(caller.user), service.now()).await?;
    let stored = store_data(service, ctx, caller, key, value).await;
    attempt.refund_outage(&stored).await;
    stored
}

async fn store_data(service: &Service, ctx: &Context, caller: &Caller, key: String, value: Value) -> Result<Session> {
    let (transaction, now) = (service.database.begin().await?, service.now());
    let stored = store::lock(&transaction, caller.session).await?;
    let session = stored.filter(|stored| stored.is_open(now)).ok_or(UnauthenticatedReason::Revoked)?.session;
    let data = session.data.with(key, value).map_err(|refusal| refusal.at(["value"]))?;
    if data != session.data {
        store::set_data(&transaction, session.id, &data).await?;
        commit(transaction, &ctx.progress).await?;
    }
    Ok(Session { data, ..session })
}

/// Ends the least recently used sessions of a user beyond the limit, one new session counted. Returns those ended, to
/// be [denied](deny) after the commit. The caller holds the lock on the user's row, so that parallel logins count each
/// other.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn displace<C: Connection>(
    service: &Service,
    ctx: &Context,
    user: UserId,
    connection: &C,
) -> Result<Vec<Session>> {
    let (now, kept) = (service.now(), service.config.session.max_per_user.saturating_sub(1));
    let beyond = store::beyond_limit(connection, user, kept, now).await?;
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let ended = end(connection, SessionSelection::These(&beyond), EndReason::Displaced, now).await?;
    let entry = |session: &Session| {
        let summary = format!("ended a session on {} at the limit of parallel sessions", session.device);
        Entry::done(summary).target(target(session)).concerning([user.uuid()])
    };
    let entries: Vec<Entry> = ended.iter().map(entry).collect();
    if let Some(first) = ended.first() {
        audit::write(service, ctx, &act("session.displace", first), entries, connection).await?;
    }
    Ok(ended)
}

/// Act on a session, for the audit log.
pub(crate) fn act(action: &'static str, session: &Session) -> Act {
    Act::new(action, target(session))
}

fn target(session: &Session) -> Target {
    Target::new(TargetType::Session, session.id.uuid(), session.device.clone())
}

/// Ids of sessions.
pub(crate) fn ids(sessions: &[Session]) -> Vec<SessionId> {
    sessions.iter().map(|session| session.id).collect()
}

/// Adds sessions whose end was committed to the denylist, here and on other replicas: what cannot be announced is read
/// from the rows.
pub(crate) async fn deny(service: &Service, sessions: &[SessionId]) {
    service.denylist.deny(sessions).await;
    service.tokens.sessions().remove(sessions);
}
