//! Trading a refresh token for a new access token and its successor (RFC 9700, rotation).

use super::SignedIn;
use crate::{Context, Result, Service};
use secrecy::SecretString;

/// Trades a refresh token; presented twice within the grace it yields the same successor, later it
/// ends the session.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REUSED`; [`crate::Error::RateLimited`].
pub async fn refresh(service: &Service, ctx: &Context, token: SecretString) -> Result<SignedIn> {
    let _ = (service, ctx, token);
    todo!()
}
