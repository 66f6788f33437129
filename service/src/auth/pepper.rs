//! Whether the peppers that were given are those of the stored passwords.

use super::store;
use crate::{Error, Result, Service};

/// How many passwords are looked at. Whoever signed in last has theirs hashed as is usual now.
const SAMPLE: u64 = 100;

/// Refuses to go on without the pepper of the passwords in use: nobody could sign in, and new passwords would be
/// hashed in another way than everywhere else.
///
/// # Errors
/// [`Error::Unavailable`] when it is not given, or the database cannot be read.
pub(crate) async fn check_pepper(service: &Service) -> Result<()> {
    let latest = store::latest_passwords(service.database.connection(), SAMPLE).await?;
    if service.hasher.lacks_pepper_of(&latest) {
        return Err(Error::Unavailable("the pepper that the passwords were hashed with is not given".into()));
    }
    Ok(())
}
