//! Change of the caller's password.

use super::password::{Password, PasswordMatch};
use super::password_policy;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::database::commit;
use crate::limits::AttemptKey;
use crate::sessions::{self, EndReason, SessionSelection};
use crate::store;
use crate::store::users::AccountRecord;
use crate::users::{self, User};
use crate::{Caller, Context, Error, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed};
use secrecy::SecretString;

/// Changes the caller's password and ends all other sessions of the user.
///
/// # Errors
/// `INVALID_CREDENTIALS` when `current` is wrong, `WEAK_PASSWORD` (also for the present password), `TOO_LONG`;
/// [`crate::Error::RateLimited`]; [`UnauthenticatedReason::Revoked`] when the caller's session has ended.
#[boxed]
pub async fn change_password(
    service: &Service,
    ctx: &Context,
    current: SecretString,
    new: SecretString,
) -> Result<User> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let account = store::users::account(service.database.connection(), caller.user).await?;
    let account = account.ok_or(UnauthenticatedReason::Revoked)?;
    let target = Target::new(TargetType::User, account.id.uuid(), account.username.clone());
    let act = Act::new("user.change_password", target);
    let passwords = audit::checked(service, ctx, &act, Passwords::parse(service, &account, &current, &new)).await?;
    let subject = AttemptKey::ConfirmSession(caller.session);
    let attempt = service.limits.take_password(ctx, subject, service.now()).await?;
    let changed = change(service, ctx, &act, caller, &account, passwords).await;
    attempt.settle(&changed).await;
    audit::checked(service, ctx, &act, changed).await?;
    let user = users::by_ids(service, &[caller.user]).await?.remove(&caller.user);
    user.ok_or_else(|| Error::Internal("the account was deleted meanwhile".into()))
}

/// Passwords whose form is valid.
struct Passwords {
    current: Password,
    new: Password,
}

impl Passwords {
    /// Checks the form of both passwords. A refusal is not counted as an attempt.
    fn parse(service: &Service, account: &AccountRecord, current: &SecretString, new: &SecretString) -> Result<Self> {
        let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
        let new = password_policy::accept(new, &service.config.password, context.into_iter().flatten());
        let new = new.map_err(|refusal| refusal.at(["newPassword"]))?;
        Ok(Self { new, current: Password::parse_present(current).ok_or_else(wrong_password)? })
    }
}

async fn change(
    service: &Service,
    ctx: &Context,
    act: &Act,
    caller: &Caller,
    account: &AccountRecord,
    passwords: Passwords,
) -> Result<()> {
    let hash = account.password_hash.clone().unwrap_or_else(|| service.hasher.stand_in(&account.username));
    if service.hasher.verify(passwords.current.clone(), hash).await? == PasswordMatch::Mismatch {
        return Err(wrong_password());
    }
    if passwords.new.as_str() == passwords.current.as_str() {
        let message = "the new password is the present one: choose another one";
        return Err(Refusal::new(RefusalCode::WeakPassword, message).at(["newPassword"]).into());
    }
    let hash = service.hasher.hash(passwords.new).await?;
    let old = account.password_hash.as_deref().unwrap_or_default();

    let (transaction, now) = (service.database.begin().await?, service.now());
    // The account is locked first, as by its suspension.
    if !store::users::replace_password(&transaction, account.id, old, hash).await? {
        // Changed meanwhile by another request.
        return Err(wrong_password());
    }
    let others = SessionSelection::OthersOf(account.id, caller.session);
    sessions::require_open(&transaction, caller, others, now).await?;
    let ended = sessions::end(&transaction, others, EndReason::PasswordChanged, now).await?;
    let entry = Entry::done("changed the password").concerning(ended.iter().map(|session| session.id.uuid()));
    audit::write(service, ctx, act, vec![entry], &transaction).await?;
    commit(transaction, &ctx.progress).await?;
    sessions::deny(service, &sessions::ids(&ended)).await;
    Ok(())
}

fn wrong_password() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the current password is wrong").at(["currentPassword"]).into()
}
