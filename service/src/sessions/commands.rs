//! Ending sessions: SQL first, then the denylist, then the announcement.
//!
//! `end(service, &[SessionId])` is for whoever ended rows in a transaction of its own, once that is
//! committed.

use super::model::{EndReason, Whose};
use super::{Session, queries, store};
use crate::audit::{Entry, Target, TargetType};
use crate::change::Act;
use crate::text::check_key;
use crate::{Context, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed, users};
use engine::{SessionId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::Value;

/// Ends one session; its access token is refused from now on. Ending an ended one succeeds.
///
/// # Errors
/// `NOT_FOUND`; `BEYOND_AUTHORITY` when it is another user's who may not be touched.
#[boxed]
pub async fn revoke(service: &Service, ctx: &Context, session: SessionId) -> Result<Session> {
    if let Some(found) = queries::by_ids(service, &[session]).await?.remove(&session) {
        let may = service.may_manage(ctx, found.user).await;
        audit::checked(service, ctx, &act("session.revoke", &found), may).await?;
    }
    if let Some(ended) = revoke_these(service, ctx, Whose::This(session)).await?.pop() {
        return Ok(ended);
    }
    let found = queries::by_ids(service, &[session]).await?.remove(&session);
    found.ok_or_else(|| Refusal::new(RefusalCode::NotFound, "there is no such session").at(["id"]).into())
}

/// Ends all of the caller's own sessions but the one that asks; gives those ended.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] without a caller.
#[boxed]
pub async fn revoke_others(service: &Service, ctx: &Context) -> Result<Vec<Session>> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    revoke_these(service, ctx, Whose::OthersOf(caller.user, caller.session)).await
}

/// Ends all sessions of a user; gives those ended.
///
/// # Errors
/// `NOT_FOUND`; `BEYOND_AUTHORITY` when it is another user who may not be touched.
#[boxed]
pub async fn revoke_all_of(service: &Service, ctx: &Context, user: UserId) -> Result<Vec<Session>> {
    if crate::decisions::subject(service, user).await?.is_none() {
        return Err(Refusal::new(RefusalCode::NotFound, "there is no such user").at(["id"]).into());
    }
    let target = users::target(service, user).await?;
    audit::checked(service, ctx, &Act::new("session.revoke", target), service.may_manage(ctx, user).await).await?;
    revoke_these(service, ctx, Whose::AllOf(user)).await
}

async fn revoke_these(service: &Service, ctx: &Context, whose: Whose<'_>) -> Result<Vec<Session>> {
    let transaction = service.database.begin().await?;
    let ended = store::end(&transaction, whose, (EndReason::Revoked, service.now())).await?;
    for session in &ended {
        let entry = Entry::done(format!("ended a session on {}", session.device)).concerning([session.user.uuid()]);
        audit::write(service, ctx, &act("session.revoke", session), &[entry], &transaction).await?;
    }
    transaction.commit().await?;
    end(service, &ids(&ended)).await?;
    Ok(ended)
}

/// Keeps a value with the session that asks; `null` removes it. What changes nothing writes nothing. These
/// are the application's values and no change of rights: they are not in the audit log, and no revision
/// counts them.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG` and `INVALID` for the key, `TOO_LONG` and `INVALID` for the value.
#[boxed]
pub async fn set_data(service: &Service, ctx: &Context, key: String, value: Value) -> Result<Session> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    check_key(&key).map_err(|refusal| refusal.at(["key"]))?;
    let transaction = service.database.begin().await?;
    let stored = store::lock(&transaction, caller.session).await?;
    let session = stored.ok_or(UnauthenticatedReason::Revoked)?.session;
    let data = session.data.with(key, value).map_err(|refusal| refusal.at(["value"]))?;
    if data != session.data {
        if !store::set_data(&transaction, (session.id, &data), service.now()).await? {
            return Err(UnauthenticatedReason::Revoked.into());
        }
        transaction.commit().await?;
    }
    Ok(Session { data, ..session })
}

/// Makes room for one more session of a user: where there are as many as one may have, the least recently
/// used end. Gives those, to be [denied](end) once it is committed. Whoever calls it has the user's row
/// locked, so that of two who sign in at once, on whatever replica, one counts the other.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn displace<C: ConnectionTrait>(
    service: &Service,
    ctx: &Context,
    user: UserId,
    connection: &C,
) -> Result<Vec<Session>> {
    let (now, kept) = (service.now(), service.config.session.max_per_user.saturating_sub(1));
    let beyond = store::beyond(connection, user, (kept, now)).await?;
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let ended = store::end(connection, Whose::These(&beyond), (EndReason::Displaced, now)).await?;
    for session in &ended {
        let summary = format!("ended a session on {}, since there were as many as one may have", session.device);
        let entry = Entry::done(summary).concerning([user.uuid()]);
        audit::write(service, ctx, &act("session.displace", session), &[entry], connection).await?;
    }
    Ok(ended)
}

/// An act upon a session, for the audit log.
pub(crate) fn act(action: &'static str, session: &Session) -> Act {
    let target = Target::new(TargetType::Session, session.id.uuid(), session.device.clone());
    Act { action, target, reason: None }
}

/// The ids of sessions.
pub(crate) fn ids(sessions: &[Session]) -> Vec<SessionId> {
    sessions.iter().map(|session| session.id).collect()
}

/// Puts sessions whose rows were just ended and committed on the denylist, and announces it.
///
/// # Errors
/// None today: what cannot be announced is read from the rows.
pub(crate) async fn end(service: &Service, sessions: &[SessionId]) -> Result<()> {
    service.denylist.deny(sessions).await;
    service.tokens.sessions().forget(sessions);
    Ok(())
}
