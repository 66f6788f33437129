//! The private halves at rest: sealed under the secret, opened also under the one before it.

use crate::Config;
use crate::auth::seal::SealingKey;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// What the sealing keys are derived for.
const PURPOSE: &str = "signing keys";

/// Seals private keys under the secret of now.
#[derive(Debug)]
pub(super) struct Sealing {
    current: SealingKey,
    previous: Option<SealingKey>,
}

/// Which secret opened a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenedBy {
    /// The one of now.
    Current,
    /// The one before it: the key is to be sealed again.
    Previous,
}

impl Sealing {
    pub(super) fn new(config: &Config) -> Self {
        let derive = |secret: &SecretString| SealingKey::derive(secret.expose_secret().as_bytes(), PURPOSE);
        Self { current: derive(&config.secret), previous: config.previous_secret.as_ref().map(derive) }
    }

    pub(super) fn seal(&self, private: &[u8], kid: &str) -> Vec<u8> {
        self.current.seal(private, kid.as_bytes())
    }

    /// The private half of the key with this id, if one of the secrets opens it.
    pub(super) fn open(&self, sealed: &[u8], kid: &str) -> Option<(Zeroizing<Vec<u8>>, OpenedBy)> {
        let by_current = self.current.open(sealed, kid.as_bytes()).map(|private| (private, OpenedBy::Current));
        let by_previous = || Some((self.previous.as_ref()?.open(sealed, kid.as_bytes())?, OpenedBy::Previous));
        by_current.or_else(by_previous)
    }
}

#[cfg(test)]
impl Sealing {
    /// Under these secrets.
    pub(super) fn of(current: &str, previous: Option<&str>) -> Self {
        let derive = |secret: &str| SealingKey::derive(secret.as_bytes(), PURPOSE);
        Self { current: derive(current), previous: previous.map(derive) }
    }
}
