//! Changing one's own password.

use crate::users::User;
use crate::{Context, Result, Service};
use secrecy::SecretString;

/// Changes the caller's password and ends all other sessions.
///
/// # Errors
/// `INVALID_CREDENTIALS` when `current` is wrong, `WEAK_PASSWORD`, `TOO_LONG`; [`crate::Error::RateLimited`].
pub async fn change_password(
    service: &Service,
    ctx: &Context,
    current: SecretString,
    new: SecretString,
) -> Result<User> {
    let _ = (service, ctx, current, new);
    todo!()
}
