//! Login (CreateSession).

use super::IssuedTokens;
use super::activation;
use super::credentials::{self, CredentialError};
use super::issue::{self, IssuedSession};
use super::password::Password;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::database::commit;
use crate::limits::{Attempt, AttemptKey};
use crate::store;
use crate::store::users::AccountRecord;
use crate::text::excerpt;
use crate::users::LoginName;
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed, sessions};
use engine::AccountStatus;
use secrecy::SecretString;

/// Action in the audit log.
const ACTION: &str = "session.login";
/// Longest login name in the audit log, in characters.
const MAX_LABEL: usize = 128;

/// Credentials of a login.
#[derive(Clone, Debug)]
pub struct LoginCredentials {
    /// Username or e-mail address.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// Names of the roles to activate; `None` for the default roles of a session.
    pub roles: Option<Vec<String>>,
}

/// Starts a session.
///
/// Unknown accounts, wrong passwords and accounts without a password get the same answer after the same work. So does an
/// account whose attempts of the minute are used up by another of its names: its password is not looked at, and the
/// answer does not tell that both names belong to one account.
///
/// # Errors
/// `INVALID_CREDENTIALS`; after the right password only `ACCOUNT_NOT_ACTIVE`, `ROLE_NOT_ASSIGNED`, `SOD_VIOLATION`;
/// [`crate::Error::RateLimited`] before any hashing; [`crate::Error::Unavailable`] when the hashing queue is full.
#[boxed]
pub async fn login(service: &Service, ctx: &Context, credentials: LoginCredentials) -> Result<IssuedTokens> {
    let name = LoginName::parse(&credentials.username);
    let (account, outcome) = match (name, Password::parse_present(&credentials.password)) {
        (Some(name), Some(password)) => {
            let mut attempt =
                service.limits.take_password(ctx, AttemptKey::LoginName(name.key()), service.now()).await?;
            match check(service, &mut attempt, &name, password).await {
                Ok(account) => {
                    attempt.forget().await;
                    let opened = open(service, ctx, &account, credentials.roles.as_deref()).await;
                    attempt.refund_outage(&opened).await;
                    (Some(account), opened)
                }
                Err(CredentialError::Invalid(account)) => (account.map(|account| *account), Err(invalid_credentials())),
                Err(CredentialError::Unchecked(error)) => {
                    attempt.refund().await;
                    return Err(error);
                }
            }
        }
        // No account has such a name or password: nothing to guess, to count or to hash.
        _ => (None, Err(invalid_credentials())),
    };
    let label = excerpt(&credentials.username, MAX_LABEL);
    let target = Target::new(TargetType::User, account.map(|account| account.id.uuid()), label);
    audit::checked(service, ctx, &Act::new(ACTION, target), outcome).await
}

/// Counts the attempt for the account, and compares the password.
async fn check(
    service: &Service,
    attempt: &mut Attempt<'_>,
    name: &LoginName,
    password: Password,
) -> Result<AccountRecord, CredentialError> {
    let account = store::users::account_by_name(service.database.connection(), name).await?;
    let subject = match &account {
        Some(account) => AttemptKey::LoginAccount(account.id),
        None => AttemptKey::LoginStranger(name.key()),
    };
    match attempt.take(subject, service.now()).await {
        Ok(()) => credentials::check(service, account, name.key(), password).await,
        Err(Error::RateLimited { .. }) => credentials::reject(service, account, name.key(), password).await,
        Err(error) => Err(error.into()),
    }
}

/// Starts a session of an account whose password was right when it was read.
///
/// # Errors
/// `ACCOUNT_NOT_ACTIVE`; `INVALID_CREDENTIALS` when the password was replaced meanwhile; `TOO_LONG`,
/// `ROLE_NOT_ASSIGNED` and `SOD_VIOLATION` for `roles`.
pub(super) async fn open(
    service: &Service,
    ctx: &Context,
    account: &AccountRecord,
    roles: Option<&[String]>,
) -> Result<IssuedTokens> {
    let inactive = || Error::from(Refusal::new(RefusalCode::AccountNotActive, "the account is not active"));
    if account.status != AccountStatus::Active {
        return Err(inactive());
    }
    let mut session = IssuedSession::new(service, account.id, &account.username, account.email.as_deref())?;
    // Before the transaction: a request that holds a connection must not wait for another.
    let mut caller = issue::caller(service, &session).await?;
    let act = Act::new(ACTION, Target::new(TargetType::Session, session.id.uuid(), account.username.clone()));
    let entry = Entry::done("logged in").concerning([account.id.uuid()]);

    let transaction = service.database.begin().await?;
    if let Some(names) = roles {
        caller = activation::activate_at_login(service, &transaction, caller, names).await?;
        session.activation = caller.subject.activation.clone();
    }
    let password_hash = account.password_hash.as_deref().unwrap_or_default();
    if !store::users::record_login(&transaction, account.id, password_hash, session.authenticated_at).await? {
        // Suspended meanwhile, or with another password.
        let account = store::users::account(&transaction, account.id).await?;
        let is_active = account.is_some_and(|account| account.status == AccountStatus::Active);
        return Err(if is_active { invalid_credentials() } else { inactive() });
    }
    let caller_ctx = issue::as_caller(ctx, &caller);
    let displaced = sessions::displace(service, &caller_ctx, account.id, &transaction).await?;
    issue::insert(service, ctx, &session, &transaction).await?;
    audit::write(service, &caller_ctx, &act, vec![entry], &transaction).await?;
    commit(transaction, &ctx.progress).await?;
    sessions::deny(service, &sessions::ids(&displaced)).await;
    issue::issue_tokens(service, caller, Some(session.refresh_token), session.ends_at)
}

fn invalid_credentials() -> Error {
    Refusal::new(RefusalCode::InvalidCredentials, "the username or the password is wrong").into()
}
