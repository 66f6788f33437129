//! Changing one's own password.

use super::limits::Counted;
use super::login::{count_try, settle_try};
use super::password::{Password, Verdict};
use super::password_policy::choose;
use super::password_reset::forget_reset;
use super::store::{self, Known};
use crate::audit::{Entry, Target, TargetType};
use crate::change::Act;
use crate::sessions::{self, EndReason, Whose};
use crate::users::{self, User};
use crate::{Caller, Context, Error, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed};
use secrecy::SecretString;

/// Changes the caller's password and ends all other sessions.
///
/// # Errors
/// `INVALID_CREDENTIALS` when `current` is wrong, `WEAK_PASSWORD`, `TOO_LONG`; [`crate::Error::RateLimited`].
#[boxed]
pub async fn change_password(
    service: &Service,
    ctx: &Context,
    current: SecretString,
    new: SecretString,
) -> Result<User> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let account = store::account(service.database.connection(), caller.user).await?;
    let account = account.ok_or(UnauthenticatedReason::Revoked)?;
    let target = Target::new(TargetType::User, account.id.uuid(), account.username.clone());
    let act = Act::new("user.change_password", target);
    let tries = Counted::ConfirmSession(caller.session);
    count_try(service, ctx, tries).await?;
    let changed = change(service, ctx, &act, (caller, &account), (current, new)).await;
    settle_try(service, tries, &changed).await;
    audit::checked(service, ctx, &act, changed).await?;
    let user = users::by_ids(service, &[caller.user]).await?.remove(&caller.user);
    user.ok_or_else(|| Error::Internal("the account is gone".into()))
}

async fn change(
    service: &Service,
    ctx: &Context,
    act: &Act,
    (caller, account): (&Caller, &Known),
    (current, new): (SecretString, SecretString),
) -> Result<()> {
    let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
    let new = choose(&new, &service.config.password, context.into_iter().flatten());
    let new = new.map_err(|refusal| refusal.at(["newPassword"]))?;
    let current = Password::given(&current).ok_or_else(wrong)?;
    if service.hasher.verify(current, account.password_hash.clone()).await? == Verdict::Wrong {
        return Err(wrong());
    }
    let hash = service.hasher.hash(new).await?;
    let old = account.password_hash.as_deref().unwrap_or_default();

    let transaction = service.database.begin().await?;
    if !store::replace_password(&transaction, account.id, (old, hash)).await? {
        // Somebody else changed it meanwhile: what was given is no longer the current one.
        return Err(wrong());
    }
    forget_reset(&transaction, account.id).await?;
    let others = Whose::OthersOf(account.id, caller.session);
    let ended = sessions::end_rows(&transaction, others, (EndReason::PasswordChanged, service.now())).await?;
    let entry = Entry::done("changed their password").concerning(ended.iter().map(|session| session.id.uuid()));
    audit::write(service, ctx, act, &[entry], &transaction).await?;
    transaction.commit().await?;
    sessions::end(service, &sessions::ids(&ended)).await
}

fn wrong() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the current password is wrong").at(["currentPassword"]).into()
}
