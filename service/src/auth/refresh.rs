//! Refresh: rotation of refresh tokens (RFC 9700, 4.14.2).
//!
//! Two tabs that refresh at once send the same token. One UPDATE decides which request rotates it; the other one gets
//! the same new token, which only the holder of the old one can open. A token reused after that grace period may be
//! stolen: its session ends.

use super::IssuedTokens;
use super::issue::{self, IssuedSession};
use super::refresh_token::{self, RefreshToken};
use crate::audit::{Entry, Outcome};
use crate::clock::time_delta;
use crate::database::commit;
use crate::deletions::PAUSE;
use crate::limits::AttemptKey;
use crate::sessions::{self, EndReason, SessionRecord, SessionSelection, SessionUse};
use crate::store;
use crate::store::tokens::TokenRecord;
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed};
use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;

/// Age since its rotation at which the row of a token is deleted; longer than any grace period.
const ROTATED_FOR: TimeDelta = TimeDelta::hours(1);
/// Time that each erasure covers again, for transactions that took long.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);

/// Rotates a refresh token. Reused within the grace period it yields the same new token; reused later it ends the
/// session.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REUSED`; [`crate::Error::RateLimited`].
#[boxed]
pub async fn refresh(service: &Service, ctx: &Context, token: SecretString) -> Result<IssuedTokens> {
    let token = RefreshToken::parse(&token).ok_or_else(invalid)?;
    let found = find(service, &token).await?;
    let subject = AttemptKey::Refresh(found.stored.session);
    let attempt = service.limits.take(subject, service.now()).await?;
    let outcome = exchange(service, ctx, token, found).await;
    attempt.refund_outage(&outcome).await;
    outcome
}

/// A stored refresh token, and its live session.
struct FoundToken {
    stored: TokenRecord,
    session: SessionRecord,
}

async fn find(service: &Service, token: &RefreshToken) -> Result<FoundToken> {
    let stored = refresh_token::find(service, token).await?.ok_or_else(invalid)?;
    let session = sessions::find_live(service, stored.session).await?.ok_or_else(invalid)?;
    Ok(FoundToken { stored, session })
}

async fn exchange(service: &Service, ctx: &Context, token: RefreshToken, found: FoundToken) -> Result<IssuedTokens> {
    let session = &found.session;
    let issued = IssuedSession {
        id: session.session.id,
        user: session.session.user,
        username: session.username.clone(),
        email: session.email.clone(),
        authenticated_at: session.session.authenticated_at,
        ends_at: session.ends_at,
        activation: session.session.activation.clone(),
        refresh_token: token.clone(),
    };
    // The account is checked first: nothing is rotated for one that is not active.
    let caller = match issue::caller(service, &issued).await {
        Err(Error::Unauthenticated(_)) => return Err(invalid()),
        other => other?,
    };
    let rotated = match found.stored.used_at {
        None => rotate(service, ctx, &token, session).await?,
        Some(_) => None,
    };
    let new = match rotated {
        Some(new) => new,
        // A parallel request was faster: what it wrote is read.
        None if found.stored.used_at.is_none() => reuse(service, ctx, &token, find(service, &token).await?).await?,
        None => reuse(service, ctx, &token, found).await?,
    };
    issue::issue_tokens(service, caller, Some(new), issued.ends_at)
}

/// Rotates an unused token; `None` when a parallel request was faster.
async fn rotate(
    service: &Service,
    ctx: &Context,
    token: &RefreshToken,
    session: &SessionRecord,
) -> Result<Option<RefreshToken>> {
    let now = service.now();
    let new = RefreshToken::generate(&service.refresh_key, session.session.id)?;
    let used = SessionUse {
        session: session.session.id,
        at: now,
        idle: time_delta(service.config.session.idle),
        ip_address: ctx.request.ip_address,
    };
    let transaction = service.database.begin().await?;
    // The row of the session is locked first, as by everything that ends it.
    if !sessions::record_use(&transaction, used).await? {
        return Err(invalid());
    }
    if !store::tokens::rotate(&transaction, token.hash(), token.seal(&new)?, now).await? {
        return Ok(None);
    }
    store::tokens::insert(&transaction, new.hash(), used.session, now).await?;
    commit(transaction, &ctx.progress).await?;
    if let Some(session) = service.tokens.sessions().get(used.session) {
        service.tokens.sessions().observe_use(&session, now, used.idle);
    }
    Ok(Some(new))
}

/// Reuse of a rotated token: within the grace period the same new token, later the end of the session.
async fn reuse(service: &Service, ctx: &Context, token: &RefreshToken, found: FoundToken) -> Result<RefreshToken> {
    let FoundToken { stored, session } = found;
    let grace = time_delta(service.config.token.refresh_grace);
    let is_within = stored.used_at.is_some_and(|used_at| service.now() <= used_at + grace);
    let new = stored.sealed_successor.as_deref().filter(|_| is_within).and_then(|sealed| token.open(sealed));
    match new {
        Some(new) => Ok(new),
        None => Err(end_reused(service, ctx, &session).await?),
    }
}

/// Ends the session of a reused token. Returns the refusal.
async fn end_reused(service: &Service, ctx: &Context, session: &SessionRecord) -> Result<Error> {
    let session = &session.session;
    let transaction = service.database.begin().await?;
    let (which, now) = (SessionSelection::This(session.id), service.now());
    let ended = sessions::end(&transaction, which, EndReason::TokenReused, now).await?;
    let entry = Entry::done("reused a refresh token, and the session was ended")
        .outcome(Outcome::Denied)
        .reason("REFRESH_TOKEN_REUSED".to_owned())
        .concerning([session.user.uuid()]);
    let act = sessions::act("session.refresh_reuse", session);
    audit::write(service, ctx, &act, vec![entry], &transaction).await?;
    commit(transaction, &ctx.progress).await?;
    sessions::deny(service, &sessions::ids(&ended)).await;
    let message = "the refresh token was used before, and the session has been ended: log in again";
    Ok(Refusal::new(RefusalCode::RefreshTokenReused, message).into())
}

fn invalid() -> Error {
    Refusal::new(RefusalCode::RefreshTokenInvalid, "the refresh token is not valid: log in again").into()
}

/// Erases sealed tokens whose grace period is over; for the background work.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn erase_sealed_tokens(service: &Service) -> Result<()> {
    let to = service.now() - time_delta(service.config.token.refresh_grace);
    let from = service.tokens.erased_to().map_or(DateTime::UNIX_EPOCH, |erased_to| erased_to - OVERLAP);
    store::tokens::erase_sealed_tokens_in(service.database.background(), from, to).await?;
    service.tokens.observe_erased(to);
    Ok(())
}

/// Deletes the rows of tokens that were rotated an hour ago, in small steps; for the background work. Their reuse ends the
/// session all the same, since a token names its session.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_rotated_tokens(service: &Service) -> Result<()> {
    let before = service.now() - ROTATED_FOR;
    while store::tokens::delete_rotated_before(service.database.background(), before).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
