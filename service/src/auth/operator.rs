//! Commands of the operator: creation of the first administrator, and recovery from a lock-out.

use super::password_policy;
use super::signup::{self, SignUp};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::Change;
use crate::sessions::{self, EndReason, SessionSelection};
use crate::store;
use crate::store::assignments::PermanentAssignment;
use crate::store::users::AccountRecord;
use crate::users::{self, Account, LoginName, Registration, User};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use engine::{RoleId, SessionId, UserId};
use secrecy::SecretString;

/// New administrator.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// Username.
    pub username: String,
    /// Password.
    pub password: SecretString,
}

/// Returns true when an active human user has a permanent assignment of `superadmin`.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn has_administrator(service: &Service) -> Result<bool> {
    match service.policy().superadmin() {
        Some(role) => {
            store::assignments::has_permanent_holder(service.database.connection(), role, &[], service.now()).await
        }
        None => Ok(false),
    }
}

/// Creates a user with a password, the default roles and `superadmin`.
///
/// # Errors
/// As [`super::sign_up`], without rate limits.
#[boxed]
pub async fn create_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let new = SignUp { username: new.username, password: new.password, email: None, display_name: None };
    let account = signup::check(service, &new)?.hashed(service).await?;
    let act = signup::act("user.create", &account);
    service
        .change(ctx, act, Ok(account), |change, account| {
            Box::pin(async move {
                let roles = Batch::new(vec![Some(superadmin(change)?)], &[])?;
                let Registration { user, entry } = users::register(change, Account { roles, ..account }).await?;
                change.record(entry);
                Ok(user)
            })
        })
        .await
}

/// Recovers from a lock-out: the user becomes active, gets this password and a permanent assignment of `superadmin`,
/// and all sessions of the user end. Audited.
///
/// # Errors
/// `NOT_FOUND`, `WEAK_PASSWORD`.
#[boxed]
pub async fn recover_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let account = find(service, &new.username).await?;
    let context = [Some(account.username.as_str()), account.email.as_deref(), Some(&service.config.service_name)];
    let password = password_policy::accept(&new.password, &service.config.password, context.into_iter().flatten());
    let hash = service.hasher.hash(password.map_err(|refusal| refusal.at(["password"]))?).await?;
    let target = Target::new(TargetType::User, account.id.uuid(), account.username.clone());
    let (id, act) = (account.id, Act::new("user.recover", target));
    let ended = service
        .change(ctx, act, Ok(account), |change, account| Box::pin(recover(service, change, account, hash)))
        .await?;
    sessions::deny(service, &ended).await;
    user(service, id).await
}

async fn recover(
    service: &Service,
    change: &mut Change<'_>,
    account: AccountRecord,
    hash: String,
) -> Result<Vec<SessionId>> {
    let at = change.now();
    let role = superadmin(change)?;
    let user = change.subject(account.id).await?;
    let permit = change.permit(engine::Proposal::AssignRoles { user: &user, roles: &[role], until: None }, &[])?;
    let connection = change.write(&permit, engine::PermitKind::AssignRoles)?;
    store::users::restore(connection, account.id, hash, at).await?;
    let id = service.ids.next(at);
    store::assignments::assign_permanently(connection, PermanentAssignment { id, user: account.id, role, at }).await?;
    let whose = SessionSelection::AllOf(account.id);
    let ended = sessions::end(connection, whose, EndReason::Recovered, at).await?;
    change.touch_user(account.id);
    let entry = Entry::done(format!("restored {} as an administrator with a new password", account.username));
    let state = |status: &str| serde_json::json!({ "status": status });
    let before = match account.status {
        engine::AccountStatus::Active => "ACTIVE",
        engine::AccountStatus::Suspended => "SUSPENDED",
        engine::AccountStatus::Deleted => "DELETED",
    };
    let entry = entry.before(state(before)).after(state("ACTIVE"));
    change.record(entry.concerning(ended.iter().map(|session| session.id.uuid()).chain([role.uuid()])));
    Ok(sessions::ids(&ended))
}

/// Account of a user, by login name.
async fn find(service: &Service, name: &str) -> Result<AccountRecord> {
    let account = match LoginName::parse(name) {
        Some(name) => store::users::account_by_name(service.database.connection(), &name).await?,
        None => None,
    };
    let missing = || Refusal::new(RefusalCode::NotFound, format!("there is no user `{name}`")).at(["username"]);
    account.ok_or_else(|| missing().into())
}

pub(super) fn superadmin(change: &Change<'_>) -> Result<RoleId> {
    change.policy().superadmin().ok_or_else(|| Error::Internal("the role `superadmin` is missing".into()))
}

async fn user(service: &Service, id: UserId) -> Result<User> {
    let user = users::by_ids(service, &[id]).await?.remove(&id);
    user.ok_or_else(|| Error::Internal("the user was deleted meanwhile".into()))
}
