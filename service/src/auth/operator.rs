//! What the operator does from the command line: the first administrator, and mending a lock-out.

use crate::users::User;
use crate::{Context, Result, Service};
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
pub async fn has_administrator(service: &Service) -> Result<bool> {
    let _ = service;
    todo!()
}

/// Creates a user with a password and `superadmin`.
///
/// # Errors
/// As [`super::sign_up`], without limits.
pub async fn create_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let _ = (service, ctx, new);
    todo!()
}

/// Mends a lock-out: the user is made active, gets this password and `superadmin` for good, and all
/// their sessions end. Audited.
///
/// # Errors
/// `NOT_FOUND`, `WEAK_PASSWORD`.
pub async fn recover_administrator(service: &Service, ctx: &Context, new: NewAdministrator) -> Result<User> {
    let _ = (service, ctx, new);
    todo!()
}
