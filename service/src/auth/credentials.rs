//! Check of a password against an account.

use super::password::{Password, PasswordMatch};
use crate::store;
use crate::store::users::AccountRecord;
use crate::{Error, Result, Service};

/// Reason why credentials were not accepted.
#[derive(Debug)]
pub(super) enum CredentialError {
    /// Unknown account, account without a password, or wrong password; with the account, if there is one.
    Invalid(Option<Box<AccountRecord>>),
    /// The check could not be made.
    Unchecked(Error),
}

impl From<Error> for CredentialError {
    fn from(error: Error) -> Self {
        Self::Unchecked(error)
    }
}

/// Compares a password with that of the account. Returns the account, with the hash that the password has now.
///
/// # Errors
/// [`CredentialError`]. The work is the same with and without an account of this `name`.
pub(super) async fn check(
    service: &Service,
    account: Option<AccountRecord>,
    name: &str,
    password: Password,
) -> Result<AccountRecord, CredentialError> {
    let hash = comparable(service, account.as_ref(), name);
    match (service.hasher.verify(password.clone(), hash).await?, account) {
        (PasswordMatch::Match, Some(account)) => Ok(account),
        (PasswordMatch::OutdatedMatch, Some(account)) => Ok(upgrade(service, account, password).await),
        (_, account) => Err(CredentialError::Invalid(account.map(Box::new))),
    }
}

/// Accepts no password, after the work of [`check`].
///
/// # Errors
/// [`CredentialError`], always.
pub(super) async fn reject(
    service: &Service,
    account: Option<AccountRecord>,
    name: &str,
    password: Password,
) -> Result<AccountRecord, CredentialError> {
    service.hasher.verify(password, comparable(service, account.as_ref(), name)).await?;
    Err(CredentialError::Invalid(account.map(Box::new)))
}

/// Hash to compare a password with: that of the account, or a stand-in.
fn comparable(service: &Service, account: Option<&AccountRecord>, name: &str) -> String {
    let hash = account.and_then(|account| account.password_hash.clone());
    hash.unwrap_or_else(|| service.hasher.stand_in(name))
}

/// Hashes a password again with the present parameters. A failure is left for the next login.
async fn upgrade(service: &Service, account: AccountRecord, password: Password) -> AccountRecord {
    let upgraded = match service.hasher.hash(password.clone()).await {
        Ok(new) => replace(service, &account, password, new).await,
        Err(error) => Err(error),
    };
    let password_hash = upgraded.unwrap_or_else(|error| {
        tracing::debug!(%error, "a password hash was not upgraded");
        account.password_hash.clone()
    });
    AccountRecord { password_hash, ..account }
}

/// Replaces the hash of a password. Where a parallel login was faster, its hash is used.
async fn replace(
    service: &Service,
    account: &AccountRecord,
    password: Password,
    new: String,
) -> Result<Option<String>> {
    let old = account.password_hash.clone();
    let current = old.as_deref().unwrap_or_default();
    if store::users::replace_password(service.database.connection(), account.id, current, new.clone()).await? {
        return Ok(Some(new));
    }
    let found = store::users::account(service.database.connection(), account.id).await?;
    let found = found.and_then(|account| account.password_hash);
    let Some(found) = found else { return Ok(old) };
    let is_match = service.hasher.verify(password, found.clone()).await? != PasswordMatch::Mismatch;
    Ok(if is_match { Some(found) } else { old })
}
