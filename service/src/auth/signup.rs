//! Sign-up.

use super::IssuedTokens;
use super::issue::{self, IssuedSession};
use super::password::{MAX_LEN, Password};
use super::password_policy;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::limits::AttemptKey;
use crate::store;
use crate::users::{self, Account, Registration, Texts};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use secrecy::SecretString;

/// New account, created by its user.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Username.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// E-mail address.
    pub email: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
}

/// Creates an account with the default roles and logs it in.
///
/// # Errors
/// `SIGNUP_DISABLED`, `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `WEAK_PASSWORD`;
/// [`crate::Error::RateLimited`] before any hashing.
#[boxed]
pub async fn sign_up(service: &Service, ctx: &Context, new: SignUp) -> Result<IssuedTokens> {
    if !service.config.signup_enabled {
        return Err(Refusal::new(RefusalCode::SignupDisabled, "sign-up is disabled").into());
    }
    let checked = check(service, &new)?;
    let address = ctx.request.ip_address.map(AttemptKey::SignupAddress);
    let attempt = service.limits.take_address(address, service.now()).await?;
    let signed_up = register(service, ctx, checked).await;
    attempt.refund_outage(&signed_up).await;
    signed_up
}

async fn register(service: &Service, ctx: &Context, new: CheckedSignUp) -> Result<IssuedTokens> {
    let account = new.hashed(service).await?;
    let act = act("user.signup", &account);
    let opened = service
        .change(ctx, act, Ok(account), |change, account| Box::pin(enter(change, account, "signed up as")))
        .await?;
    let caller = issue::caller(service, &opened).await?;
    issue::issue_tokens(service, caller, Some(opened.refresh_token), opened.ends_at)
}

/// Creates an account and its first session within a change. `done` begins the summary, which ends with the username.
///
/// # Errors
/// As [`users::register`].
pub(super) async fn enter(change: &mut Change<'_>, account: Account, done: &str) -> Result<IssuedSession> {
    let password_hash = account.password_hash.clone().unwrap_or_default();
    let Registration { user, entry } = users::register(change, account).await?;
    let service = change.service();
    let session = IssuedSession::new(service, user.id, &user.username, user.email.as_deref())?;
    let permit = change.permit(engine::Proposal::Unrestricted, &[])?;
    let connection = change.write(&permit, engine::PermitKind::Unrestricted)?;
    issue::insert(service, change.context(), &session, connection).await?;
    store::users::record_login(connection, user.id, &password_hash, session.authenticated_at).await?;
    change.record(Entry { summary: format!("{done} {}", user.username), ..entry });
    Ok(session)
}

/// New account whose fields are valid.
pub(super) struct CheckedSignUp {
    account: Account,
    password: Password,
}

impl CheckedSignUp {
    /// The account with the hash of its password.
    pub(super) async fn hashed(self, service: &Service) -> Result<Account> {
        Ok(Account { password_hash: Some(service.hasher.hash(self.password).await?), ..self.account })
    }
}

/// Checks all fields of a new account and refuses all invalid ones at once. Reads and hashes nothing, so that it is not
/// counted.
pub(super) fn check(service: &Service, new: &SignUp) -> Result<CheckedSignUp> {
    let texts =
        Texts { username: &new.username, email: new.email.as_deref(), display_name: new.display_name.as_deref() };
    let account = Account::check(texts, &[]);
    // A text too long for a name is not searched for in the password.
    let words = [Some(texts.username), texts.email, Some(service.config.service_name.as_str())];
    let words = words.into_iter().flatten().filter(|word| word.len() <= MAX_LEN);
    let password = password_policy::accept(&new.password, &service.config.password, words);
    match (account, password.map_err(|refusal| refusal.at(["password"]))) {
        (Ok(account), Ok(password)) => Ok(CheckedSignUp { account, password }),
        (Err(Error::Refused(mut refusals)), Err(weak)) => {
            refusals.push(weak);
            Err(Error::Refused(refusals))
        }
        (Err(error), _) => Err(error),
        (_, Err(weak)) => Err(weak.into()),
    }
}

/// Act on a new account, for the audit log.
pub(super) fn act(action: &'static str, account: &Account) -> Act {
    Act::new(action, Target::new(TargetType::User, None, account.username.as_str().to_owned()))
}
