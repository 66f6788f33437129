//! Signing out (DeleteSession).

use crate::{Context, Result, Service};
use secrecy::SecretString;

/// Which sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The one that asks.
    ThisSession,
    /// All of its user.
    Everywhere,
}

/// What names the session: whatever of it there is.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    /// An access token, good or expired.
    pub access_token: Option<SecretString>,
    /// A refresh token.
    pub refresh_token: Option<SecretString>,
}

/// Ends sessions; gives how many, 0 when there was none to end. An expired access token still names
/// its session; a forged one names none.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the end cannot be written.
pub async fn logout(service: &Service, ctx: &Context, presented: Presented, reach: Reach) -> Result<u32> {
    let _ = (service, ctx, presented, reach);
    todo!()
}
