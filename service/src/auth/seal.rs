//! Sealing secrets at rest: AES-256-GCM (NIST SP 800-38D) under keys derived with HKDF-SHA256
//! (RFC 5869), and the random numbers and hashes that go with it.
//!
//! A sealed text is nonce (12 bytes, random) ‖ ciphertext ‖ tag (16 bytes). The context it is sealed
//! for, such as a key's id, is authenticated with it, so that no sealed text stands in for another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, rand};
use std::fmt;
use zeroize::Zeroizing;

/// A key to seal with, derived for one purpose.
pub(crate) struct SealingKey(RandomizedNonceKey);

impl SealingKey {
    /// Derives the key for `purpose` from `secret`, which must be hard to guess.
    pub(crate) fn derive(secret: &[u8], purpose: &str) -> Self {
        let key = derive(secret, purpose);
        Self(RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).expect("the key has the cipher's length"))
    }

    /// Seals `plain` for `context`.
    pub(crate) fn seal(&self, plain: &[u8], context: &[u8]) -> Vec<u8> {
        let mut text = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context), &mut text)
            .expect("the machine has random numbers, and the text is far below the cipher's limit");
        [nonce.as_ref().as_slice(), &text].concat()
    }

    /// Opens what was sealed with this key for `context`; `None` for anything else.
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
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0_u8; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"keyward")
        .extract(secret)
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(key.as_mut()))
        .expect("HKDF gives as many bytes as its hash has");
    key
}

/// Random bytes for secrets.
pub(crate) fn random<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    rand::fill(bytes.as_mut()).expect("the machine has random numbers");
    bytes
}

/// SHA-256 (FIPS 180-4), for secrets too long to be guessed.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_purpose_and_context_only() {
        let key = SealingKey::derive(b"secret", "purpose");
        let sealed = key.seal(b"plain", b"context");
        assert_eq!(key.open(&sealed, b"context").unwrap().as_slice(), b"plain");
        assert_eq!(SealingKey::derive(b"secret", "purpose").open(&sealed, b"context").unwrap().as_slice(), b"plain");

        assert!(key.open(&sealed, b"another").is_none());
        assert!(SealingKey::derive(b"Secret", "purpose").open(&sealed, b"context").is_none());
        assert!(SealingKey::derive(b"secret", "another").open(&sealed, b"context").is_none());
    }

    #[test]
    fn a_changed_or_cut_text_does_not_open() {
        let key = SealingKey::derive(b"secret", "purpose");
        let sealed = key.seal(b"plain", b"");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&changed, b"").is_none(), "byte {place}");
            assert!(key.open(&sealed[..place], b"").is_none(), "{place} bytes");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let key = SealingKey::derive(b"secret", "purpose");
        assert_ne!(key.seal(b"plain", b""), key.seal(b"plain", b""));
        assert_ne!(random::<32>(), random::<32>());
    }
}
