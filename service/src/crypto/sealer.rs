//! Sealing under a secret that can be replaced.

use super::SealingKey;
use crate::Result;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Seals under the current secret, and opens what either the current or the previous secret sealed.
#[derive(Debug)]
pub(crate) struct Sealer {
    current: SealingKey,
    previous: Option<SealingKey>,
}

/// Plaintext, and the secret it was sealed under.
#[derive(Debug)]
pub(crate) struct OpenedSecret {
    pub(crate) plain: Zeroizing<Vec<u8>>,
    pub(crate) under: SealedUnder,
}

/// Secret that a plaintext was sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SealedUnder {
    /// The current secret.
    Current,
    /// The previous secret: to be sealed again.
    Previous,
}

impl Sealer {
    /// Derives the keys for `purpose`.
    ///
    /// # Errors
    /// Those of [`SealingKey::derive`].
    pub(crate) fn new(current: &SecretString, previous: Option<&SecretString>, purpose: &str) -> Result<Self> {
        let derive = |secret: &SecretString| SealingKey::derive(secret.expose_secret().as_bytes(), purpose);
        Ok(Self { current: derive(current)?, previous: previous.map(derive).transpose()? })
    }

    /// Seals `plain` for `context`.
    ///
    /// # Errors
    /// Those of [`SealingKey::seal`].
    pub(crate) fn seal(&self, plain: &[u8], context: &str) -> Result<Vec<u8>> {
        self.current.seal(plain, context.as_bytes())
    }

    /// Opens what was sealed for `context`; `None` when neither secret opens it.
    pub(crate) fn open(&self, sealed: &[u8], context: &str) -> Option<OpenedSecret> {
        let open =
            |key: &SealingKey, under| key.open(sealed, context.as_bytes()).map(|plain| OpenedSecret { plain, under });
        open(&self.current, SealedUnder::Current).or_else(|| open(self.previous.as_ref()?, SealedUnder::Previous))
    }
}
