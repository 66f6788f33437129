//! Trading a refresh token for a new access token and its successor (RFC 9700, rotation).
//!
//! Two tabs that refresh at once present the same token: one UPDATE decides who trades it, and the
//! other is given the same successor, which only the holder of the traded token can open. A token
//! presented after that grace has been stolen from somebody: the session ends.

use super::SignedIn;
use super::issue::{self, Opened};
use super::limits::Counted;
use super::refresh_token::RefreshToken;
use super::store::{self, StoredToken};
use crate::audit::{Entry, Outcome};
use crate::sessions::{self, EndReason, StoredSession, Use, Whose, span};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed};
use chrono::TimeDelta;
use secrecy::SecretString;

/// How long before the last erased successor one may still lie, of a transaction that took long.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// Trades a refresh token; presented twice within the grace it yields the same successor, later it
/// ends the session.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REUSED`; [`crate::Error::RateLimited`].
#[boxed]
pub async fn refresh(service: &Service, ctx: &Context, token: SecretString) -> Result<SignedIn> {
    let presented = RefreshToken::parse(&token).ok_or_else(invalid)?;
    let (stored, session) = find(service, &presented).await?;
    service.limits.take(Counted::Refresh(stored.session), service.now()).await?;
    let opened = |refresh_token| Opened {
        session: session.session.id,
        user: session.session.user,
        username: session.username.clone(),
        email: session.email.clone(),
        authenticated_at: session.session.authenticated_at,
        ends_at: session.ends_at,
        activation: session.session.activation.clone(),
        refresh_token,
    };
    // The account is asked first: nothing is traded for one that may not be used.
    let caller = match issue::caller(service, &opened(presented.clone())).await {
        Err(Error::Unauthenticated(_)) => return Err(invalid()),
        other => other?,
    };
    let successor = match stored.used_at {
        None => match trade(service, ctx, (&presented, &session)).await? {
            Some(successor) => successor,
            // Another request was faster; what it wrote is to be read.
            None => again(service, ctx, &presented, find(service, &presented).await?).await?,
        },
        Some(_) => again(service, ctx, &presented, (stored, session.clone())).await?,
    };
    issue::hand_out(service, caller, (Some(successor), session.ends_at))
}

/// A token that is known, with its live session.
async fn find(service: &Service, token: &RefreshToken) -> Result<(StoredToken, StoredSession)> {
    let connection = service.database.connection();
    let stored = store::token(connection, token.hash()).await?.ok_or_else(invalid)?;
    let session = sessions::find_live(service, stored.session).await?.ok_or_else(invalid)?;
    Ok((stored, session))
}

/// Trades an unused token; `None` when another request was faster.
async fn trade(
    service: &Service,
    ctx: &Context,
    (presented, session): (&RefreshToken, &StoredSession),
) -> Result<Option<RefreshToken>> {
    let (now, successor) = (service.now(), RefreshToken::generate());
    let used = Use {
        session: session.session.id,
        at: now,
        idle: span(service.config.session.idle),
        ip_address: ctx.request.ip_address,
    };
    let transaction = service.database.begin().await?;
    // The session's row first, as whoever ends it does: it is ended before or after, never meanwhile.
    if !sessions::note_use(&transaction, used).await? {
        return Err(invalid());
    }
    if !store::trade(&transaction, presented.hash(), (presented.seal(&successor), now)).await? {
        return Ok(None);
    }
    store::insert_token(&transaction, (successor.hash(), used.session), now).await?;
    transaction.commit().await?;
    if let Some(record) = service.tokens.sessions().get(used.session) {
        service.tokens.sessions().note_use(&record, now, used.idle);
    }
    Ok(Some(successor))
}

/// A token that was traded before: within the grace the same successor, later the end of the session.
async fn again(
    service: &Service,
    ctx: &Context,
    presented: &RefreshToken,
    (stored, session): (StoredToken, StoredSession),
) -> Result<RefreshToken> {
    let grace = span(service.config.token.refresh_grace);
    let within = stored.used_at.is_some_and(|used_at| service.now() <= used_at + grace);
    let successor = stored.sealed_successor.as_deref().filter(|_| within).and_then(|sealed| presented.open(sealed));
    match successor {
        Some(successor) => Ok(successor),
        None => Err(end_stolen(service, ctx, &session).await?),
    }
}

/// Ends the session of a token that was presented too late; gives the refusal.
async fn end_stolen(service: &Service, ctx: &Context, session: &StoredSession) -> Result<Error> {
    let session = &session.session;
    let transaction = service.database.begin().await?;
    let end = (EndReason::TokenReused, service.now());
    let ended = sessions::end_rows(&transaction, Whose::This(session.id), end).await?;
    let entry = Entry::done("presented a refresh token again, and the session was ended")
        .outcome(Outcome::Denied)
        .reason("REFRESH_TOKEN_REUSED".to_owned())
        .concerning([session.user.uuid()]);
    let act = sessions::act("session.refresh_reuse", session);
    audit::write(service, ctx, &act, &[entry], &transaction).await?;
    transaction.commit().await?;
    sessions::end(service, &sessions::ids(&ended)).await?;
    let message = "the refresh token was used before, and the session has been ended: sign in again";
    Ok(Refusal::new(RefusalCode::RefreshTokenReused, message).into())
}

fn invalid() -> Error {
    Refusal::new(RefusalCode::RefreshTokenInvalid, "the refresh token is not valid: sign in again").into()
}

/// Erases the sealed successors whose grace is over.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn erase_sealed_successors(service: &Service) -> Result<()> {
    let to = service.now() - span(service.config.token.refresh_grace);
    let from = service.tokens.erased_to().map_or(chrono::DateTime::UNIX_EPOCH, |erased_to| erased_to - LATE);
    store::erase_successors(service.database.background(), (from, to)).await?;
    service.tokens.note_erased(to);
    Ok(())
}
