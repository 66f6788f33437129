//! Opaque tokens: 256 random bits behind a prefix that secret scanners recognize. Only their hashes are stored.

use super::random;
use crate::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::{ExposeSecret, SecretString};

const LEN: usize = 32;

/// New token with this prefix.
///
/// # Errors
/// [`crate::Error::Internal`] without random numbers.
pub(crate) fn generate_token(prefix: &str) -> Result<SecretString> {
    Ok(format!("{prefix}{}", BASE64.encode(*random::<LEN>()?)).into())
}

/// Returns true when `text` has the form of a token with this prefix.
pub(crate) fn is_token(prefix: &str, text: &SecretString) -> bool {
    let mut bytes = [0; LEN + 1];
    let digits = text.expose_secret().strip_prefix(prefix);
    digits.is_some_and(|digits| BASE64.decode_slice(digits, &mut bytes) == Ok(LEN))
}
