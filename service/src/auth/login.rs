//! Signing in (CreateSession).

use super::SignedIn;
use crate::{Context, Result, Service};
use secrecy::SecretString;

/// What is given at the door.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Username or e-mail address.
    pub username: String,
    /// Password.
    pub password: SecretString,
}

/// Starts a session.
///
/// # Errors
/// `INVALID_CREDENTIALS`; `ACCOUNT_NOT_ACTIVE` after the right password only;
/// [`crate::Error::RateLimited`] before any hashing; [`crate::Error::Unavailable`] when the hashing queue is full.
pub async fn login(service: &Service, ctx: &Context, credentials: Credentials) -> Result<SignedIn> {
    let _ = (service, ctx, credentials);
    todo!()
}
