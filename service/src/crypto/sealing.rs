//! Sealing at rest: AES-256-GCM (NIST SP 800-38D) under keys derived with HKDF-SHA256 (RFC 5869), with the random
//! numbers and hashes that it needs.
//!
//! Sealed text is nonce (12 bytes, random) ‖ ciphertext ‖ tag (16 bytes). The context, such as a key id, is
//! authenticated with it, so that one sealed text cannot replace another.

use crate::{Error, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{digest, hkdf, rand};
use std::fmt;
use zeroize::Zeroizing;

/// Key that seals for one purpose.
pub(crate) struct SealingKey(RandomizedNonceKey);

impl SealingKey {
    /// Derives the key for `purpose` from `secret`, which must be hard to guess.
    ///
    /// # Errors
    /// [`Error::Internal`] when the cryptographic library fails.
    pub(crate) fn derive(secret: &[u8], purpose: &str) -> Result<Self> {
        let key = derive(secret, purpose)?;
        Ok(Self(RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(failed)?))
    }

    /// Seals `plain` for `context`.
    ///
    /// # Errors
    /// [`Error::Internal`] without random numbers.
    pub(crate) fn seal(&self, plain: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        let mut text = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(context), &mut text).map_err(failed)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens what this key sealed for `context`; `None` for anything else.
    pub(crate) fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(context), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

/// Derives a key for one purpose from `secret`, which must be hard to guess.
///
/// # Errors
/// [`Error::Internal`] when the cryptographic library fails.
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0_u8; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"keyward")
        .extract(secret)
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(key.as_mut()))
        .map_err(failed)?;
    Ok(key)
}

/// Random bytes for secrets.
///
/// # Errors
/// [`Error::Internal`] without random numbers.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    rand::fill(bytes.as_mut()).map_err(failed)?;
    Ok(bytes)
}

/// SHA-256 (FIPS 180-4), for secrets too long to be guessed.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

fn failed(error: Unspecified) -> Error {
    Error::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_purpose_and_context_only() {
        let key = SealingKey::derive(b"secret", "purpose").unwrap();
        let sealed = key.seal(b"plain", b"context").unwrap();
        assert_eq!(key.open(&sealed, b"context").unwrap().as_slice(), b"plain");
        assert_eq!(
            SealingKey::derive(b"secret", "purpose").unwrap().open(&sealed, b"context").unwrap().as_slice(),
            b"plain"
        );

        assert!(key.open(&sealed, b"another").is_none());
        assert!(SealingKey::derive(b"Secret", "purpose").unwrap().open(&sealed, b"context").is_none());
        assert!(SealingKey::derive(b"secret", "another").unwrap().open(&sealed, b"context").is_none());
    }

    #[test]
    fn a_changed_or_cut_text_does_not_open() {
        let key = SealingKey::derive(b"secret", "purpose").unwrap();
        let sealed = key.seal(b"plain", b"").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&changed, b"").is_none(), "byte {place}");
            assert!(key.open(&sealed[..place], b"").is_none(), "{place} bytes");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let key = SealingKey::derive(b"secret", "purpose").unwrap();
        assert_ne!(key.seal(b"plain", b"").unwrap(), key.seal(b"plain", b"").unwrap());
        assert_ne!(random::<32>().unwrap(), random::<32>().unwrap());
    }
}
