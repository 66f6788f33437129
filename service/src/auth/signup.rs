//! Signing up.

use super::SignedIn;
use crate::{Context, Result, Service};
use secrecy::SecretString;

/// A new account, made by its owner.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Name to sign in with.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// E-mail address.
    pub email: Option<String>,
    /// Name to show.
    pub display_name: Option<String>,
}

/// Creates an account with the default roles and signs it in.
///
/// # Errors
/// `SIGNUP_DISABLED`, `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `WEAK_PASSWORD`;
/// [`crate::Error::RateLimited`] before any hashing.
pub async fn sign_up(service: &Service, ctx: &Context, new: SignUp) -> Result<SignedIn> {
    let _ = (service, ctx, new);
    todo!()
}
