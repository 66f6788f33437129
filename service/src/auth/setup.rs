//! Set-up of a new installation: a token creates its first administrator from a browser.
//!
//! The token is held by one process, as a hash, for 15 minutes. It is valid while nobody administers the installation:
//! the policy lock orders two uses of it, and the command line.

use super::issue::{self, IssuedSession};
use super::operator::{NewAdministrator, has_administrator, superadmin};
use super::signup::{self, SignUp};
use super::token::IssuedTokens;
use crate::audit::{Act, Target, TargetType};
use crate::batch::Batch;
use crate::change::Change;
use crate::crypto::{TokenHash, generate_token, is_token, sha256};
use crate::limits::AttemptKey;
use crate::store;
use crate::users::Account;
use crate::{Actor, Context, Error, Refusal, RefusalCode, Result, Service, audit, boxed};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;

/// Prefix of set-up tokens.
const PREFIX: &str = "kws_";
/// Lifetime of a token.
const LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// Action in the audit log.
const ACTION: &str = "administrator.create";

/// State of the set-up, of this process.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    /// Whether a user administers the installation. It stays so: the last administrator cannot be removed.
    is_complete: AtomicBool,
    token: Mutex<Option<Issued>>,
}

/// A token that was issued.
#[derive(Clone, Copy, Debug)]
struct Issued {
    hash: TokenHash,
    expires_at: DateTime<Utc>,
}

impl Setup {
    fn token(&self) -> MutexGuard<'_, Option<Issued>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `token` is the one that was issued, and has not expired. Compared in constant time.
    fn accepts(&self, token: &SecretString, now: DateTime<Utc>) -> bool {
        let presented = hash(token);
        self.token().is_some_and(|issued| bool::from(issued.hash.ct_eq(&presented)) && now < issued.expires_at)
    }

    fn complete(&self) {
        self.is_complete.store(true, Ordering::Release);
        *self.token() = None;
    }
}

/// Returns true while nobody administers the installation. Reads nothing once somebody does.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn needs_administrator(service: &Service) -> Result<bool> {
    if service.setup.is_complete.load(Ordering::Acquire) {
        return Ok(false);
    }
    if has_administrator(service).await? {
        service.setup.complete();
        return Ok(false);
    }
    Ok(true)
}

/// Issues the token whose holder creates the first administrator, once, within 15 minutes. It replaces an earlier one.
///
/// # Errors
/// [`crate::Error::Internal`] without random numbers.
pub fn issue_setup_token(service: &Service) -> Result<SecretString> {
    let token = generate_token(PREFIX)?;
    *service.setup.token() = Some(Issued { hash: hash(&token), expires_at: service.now() + LIFETIME });
    Ok(token)
}

/// Creates the first administrator with the token of this process, and starts the first session of its user. The holder of
/// the token is an operator: the log of the service has it. The token stays valid when the name or the password is refused.
///
/// # Errors
/// `INVALID_CREDENTIALS` at `token` when it is not the one of this process, expired or used, or somebody administers the
/// installation; as [`super::sign_up`] for the name and the password.
#[boxed]
pub async fn set_up(
    service: &Service,
    ctx: &Context,
    token: SecretString,
    new: NewAdministrator,
) -> Result<IssuedTokens> {
    if !is_token(PREFIX, &token) {
        // No token looks like this: nothing to guess or to count.
        return refuse(service, ctx).await;
    }
    let address = ctx.request.ip_address.map(AttemptKey::SignupAddress);
    let attempt = service.limits.take_address(address, service.now()).await?;
    let created = create(service, ctx, token, new).await;
    attempt.refund_outage(&created).await;
    created
}

async fn create(service: &Service, ctx: &Context, token: SecretString, new: NewAdministrator) -> Result<IssuedTokens> {
    if !service.setup.accepts(&token, service.now()) || !needs_administrator(service).await? {
        return refuse(service, ctx).await;
    }
    let new = SignUp { username: new.username, password: new.password, email: None, display_name: None };
    let account = signup::check(service, &new)?.hashed(service).await?;
    let act = signup::act(ACTION, &account);
    let ctx = Context { actor: Actor::Operator, guard: None, ..ctx.clone() };
    let opened = service
        .change(&ctx, act, Ok(account), |change, account| Box::pin(redeem(service, change, token, account)))
        .await?;
    service.setup.complete();
    let caller = issue::caller(service, &opened).await?;
    issue::issue_tokens(service, caller, Some(opened.refresh_token), opened.ends_at)
}

async fn redeem(
    service: &Service,
    change: &mut Change<'_>,
    token: SecretString,
    account: Account,
) -> Result<IssuedSession> {
    let (role, now) = (superadmin(change)?, change.now());
    let is_late = store::assignments::has_permanent_holder(change.read(), role, &[], now).await?;
    if is_late || !service.setup.accepts(&token, now) {
        return Err(invalid_token());
    }
    let roles = Batch::new(vec![Some(role)], &[])?;
    signup::enter(change, Account { roles, ..account }, "created the first administrator").await
}

async fn refuse<T>(service: &Service, ctx: &Context) -> Result<T> {
    let act = Act::new(ACTION, Target::new(TargetType::User, None, None));
    audit::checked(service, ctx, &act, Err(invalid_token())).await
}

fn invalid_token() -> Error {
    let message = "the set-up token is not valid: restart the service for a new link";
    Refusal::new(RefusalCode::InvalidCredentials, message).at(["token"]).into()
}

fn hash(token: &SecretString) -> TokenHash {
    sha256(token.expose_secret().as_bytes())
}
