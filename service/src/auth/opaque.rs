//! Secrets that stand for something stored: 256 random bits, known to their holder only, behind a prefix that scanners
//! for leaked secrets recognise. Stored are their hashes.

use super::seal::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::{ExposeSecret, SecretString};

const LEN: usize = 32;

/// SHA-256 of a token: enough, since a token cannot be guessed.
pub(super) type TokenHash = [u8; 32];

/// A new token.
pub(super) fn generate(prefix: &str) -> SecretString {
    format!("{prefix}{}", BASE64.encode(*random::<LEN>())).into()
}

/// Has the text the form of a token?
pub(super) fn is_token(prefix: &str, text: &SecretString) -> bool {
    let mut bytes = [0; LEN + 1];
    let digits = text.expose_secret().strip_prefix(prefix);
    digits.is_some_and(|digits| BASE64.decode_slice(digits, &mut bytes) == Ok(LEN))
}
