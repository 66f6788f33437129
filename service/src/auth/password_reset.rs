//! Password reset without mail: an administrator issues a token and delivers it outside of the service; its holder sets
//! a password with it.
//!
//! The holder of the token can log in as the user. So the authority of its issuer is checked twice, at issue and at
//! use: a user who has gained rights meanwhile may be beyond it. A token for oneself would set a password without the
//! present one, and is refused. A token ends when the sessions of its user or of its issuer are ended, in
//! [`sessions::end`], so that it does not outlive what drove an intruder out.

use super::password_policy;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::crypto::{TokenHash, generate_token, is_token, sha256};
use crate::limits::AttemptKey;
use crate::permissions::names::USER_WRITE;
use crate::sessions::{self, EndReason, SessionSelection};
use crate::store;
use crate::store::resets::ResetRecord;
use crate::store::users::AccountRecord;
use crate::users::{self, LoginName};
use crate::{Context, Error, Refusal, RefusalCode, Requested, Result, Service, audit, boxed};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use engine::{AccountStatus, SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

/// Prefix of reset tokens.
const PREFIX: &str = "kwp_";
/// Lifetime of a token.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Action in the audit log.
const RESET: &str = "user.reset_password";

/// Password reset that was issued.
#[derive(Clone, Debug)]
pub struct IssuedReset {
    /// The token. It cannot be read again.
    pub token: SecretString,
    /// Time at which the token expires.
    pub expires_at: DateTime<Utc>,
}

/// Issues a token whose holder can set the password of `user`, once, within 24 hours. It replaces an earlier token.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`; `ACCOUNT_NOT_ACTIVE` for a suspended user, `INVALID` for oneself.
#[boxed]
pub async fn issue_password_reset(service: &Service, ctx: &Context, user: Requested<UserId>) -> Result<IssuedReset> {
    let act = Act::new("user.issue_password_reset", users::target(service, user).await?);
    service.change(ctx, act, Ok(user), |change, user| issue(ctx, change, user)).await
}

#[boxed]
async fn issue(ctx: &Context, change: &mut Change<'_>, user: Requested<UserId>) -> Result<IssuedReset> {
    let user = users::find(change, user, "id").await?;
    let id = user.id;
    let permit = change.permit(engine::Proposal::ManageUser(&change.subject(id).await?), &["id"])?;
    let refuse = |code, message| Err(Refusal::new(code, message).at(["id"]).into());
    if ctx.user_id() == Some(id) {
        return refuse(
            RefusalCode::Invalid,
            "a reset is for another user: change your own password with `passwordChange`",
        );
    }
    if user.status != AccountStatus::Active {
        return refuse(RefusalCode::AccountNotActive, "the user is suspended: reactivate the account first");
    }
    let token = generate_token(PREFIX)?;
    let expires_at = change.now() + LIFETIME;
    let reset = ResetRecord { user: id, issued_by: ctx.user_id(), expires_at };
    let connection = change.write(&permit, engine::PermitKind::ManageUser)?;
    store::resets::replace(connection, hash(&token), reset, change.now()).await?;
    let entry = Entry::done(format!("issued a password reset for {}", user.username));
    change.record(entry.after(json!({ "expiresAt": expires_at.to_rfc3339_opts(SecondsFormat::Millis, true) })));
    Ok(IssuedReset { token, expires_at })
}

/// Sets a password with a token, and ends all sessions of its user. Every invalid token gets the same answer. The token
/// stays valid when the password is refused.
///
/// # Errors
/// `INVALID_CREDENTIALS` at `token` when it is unknown, used, replaced or expired, its user is not active, or the user
/// is beyond the authority of its issuer now; `REQUIRED`, `TOO_LONG` and `WEAK_PASSWORD` at `newPassword`;
/// [`crate::Error::RateLimited`] before anything is looked up.
#[boxed]
pub async fn reset_password(service: &Service, ctx: &Context, token: SecretString, new: SecretString) -> Result<()> {
    if !is_token(PREFIX, &token) {
        // No token looks like this: nothing to guess, to count or to look up.
        return refuse_token(service, ctx).await;
    }
    let address = ctx.request.ip_address.map(AttemptKey::LoginAddress);
    let attempt = service.limits.take_address(address, service.now()).await?;
    let reset = set_password(service, ctx, token, new).await;
    attempt.refund_outage(&reset).await;
    reset
}

async fn set_password(service: &Service, ctx: &Context, token: SecretString, new: SecretString) -> Result<()> {
    let Some(ValidToken { token, account }) = find(service, &token).await? else {
        return refuse_token(service, ctx).await;
    };
    let act = Act::new(RESET, Target::new(TargetType::User, account.id.uuid(), account.username.clone()));
    let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
    let new = password_policy::accept(&new, &service.config.password, context.into_iter().flatten());
    let new = new.map_err(|refusal| refusal.at(["newPassword"]).into());
    let new = audit::checked(service, ctx, &act, new).await?;
    let password_hash = service.hasher.hash(new).await?;
    let ended = service.change(ctx, act, Ok(token), |change, token| redeem(change, token, password_hash)).await;
    sessions::deny(service, &ended.map_err(conceal)?).await;
    // Attempts with the old password do not count for the new one.
    service.limits.forget(AttemptKey::LoginAccount(account.id)).await;
    for name in [Some(account.username.as_str()), account.email.as_deref()].into_iter().flatten() {
        if let Some(name) = LoginName::parse(name) {
            service.limits.forget(AttemptKey::LoginName(name.key())).await;
        }
    }
    Ok(())
}

async fn refuse_token(service: &Service, ctx: &Context) -> Result<()> {
    let act = Act::new(RESET, Target::new(TargetType::User, None, None));
    audit::checked(service, ctx, &act, Err(invalid_token())).await
}

/// Hash of a valid token, and its account.
struct ValidToken {
    token: TokenHash,
    account: AccountRecord,
}

async fn find(service: &Service, token: &SecretString) -> Result<Option<ValidToken>> {
    let (token, connection) = (hash(token), service.database.connection());
    let Some(reset) = store::resets::find(connection, token, service.now()).await? else { return Ok(None) };
    let account = store::users::account(connection, reset.user).await?;
    Ok(account.map(|account| ValidToken { token, account }))
}

/// Uses up the token and sets the password. The reason of a refusal is in the audit log only.
#[boxed]
async fn redeem(change: &mut Change<'_>, token: TokenHash, password_hash: String) -> Result<Vec<SessionId>> {
    let now = change.now();
    let permit = change.permit(engine::Proposal::Unrestricted, &[])?;
    let connection = change.write(&permit, engine::PermitKind::Unrestricted)?;
    let reset = store::resets::find(change.read(), token, now).await?.ok_or_else(invalid_token)?;
    let user = change.subject(reset.user).await?;
    if let Some(issuer) = reset.issued_by
        && (issuer == user.user
            || !change.would_permit(issuer, USER_WRITE, engine::Proposal::ManageUser(&user)).await?)
    {
        let message = "the user is beyond the authority of the issuer of the token";
        return Err(Refusal::new(RefusalCode::BeyondAuthority, message).at(["token"]).into());
    }
    // Locked first the account, then its sessions, then its resets, as everywhere.
    if !store::users::set_password(connection, reset.user, password_hash).await? {
        return Err(Refusal::new(RefusalCode::AccountNotActive, "the account is not active").into());
    }
    // A change of the password that held the account until now has deleted the token.
    store::resets::find(connection, token, now).await?.ok_or_else(invalid_token)?;
    let whose = SessionSelection::AllOf(reset.user);
    let ended = sessions::end(connection, whose, EndReason::PasswordReset, now).await?;
    let ended = sessions::ids(&ended);
    let concerned = ended.iter().map(|session| session.uuid()).chain(reset.issued_by.map(|issuer| issuer.uuid()));
    let entry = Entry::done("set a new password with a reset token").concerning(concerned);
    change.record(entry.after(json!({ "endedSessions": ended.len() })));
    Ok(ended)
}

fn invalid_token() -> Error {
    let message = "the token is not valid: ask for a new one";
    Refusal::new(RefusalCode::InvalidCredentials, message).at(["token"]).into()
}

/// The same refusal for every invalid token.
fn conceal(error: Error) -> Error {
    if matches!(error, Error::Refused(_)) { invalid_token() } else { error }
}

fn hash(token: &SecretString) -> TokenHash {
    sha256(token.expose_secret().as_bytes())
}

/// Deletes expired resets; for the background work.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn delete_expired_resets(service: &Service) -> Result<()> {
    store::resets::delete_expired(service.database.background(), service.now()).await
}
