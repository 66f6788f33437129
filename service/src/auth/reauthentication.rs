//! Reauthentication: confirmation of the password in a live session, for mutations that require a recent login.

use super::IssuedTokens;
use super::credentials::{self, CredentialError};
use super::issue;
use super::password::Password;
use super::present::active_subject;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::database::commit;
use crate::limits::AttemptKey;
use crate::sessions::{self, SessionRecord};
use crate::store;
use crate::store::users::AccountRecord;
use crate::{Caller, Context, Error, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Confirms the password of the caller: the session counts as just authenticated, on every replica. It gets a
/// new access token; its refresh token stays valid.
///
/// # Errors
/// `INVALID_CREDENTIALS` when the password is wrong; the session does not end. [`crate::Error::RateLimited`] before
/// any hashing; [`crate::Error::Unavailable`] when the hashing queue is full.
#[boxed]
pub async fn reauthenticate(service: &Service, ctx: &Context, password: SecretString) -> Result<IssuedTokens> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let account = store::users::account(service.database.connection(), caller.user).await?;
    let account = account.ok_or(UnauthenticatedReason::Revoked)?;
    let target = Target::new(TargetType::Session, caller.session.uuid(), account.username.clone());
    let act = Act::new("session.reauthenticate", target);
    let Some(password) = Password::parse_present(&password) else {
        // No account has such a password: not counted.
        return audit::checked(service, ctx, &act, Err(wrong_password())).await;
    };
    let subject = AttemptKey::ConfirmSession(caller.session);
    let attempt = service.limits.take_password(ctx, subject, service.now()).await?;
    let confirmed = confirm(service, ctx, &act, caller, account, password).await;
    attempt.settle(&confirmed).await;
    let stored = audit::checked(service, ctx, &act, confirmed).await?;
    service.tokens.sessions().put(&stored);
    let (subject, policy) = active_subject(service, caller.user, stored.session.activation.clone()).await?;
    let authenticated_at = stored.session.authenticated_at;
    let caller = Caller { authenticated_at, subject, policy, token_stale: false, ..caller.clone() };
    issue::issue_tokens(service, caller, None, stored.ends_at)
}

async fn confirm(
    service: &Service,
    ctx: &Context,
    act: &Act,
    caller: &Caller,
    account: AccountRecord,
    password: Password,
) -> Result<SessionRecord> {
    let account = match credentials::check(service, Some(account), &caller.username, password).await {
        Ok(account) => account,
        Err(CredentialError::Invalid(_)) => return Err(wrong_password()),
        Err(CredentialError::Unchecked(error)) => return Err(error),
    };
    let password_hash = account.password_hash.as_deref().unwrap_or_default();
    let now = service.now();

    let transaction = service.database.begin().await?;
    // The account is locked first, as by its suspension and by a change of its password.
    if !store::users::has_password(&transaction, account.id, password_hash).await? {
        return Err(wrong_password());
    }
    let stored = sessions::lock(&transaction, caller.session).await?;
    let mut stored = stored.ok_or(UnauthenticatedReason::Revoked)?;
    if !sessions::confirm(&transaction, caller.session, now).await? {
        return Err(UnauthenticatedReason::Revoked.into());
    }
    let entry = Entry::done("confirmed the password").concerning([caller.user.uuid()]);
    audit::write(service, ctx, act, vec![entry], &transaction).await?;
    commit(transaction, &ctx.progress).await?;
    stored.session.authenticated_at = now;
    Ok(stored)
}

fn wrong_password() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the password is wrong").at(["password"]).into()
}

/// Time of the last authentication in the caller's session, on any replica.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read; [`Error::Unauthenticated`] when the session has
/// ended.
#[boxed]
pub async fn last_authenticated_at(service: &Service, caller: &Caller) -> Result<DateTime<Utc>> {
    sessions::last_authenticated_at(service, caller.session).await
}
