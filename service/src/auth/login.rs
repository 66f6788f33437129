//! Signing in (CreateSession).

use super::SignedIn;
use super::activation;
use super::issue;
use super::limits::Counted;
use super::password::{Password, Verdict};
use super::store::{self, Known};
use crate::audit::{Entry, Target, TargetType};
use crate::change::Act;
use crate::text::excerpt;
use crate::users::{UserKind, UserStatus, Username};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed, sessions};
use secrecy::SecretString;

/// As in the audit log.
const ACTION: &str = "session.login";
/// Characters of the name tried that the log keeps.
const MAX_LABEL: usize = 128;

/// What is given at the door.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Username or e-mail address.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// Names of the roles to activate; those of a default session when there is no list.
    pub roles: Option<Vec<String>>,
}

/// Starts a session.
///
/// Unknown names, wrong passwords and accounts without one are answered alike, after the same work.
///
/// # Errors
/// `INVALID_CREDENTIALS`; after the right password only `ACCOUNT_NOT_ACTIVE`, `ROLE_NOT_ASSIGNED`, `SOD_VIOLATION`;
/// [`crate::Error::RateLimited`] before any hashing; [`crate::Error::Unavailable`] when the hashing queue is full.
#[boxed]
pub async fn login(service: &Service, ctx: &Context, credentials: Credentials) -> Result<SignedIn> {
    let key = Username::login_key(&credentials.username);
    // Names that nobody can have are counted together.
    let tries = Counted::LoginAccount(key.as_deref().unwrap_or_default());
    count_try(service, ctx, tries).await?;
    let found = match &key {
        Some(key) => store::account_by_key(service.database.connection(), key).await,
        None => Ok(None),
    };
    let checked = match found {
        Ok(account) => check(service, account, &credentials.password).await,
        Err(error) => Err(error),
    };
    match checked {
        Ok(Ok(account)) => {
            service.limits.forget(tries).await;
            let opened = open(service, ctx, &account, credentials.roles.as_deref()).await;
            audit_refusal(service, ctx, (&credentials, Some(&account)), opened).await
        }
        Ok(Err(account)) => audit_refusal(service, ctx, (&credentials, account.as_ref()), Err(wrong())).await,
        Err(error) => {
            service.limits.give_back(tries).await;
            Err(error)
        }
    }
}

/// Counts a password before it is looked at: for the client's address, then for the account, or for the
/// session that gives it again.
pub(super) async fn count_try(service: &Service, ctx: &Context, tries: Counted<'_>) -> Result<()> {
    let now = service.now();
    if let Some(address) = ctx.request.ip_address {
        let address = match tries {
            Counted::ConfirmSession(_) => Counted::ConfirmAddress(address),
            _ => Counted::LoginAddress(address),
        };
        service.limits.take(address, now).await?;
    }
    service.limits.take(tries, now).await
}

/// Forgets tries once the password was right, and takes the last one back where it came to nothing through no fault
/// of whoever made it.
pub(super) async fn settle_try<T>(service: &Service, tries: Counted<'_>, outcome: &Result<T>) {
    match outcome {
        Ok(_) => service.limits.forget(tries).await,
        Err(Error::Refused(refusals)) if refusals.iter().any(|it| it.code == RefusalCode::InvalidCredentials) => {}
        Err(_) => service.limits.give_back(tries).await,
    }
}

/// Compares the password with the account's: gives the account when it is right, else what there is of it.
pub(super) async fn check(
    service: &Service,
    account: Option<Known>,
    password: &SecretString,
) -> Result<Result<Known, Option<Known>>> {
    // No account has a password so long: refused without work, whoever it is for.
    let Some(password) = Password::given(password) else { return Ok(Err(account)) };
    let hash = account.as_ref().filter(|account| account.kind == UserKind::Human);
    let hash = hash.and_then(|account| account.password_hash.clone());
    match (service.hasher.verify(password.clone(), hash.clone()).await?, account) {
        (Verdict::Right, Some(account)) => Ok(Ok(account)),
        (Verdict::RightButOutdated, Some(account)) => Ok(Ok(upgrade(service, account, password).await)),
        (_, account) => Ok(Err(account)),
    }
}

/// Hashes a password again where the cost has risen. It can wait for the next time. Gives the account
/// with the hash that its password has now.
async fn upgrade(service: &Service, account: Known, password: Password) -> Known {
    let upgraded = match service.hasher.hash(password.clone()).await {
        Ok(new) => replace(service, &account, (password, new)).await,
        Err(error) => Err(error),
    };
    let password_hash = upgraded.unwrap_or_else(|error| {
        tracing::debug!(%error, "a password hash was not upgraded");
        account.password_hash.clone()
    });
    Known { password_hash, ..account }
}

/// Replaces the hash of a password by a new one. Where another sign-in was faster, its hash is as good.
async fn replace(service: &Service, account: &Known, (password, new): (Password, String)) -> Result<Option<String>> {
    let old = account.password_hash.clone();
    let change = (old.as_deref().unwrap_or_default(), new.clone());
    if store::replace_password(service.database.connection(), account.id, change).await? {
        return Ok(Some(new));
    }
    let found = store::account(service.database.connection(), account.id).await?;
    let found = found.and_then(|account| account.password_hash);
    let is_right = service.hasher.verify(password, found.clone()).await? != Verdict::Wrong;
    Ok(if is_right { found } else { old })
}

/// Starts a session of an account whose password was right when it was read.
///
/// # Errors
/// `ACCOUNT_NOT_ACTIVE`; `INVALID_CREDENTIALS` when the password was replaced meanwhile; `TOO_LONG`,
/// `ROLE_NOT_ASSIGNED` and `SOD_VIOLATION` for `roles`.
pub(super) async fn open(
    service: &Service,
    ctx: &Context,
    account: &Known,
    roles: Option<&[String]>,
) -> Result<SignedIn> {
    let inactive = || Error::from(Refusal::new(RefusalCode::AccountNotActive, "the account is not active"));
    if account.status != UserStatus::Active {
        return Err(inactive());
    }
    let mut opened = issue::draw_up(service, account.id, (&account.username, account.email.as_deref()));
    // Before the transaction: whoever holds a connection must not wait for another.
    let mut caller = issue::caller(service, &opened).await?;
    let act = Act::new(ACTION, Target::new(TargetType::Session, opened.session.uuid(), account.username.clone()));
    let entry = Entry::done("signed in").concerning([account.id.uuid()]);

    let transaction = service.database.begin().await?;
    if let Some(names) = roles {
        caller = activation::choose(service, &transaction, (caller, names)).await?;
        opened.activation = caller.subject.activation.clone();
    }
    let password_hash = account.password_hash.as_deref().unwrap_or_default();
    if !store::note_login(&transaction, (account.id, password_hash), opened.authenticated_at).await? {
        // Suspended meanwhile, or given another password.
        let now = store::account(&transaction, account.id).await?;
        let is_active = now.is_some_and(|account| account.status == UserStatus::Active);
        return Err(if is_active { wrong() } else { inactive() });
    }
    let by = issue::by(ctx, &caller);
    let displaced = sessions::displace(service, &by, account.id, &transaction).await?;
    issue::write(service, ctx, &opened, &transaction).await?;
    audit::write(service, &by, &act, &[entry], &transaction).await?;
    transaction.commit().await?;
    sessions::end(service, &sessions::ids(&displaced)).await?;
    issue::hand_out(service, caller, (Some(opened.refresh_token), opened.ends_at))
}

fn wrong() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the name or the password is wrong").into()
}

/// Writes a refused sign-in to the log, under the name that was tried.
async fn audit_refusal(
    service: &Service,
    ctx: &Context,
    (credentials, account): (&Credentials, Option<&Known>),
    result: Result<SignedIn>,
) -> Result<SignedIn> {
    let label = excerpt(&credentials.username, MAX_LABEL);
    let target = Target::new(TargetType::User, account.map(|account| account.id.uuid()), label);
    audit::checked(service, ctx, &Act::new(ACTION, target), result).await
}
