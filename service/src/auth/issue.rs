//! New sessions and their tokens.

use super::present::active_subject;
use super::refresh_token::RefreshToken;
use super::token::{IssuedTokens, NewAccessToken, role_names, sign};
use crate::clock::time_delta;
use crate::database::Connection;
use crate::sessions::{self, NewSession};
use crate::store;
use crate::text::excerpt;
use crate::{Actor, Caller, Context, Result, Service};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::{Activation, SessionId, UserId};
use std::sync::Arc;

/// Longest stored `User-Agent`, in characters.
const MAX_USER_AGENT: usize = 512;

/// Session that tokens are issued for.
#[derive(Clone, Debug)]
pub(super) struct IssuedSession {
    pub(super) id: SessionId,
    pub(super) user: UserId,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) authenticated_at: DateTime<Utc>,
    /// End of the absolute lifetime.
    pub(super) ends_at: DateTime<Utc>,
    pub(super) activation: Activation,
    pub(super) refresh_token: RefreshToken,
}

impl IssuedSession {
    /// New session of a user, to be [inserted](insert).
    ///
    /// # Errors
    /// [`crate::Error::Internal`] without random numbers.
    pub(super) fn new(service: &Service, user: UserId, username: &str, email: Option<&str>) -> Result<Self> {
        let now = service.now();
        let id = service.ids.next(now).into();
        Ok(Self {
            id,
            user,
            username: username.to_owned(),
            email: email.map(str::to_owned),
            authenticated_at: now,
            ends_at: now + time_delta(service.config.session.absolute),
            activation: Activation::Default,
            refresh_token: RefreshToken::generate(&service.refresh_key, id)?,
        })
    }
}

/// Inserts a session and its first refresh token.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(super) async fn insert<C: Connection>(
    service: &Service,
    ctx: &Context,
    session: &IssuedSession,
    connection: &C,
) -> Result<()> {
    let (at, ends_at, settings) = (session.authenticated_at, session.ends_at, &service.config.session);
    let new = NewSession {
        id: session.id,
        user: session.user,
        at,
        expires_at: ends_at.min(at + time_delta(settings.idle)),
        ends_at,
        user_agent: ctx.request.user_agent.as_deref().map(|text| excerpt(text, MAX_USER_AGENT)),
        ip_address: ctx.request.ip_address,
        activation: session.activation.clone(),
    };
    sessions::insert(connection, new).await?;
    store::tokens::insert(connection, session.refresh_token.hash(), session.id, at).await
}

/// Caller of a session, as of now.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] when the account is not active.
pub(super) async fn caller(service: &Service, session: &IssuedSession) -> Result<Caller> {
    service.ensure_fresh(None).await?;
    let (subject, policy) = active_subject(service, session.user, session.activation.clone()).await?;
    Ok(Caller {
        user: session.user,
        username: Arc::from(session.username.as_str()),
        email: session.email.as_deref().map(Arc::from),
        session: session.id,
        authenticated_at: session.authenticated_at,
        subject,
        policy,
        token_stale: false,
    })
}

/// Issues an access token for the present rights of a caller. Without `refresh_token` the client's stays valid.
///
/// # Errors
/// [`crate::Error::Unavailable`] when no key signs.
pub(super) fn issue_tokens(
    service: &Service,
    caller: Caller,
    refresh_token: Option<RefreshToken>,
    ends_at: DateTime<Utc>,
) -> Result<IssuedTokens> {
    let now = service.now();
    let settings = &service.config.token;
    let validity = validity(&caller, now, now + time_delta(settings.access_lifetime));
    let new = NewAccessToken {
        issuer: &settings.issuer,
        audience: &settings.audience,
        user: caller.user,
        session: caller.session,
        token: service.ids.next(now),
        issued_at: now,
        expires_at: validity.expires_at,
        roles: role_names(&caller.policy, &caller.subject, validity.roles_at),
        revision: caller.policy.revision(),
    };
    let access_token = sign(service.keys.set().signing()?, new)?;
    let refresh_token = refresh_token.map(RefreshToken::into_secret);
    Ok(IssuedTokens { access_token, refresh_token, expires_at: validity.expires_at, ends_at, caller })
}

/// Validity of an access token.
struct Validity {
    /// Time as of which the token names the roles.
    roles_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Validity of a token issued at `now`: until the first of the assignments ends that its roles depend on, and until
/// `latest` at most.
///
/// Tokens count in whole seconds, so a token that depends on an assignment ending within this second would be expired
/// at once. It names the roles that remain after that instead. The service's own guards do not read it.
fn validity(caller: &Caller, now: DateTime<Utc>, latest: DateTime<Utc>) -> Validity {
    // Rounded as in the token, so that the reported time is that of the token.
    let whole_seconds = |at: DateTime<Utc>| at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at);
    let mut roles_at = now;
    while let Some(end) = caller.policy.rights_valid_until(&caller.subject, roles_at).filter(|end| *end < latest) {
        if now.timestamp() < end.timestamp() {
            return Validity { roles_at, expires_at: whole_seconds(end) };
        }
        roles_at = end;
    }
    Validity { roles_at, expires_at: whole_seconds(latest) }
}

/// Context of the request with `caller` as its actor, for the audit log.
pub(super) fn as_caller(ctx: &Context, caller: &Caller) -> Context {
    Context { actor: Actor::User(caller.clone()), guard: None, ..ctx.clone() }
}
