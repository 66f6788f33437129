//! Check of the configured peppers against the stored password hashes.

use crate::store;
use crate::{Error, Result, Service};

/// Number of hashes that are checked: those of the latest logins, which have the present parameters.
const SAMPLE: u64 = 100;

/// Refuses to start without the pepper of the stored passwords: no user could log in.
///
/// # Errors
/// [`Error::Unavailable`] when it is not configured, or the database cannot be read.
pub(crate) async fn check_pepper(service: &Service) -> Result<()> {
    let latest = store::users::latest_password_hashes(service.database.connection(), SAMPLE).await?;
    if service.hasher.lacks_pepper_of(&latest) {
        return Err(Error::Unavailable("the pepper that the passwords were hashed with is not configured".into()));
    }
    Ok(())
}
