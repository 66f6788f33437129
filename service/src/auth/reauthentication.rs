//! Giving the password again in a session that goes on, for acts that ask for a recent sign-in.

use super::SignedIn;
use super::authenticate::active_subject;
use super::issue;
use super::limits::Counted;
use super::login::{check, count_try, settle_try};
use super::store::{self, Known};
use crate::audit::{Entry, Target, TargetType};
use crate::change::Act;
use crate::sessions::{self, StoredSession};
use crate::{Caller, Context, Error, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Confirms the password of the caller's account: from here on the session counts as just signed in, on
/// every replica. It goes on as it is, with a new access token; its refresh token stays good.
///
/// # Errors
/// `INVALID_CREDENTIALS` when the password is wrong, which ends nothing; [`crate::Error::RateLimited`] before
/// any hashing; [`crate::Error::Unavailable`] when the hashing queue is full.
#[boxed]
pub async fn reauthenticate(service: &Service, ctx: &Context, password: SecretString) -> Result<SignedIn> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let account = store::account(service.database.connection(), caller.user).await?;
    let account = account.ok_or(UnauthenticatedReason::Revoked)?;
    let target = Target::new(TargetType::Session, caller.session.uuid(), account.username.clone());
    let act = Act::new("session.reauthenticate", target);
    let tries = Counted::ConfirmSession(caller.session);
    count_try(service, ctx, tries).await?;
    let confirmed = confirm(service, ctx, &act, (caller, account), &password).await;
    settle_try(service, tries, &confirmed).await;
    let stored = audit::checked(service, ctx, &act, confirmed).await?;
    service.tokens.sessions().put(&stored);
    let (subject, policy) = active_subject(service, caller.user, stored.session.activation.clone()).await?;
    let authenticated_at = stored.session.authenticated_at;
    let caller = Caller { authenticated_at, subject, policy, token_stale: false, ..caller.clone() };
    issue::hand_out(service, caller, (None, stored.ends_at))
}

async fn confirm(
    service: &Service,
    ctx: &Context,
    act: &Act,
    (caller, account): (&Caller, Known),
    password: &SecretString,
) -> Result<StoredSession> {
    let account = check(service, Some(account), password).await?.map_err(|_| wrong())?;
    let password_hash = account.password_hash.as_deref().unwrap_or_default();
    let now = service.now();

    let transaction = service.database.begin().await?;
    // The account first, as whoever suspends it or changes its password does.
    if !store::has_password(&transaction, (account.id, password_hash)).await? {
        return Err(wrong());
    }
    let stored = sessions::lock(&transaction, caller.session).await?;
    let mut stored = stored.ok_or(UnauthenticatedReason::Revoked)?;
    if !sessions::confirm(&transaction, caller.session, now).await? {
        return Err(UnauthenticatedReason::Revoked.into());
    }
    let entry = Entry::done("confirmed their password").concerning([caller.user.uuid()]);
    audit::write(service, ctx, act, &[entry], &transaction).await?;
    transaction.commit().await?;
    stored.session.authenticated_at = now;
    Ok(stored)
}

fn wrong() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the password is wrong").at(["password"]).into()
}

/// When the password was last given in the caller's session, whatever replica it was given to.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read; [`Error::Unauthenticated`] when the session has
/// ended.
#[boxed]
pub async fn confirmed_at(service: &Service, caller: &Caller) -> Result<DateTime<Utc>> {
    sessions::confirmed_at(service, caller.session).await
}
