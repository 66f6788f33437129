//! Resetting passwords without mail: an administrator issues a token and hands it over in a way the service does not
//! know; its holder sets a password with it.
//!
//! Whoever holds the token can become the user. So its issuer is judged twice, when it is issued and when it is used:
//! a user who has come to hold more than the issuer meanwhile is out of the issuer's reach.

use super::limits::Counted;
use super::opaque::{self, TokenHash};
use super::password_policy::choose;
use super::seal::sha256;
use super::store::resets::{self, Reset};
use super::store::{self, Known};
use crate::audit::{Entry, Target, TargetType};
use crate::batch::not_found;
use crate::change::{Act, Change};
use crate::sessions::{self, EndReason, Whose};
use crate::users::{self, UserKind, UserStatus, Username};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use engine::{SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

/// What a token begins with.
const PREFIX: &str = "kwp_";
/// How long a token is good.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// What the mutation that issues tokens asks for.
const GUARD: &str = "user:write";
/// As in the audit log.
const RESET: &str = "user.reset_password";

/// A reset that was issued.
#[derive(Clone, Debug)]
pub struct IssuedReset {
    /// The token, told this once.
    pub token: SecretString,
    /// When it runs out.
    pub expires_at: DateTime<Utc>,
}

/// Issues a token with which its holder can set the password of `user`, once, within 24 hours. One issued before
/// is good no longer.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`; `ACCOUNT_NOT_ACTIVE` for who is suspended, `INVALID` for a service account.
#[boxed]
pub async fn issue_password_reset(service: &Service, ctx: &Context, user: UserId) -> Result<IssuedReset> {
    let act = Act::new("user.issue_password_reset", users::target(service, user).await?);
    service.change(ctx, act, |change| issue(ctx, change, user)).await
}

async fn issue(ctx: &Context, mut change: Change, id: UserId) -> Result<(Change, IssuedReset)> {
    let user = users::find(&change, id).await?.ok_or_else(|| not_found("user", &["id"]))?;
    let permit = change.permit(engine::Change::ManageUser(&change.subject(id).await?), &["id"])?;
    let refuse = |code, message| Err(Refusal::new(code, message).at(["id"]).into());
    if user.kind != UserKind::Human {
        return refuse(RefusalCode::Invalid, "a service account has no password");
    }
    if user.status != UserStatus::Active {
        return refuse(RefusalCode::AccountNotActive, "the user is suspended: reactivate them first");
    }
    let token = opaque::generate(PREFIX);
    let expires_at = change.now() + LIFETIME;
    let reset = Reset { user: id, issued_by: ctx.user_id(), expires_at };
    resets::replace(change.write(&permit), (hash(&token), reset), change.now()).await?;
    let entry = Entry::done(format!("issued a password reset for {}", user.username));
    change.record(entry.after(json!({ "expiresAt": expires_at.to_rfc3339_opts(SecondsFormat::Millis, true) })));
    Ok((change, IssuedReset { token, expires_at }))
}

/// Sets a password with a token, and ends all sessions of its user. Whatever is wrong with the token is answered
/// alike; with a password that is refused, it stays good.
///
/// # Errors
/// `INVALID_CREDENTIALS` at `token` when it is unknown, used, replaced or has run out, its user is not active, or
/// its issuer could not issue it any more; `REQUIRED`, `TOO_LONG` and `WEAK_PASSWORD` at `newPassword`;
/// [`crate::Error::RateLimited`] before anything is looked up.
#[boxed]
pub async fn reset_password(service: &Service, ctx: &Context, token: SecretString, new: SecretString) -> Result<()> {
    if let Some(address) = ctx.request.ip_address {
        service.limits.take(Counted::LoginAddress(address), service.now()).await?;
    }
    let Some((token, account)) = find(service, &token).await? else {
        let nobody = Act::new(RESET, Target::new(TargetType::User, None, None));
        return audit::checked(service, ctx, &nobody, Err(not_good())).await;
    };
    let act = Act::new(RESET, Target::new(TargetType::User, account.id.uuid(), account.username.clone()));
    let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
    let new = choose(&new, &service.config.password, context.into_iter().flatten());
    let new = new.map_err(|refusal| refusal.at(["newPassword"]).into());
    let new = audit::checked(service, ctx, &act, new).await?;
    let password_hash = service.hasher.hash(new).await?;
    let ended = service.change(ctx, act, |change| redeem(change, token, password_hash)).await;
    sessions::end(service, &ended.map_err(alike)?).await?;
    // Wrong passwords of before are not held against the new one.
    let key = Username::login_key(&account.username).unwrap_or_default();
    service.limits.forget(Counted::LoginAccount(&key)).await;
    Ok(())
}

/// The hash of a token that is good, with the account it is for.
async fn find(service: &Service, token: &SecretString) -> Result<Option<(TokenHash, Known)>> {
    if !opaque::is_token(PREFIX, token) {
        return Ok(None);
    }
    let (token, connection) = (hash(token), service.database.connection());
    let Some(reset) = resets::find(connection, token, service.now()).await? else { return Ok(None) };
    let account = store::account(connection, reset.user).await?;
    Ok(account.map(|account| (token, account)))
}

/// Takes the token away and sets the password; why that is refused is told to the audit log only.
async fn redeem(mut change: Change, token: TokenHash, password_hash: String) -> Result<(Change, Vec<SessionId>)> {
    let now = change.now();
    let permit = change.permit(engine::Change::Other, &[])?;
    let reset = resets::find(change.read(), token, now).await?.ok_or_else(not_good)?;
    let user = change.subject(reset.user).await?;
    if let Some(issuer) = reset.issued_by
        && !change.would_permit(issuer, GUARD, engine::Change::ManageUser(&user)).await?
    {
        let message = "whoever issued the token could not do so any more";
        return Err(Refusal::new(RefusalCode::BeyondAuthority, message).at(["token"]).into());
    }
    // The account before the token, as everybody else who touches both.
    if !store::set_password(change.write(&permit), reset.user, password_hash).await? {
        return Err(Refusal::new(RefusalCode::AccountNotActive, "the account is not active").into());
    }
    if !resets::redeem(change.write(&permit), token, now).await? {
        return Err(not_good());
    }
    let whose = Whose::AllOf(reset.user);
    let ended = sessions::end_rows(change.write(&permit), whose, (EndReason::PasswordReset, now)).await?;
    let ended = sessions::ids(&ended);
    let concerned = ended.iter().map(|session| session.uuid()).chain(reset.issued_by.map(|issuer| issuer.uuid()));
    let entry = Entry::done("set a new password with a reset token").concerning(concerned);
    change.record(entry.after(json!({ "endedSessions": ended.len() })));
    Ok((change, ended))
}

fn not_good() -> Error {
    let message = "the token is not good, or not any more: ask for a new one";
    Refusal::new(RefusalCode::InvalidCredentials, message).at(["token"]).into()
}

fn alike(error: Error) -> Error {
    if matches!(error, Error::Refused(_)) { not_good() } else { error }
}

fn hash(token: &SecretString) -> TokenHash {
    sha256(token.expose_secret().as_bytes())
}

/// Takes away what could reset a password, in the transaction of what makes that undue: another password, a
/// suspension, a deletion.
pub(crate) use resets::forget as forget_reset;

/// Deletes resets that have run out; for the background work.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_dead_resets(service: &Service) -> Result<()> {
    resets::delete_dead(service.database.background(), service.now()).await
}
