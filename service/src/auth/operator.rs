//! What the operator does from the command line: the first administrator, and mending a lock-out.

use super::password_policy::choose;
use super::password_reset::forget_reset;
use super::signup::{self, SignUp};
use super::store::{self, Known, Lasting};
use crate::audit::{Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::{Act, Change};
use crate::sessions::{self, EndReason, Whose};
use crate::users::{self, Account, User, Username};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use engine::{RoleId, SessionId, UserId};
use secrecy::SecretString;

/// An administrator to be.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// Name to sign in with.
    pub username: String,
    /// Password.
    pub password: SecretString,
}

/// Is there a human, neither suspended nor deleted, who has `superadmin` for good?
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn has_administrator(service: &Service) -> Result<bool> {
    match service.policy().superadmin() {
        Some(role) => store::has_lasting_holder(service.database.connection(), role, service.now()).await,
        None => Ok(false),
    }
}

/// Creates a user with a password, the default roles and `superadmin`.
///
/// # Errors
/// As [`super::sign_up`], without limits.
#[boxed]
pub async fn create_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let new = SignUp { username: new.username, password: new.password, email: None, display_name: None };
    let account = signup::check(service, &new).await?;
    let act = signup::act("user.create", &account);
    let id = service
        .change(ctx, act, |mut change| async move {
            let roles = Batch::new(vec![superadmin(&change)?], &[])?;
            let (id, entry) = users::register((service, ctx), &mut change, Account { roles, ..account }).await?;
            change.record(entry);
            Ok((change, id))
        })
        .await?;
    user(service, id).await
}

/// Mends a lock-out: the user is made active, gets this password and `superadmin` for good, and all
/// their sessions end. Audited.
///
/// # Errors
/// `NOT_FOUND`, `WEAK_PASSWORD`.
#[boxed]
pub async fn recover_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let account = find(service, &new.username).await?;
    let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
    let password = choose(&new.password, &service.config.password, context.into_iter().flatten());
    let hash = service.hasher.hash(password.map_err(|refusal| refusal.at(["password"]))?).await?;
    let target = Target::new(TargetType::User, account.id.uuid(), account.username.clone());
    let (id, act) = (account.id, Act::new("user.recover", target));
    let ended = service
        .change(ctx, act, |mut change| async move {
            let ended = recover(service, &mut change, &account, hash).await?;
            Ok((change, ended))
        })
        .await?;
    sessions::end(service, &ended).await?;
    user(service, id).await
}

async fn recover(service: &Service, change: &mut Change, account: &Known, hash: String) -> Result<Vec<SessionId>> {
    let at = change.now();
    let role = superadmin(change)?;
    let user = change.subject(account.id).await?;
    let permit = change.permit(engine::Change::AssignRoles { user: &user, roles: &[role], until: None }, &[])?;
    store::restore(change.write(&permit), account.id, (hash, at)).await?;
    forget_reset(change.write(&permit), account.id).await?;
    let id = service.ids.next(at);
    store::assign(change.write(&permit), Lasting { id, user: account.id, role, at }).await?;
    let whose = Whose::AllOf(account.id);
    let ended = sessions::end_rows(change.write(&permit), whose, (EndReason::Recovered, at)).await?;
    change.touch_user(account.id);
    let entry = Entry::done(format!("restored {} as an administrator with a new password", account.username));
    let state = |status: &str| serde_json::json!({ "status": status });
    let before = match account.status {
        users::UserStatus::Active => "ACTIVE",
        users::UserStatus::Suspended => "SUSPENDED",
        users::UserStatus::Deleted => "DELETED",
    };
    let entry = entry.before(state(before)).after(state("ACTIVE"));
    change.record(entry.concerning(ended.iter().map(|session| session.id.uuid()).chain([role.uuid()])));
    Ok(sessions::ids(&ended))
}

/// The person that signs in by this name.
async fn find(service: &Service, name: &str) -> Result<Known> {
    let account = match Username::login_key(name) {
        Some(key) => store::account_by_key(service.database.connection(), &key).await?,
        None => None,
    };
    let person = account.filter(|account| account.kind == users::UserKind::Human);
    let missing = || Refusal::new(RefusalCode::NotFound, "there is no user of this name").at(["username"]);
    person.ok_or_else(|| missing().into())
}

fn superadmin(change: &Change) -> Result<RoleId> {
    change.policy().superadmin().ok_or_else(|| Error::Internal("the role `superadmin` is missing".into()))
}

async fn user(service: &Service, id: UserId) -> Result<User> {
    let user = users::by_ids(service, &[id]).await?.remove(&id);
    user.ok_or_else(|| Error::Internal("the user is gone".into()))
}
