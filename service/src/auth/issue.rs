//! Opening sessions, and what is handed out for them.

use super::authenticate::active_subject;
use super::refresh_token::RefreshToken;
use super::store;
use super::token::{Issue, SignedIn, role_names, sign};
use crate::sessions::{self, NewSession, span};
use crate::text::excerpt;
use crate::{Actor, Caller, Context, Result, Service};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::{Activation, SessionId, UserId};
use sea_orm::ConnectionTrait;
use std::sync::Arc;

/// Characters kept of what a client calls itself.
const MAX_USER_AGENT: usize = 512;

/// A session that opens, or goes on.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) session: SessionId,
    pub(super) user: UserId,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) authenticated_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) activation: Activation,
    pub(super) refresh_token: RefreshToken,
}

/// Draws up a session of `user` that begins now; it opens when it is [written](write).
pub(super) fn draw_up(service: &Service, user: UserId, (username, email): (&str, Option<&str>)) -> Opened {
    let now = service.now();
    Opened {
        session: service.ids.next(now).into(),
        user,
        username: username.to_owned(),
        email: email.map(str::to_owned),
        authenticated_at: now,
        ends_at: now + span(service.config.session.absolute),
        activation: Activation::Default,
        refresh_token: RefreshToken::generate(),
    }
}

/// Writes a session and its first refresh token.
pub(super) async fn write<C: ConnectionTrait>(
    service: &Service,
    ctx: &Context,
    opened: &Opened,
    connection: &C,
) -> Result<()> {
    let (at, ends_at, settings) = (opened.authenticated_at, opened.ends_at, &service.config.session);
    let new = NewSession {
        id: opened.session,
        user: opened.user,
        at,
        expires_at: ends_at.min(at + span(settings.idle)),
        ends_at,
        user_agent: ctx.request.user_agent.as_deref().map(|text| excerpt(text, MAX_USER_AGENT)),
        ip_address: ctx.request.ip_address,
        activation: opened.activation.clone(),
    };
    sessions::insert(connection, new).await?;
    store::insert_token(connection, (opened.refresh_token.hash(), opened.session), at).await
}

/// The caller that a session stands for now.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] when the account may not be used.
pub(super) async fn caller(service: &Service, opened: &Opened) -> Result<Caller> {
    service.ensure_fresh(None).await?;
    let (subject, policy) = active_subject(service, opened.user, opened.activation.clone()).await?;
    Ok(Caller {
        user: opened.user,
        username: Arc::from(opened.username.as_str()),
        email: opened.email.as_deref().map(Arc::from),
        session: opened.session,
        authenticated_at: opened.authenticated_at,
        subject,
        policy,
        token_stale: false,
    })
}

/// Signs an access token for the rights of now, and puts together what is handed out: without a refresh
/// token where the one in hand stays good; and with the absolute end of the session.
pub(super) fn hand_out(
    service: &Service,
    caller: Caller,
    (refresh_token, ends_at): (Option<RefreshToken>, DateTime<Utc>),
) -> Result<SignedIn> {
    let now = service.now();
    let settings = &service.config.token;
    let (as_of, expires_at) = term(&caller, (now, now + span(settings.access_lifetime)));
    let issue = Issue {
        issuer: &settings.issuer,
        audience: &settings.audience,
        user: caller.user,
        session: caller.session,
        token: service.ids.next(now),
        issued_at: now,
        expires_at,
        roles: role_names(&caller.policy, &caller.subject, as_of),
        revision: caller.policy.revision(),
    };
    let access_token = sign(service.keys.set().signing()?, issue)?;
    let refresh_token = refresh_token.map(RefreshToken::into_secret);
    Ok(SignedIn { access_token, refresh_token, expires_at, ends_at, caller })
}

/// As of when a token speaks of the caller's roles, and when it runs out: never after the first of the
/// grants that these rest on, and `latest` at the latest.
///
/// Tokens count in whole seconds, so one that rests on a grant ending within this second would be dead
/// at birth. It speaks of what is left after that grant instead. Our own guards do not look at it.
fn term(caller: &Caller, (now, latest): (DateTime<Utc>, DateTime<Utc>)) -> (DateTime<Utc>, DateTime<Utc>) {
    // What is said of a token must be true of it.
    let whole = |at: DateTime<Utc>| at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at);
    let mut as_of = now;
    while let Some(end) = caller.policy.relies_until(&caller.subject, as_of).filter(|end| *end < latest) {
        if now.timestamp() < end.timestamp() {
            return (as_of, whole(end));
        }
        as_of = end;
    }
    (as_of, whole(latest))
}

/// The request as made by `caller`, for the audit log.
pub(super) fn by(ctx: &Context, caller: &Caller) -> Context {
    Context::new(Actor::User(caller.clone()), ctx.request.clone())
}
