//! The keys as they were read: the one that signs, and the trust in each.

use super::model::KeyStatus;
use super::pair::{Signer, Verifier};
use super::store::KeyRecord;
use crate::crypto::{SealedUnder, Sealer, SigningAlgorithm};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::SigningKeyId;
use rustc_hash::FxHashMap;
use zeroize::Zeroizing;

/// The keys as they were read.
#[derive(Debug)]
pub(crate) struct KeySet {
    signing: Option<Signer>,
    verifying: FxHashMap<Box<str>, VerificationKey>,
    /// Newest first.
    stored: Vec<KeyRecord>,
}

/// Key that verifies signatures, and the trust in it.
#[derive(Debug)]
pub(crate) struct VerificationKey {
    pub(crate) verifier: Verifier,
    pub(crate) trust: KeyTrust,
}

/// Trust in the signatures of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyTrust {
    /// Trusted without end.
    Unlimited,
    /// Trusted until the key retires. Older tokens were valid once.
    Until(DateTime<Utc>),
    /// Revoked: anyone may have signed with it.
    Revoked,
}

impl KeyTrust {
    /// Returns true when the key is trusted at `now`.
    pub(crate) fn holds(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Unlimited => true,
            Self::Until(end) => now < end,
            Self::Revoked => false,
        }
    }

    /// Time at which the key retires.
    pub(crate) fn end(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Until(end) => Some(end),
            Self::Unlimited | Self::Revoked => None,
        }
    }

    fn of(key: &KeyRecord) -> Self {
        match (key.status, key.retires_at) {
            (KeyStatus::Active, _) => Self::Unlimited,
            (KeyStatus::Retiring | KeyStatus::Retired, Some(end)) => Self::Until(end),
            (KeyStatus::Retiring | KeyStatus::Retired | KeyStatus::Revoked, _) => Self::Revoked,
        }
    }
}

impl KeySet {
    /// Opens the newest private key that the secrets open, and reads all public keys.
    pub(crate) fn open(sealer: &Sealer, stored: Vec<KeyRecord>) -> Self {
        let signing = stored.iter().filter(|key| signs(key)).find_map(|key| signer(sealer, key));
        let verifying = stored.iter().filter_map(|key| {
            let verifier = verifier(sealer, key)?;
            Some((key.kid.clone().into_boxed_str(), VerificationKey { verifier, trust: KeyTrust::of(key) }))
        });
        Self { signing, verifying: verifying.collect(), stored }
    }

    /// The key that signs.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the secret opens none.
    pub(crate) fn signing(&self) -> Result<&Signer> {
        let missing = || Error::Unavailable("no key is available to sign access tokens".into());
        self.signing.as_ref().ok_or_else(missing)
    }

    /// The key of this id.
    pub(crate) fn verifying(&self, kid: &str) -> Option<&VerificationKey> {
        self.verifying.get(kid)
    }

    /// The keys trusted at `now` that have a public key, newest first.
    pub(super) fn published(&self, now: DateTime<Utc>) -> impl Iterator<Item = &KeyRecord> {
        self.stored.iter().filter(move |key| KeyTrust::of(key).holds(now) && !key.public_jwk.is_empty())
    }

    /// Returns true when the newest active key signs; false when another secret sealed it.
    pub(super) fn newest_signs(&self) -> bool {
        let newest = self.stored.iter().find(|key| signs(key)).map(|key| key.kid.as_str());
        newest.is_some() && newest == self.signing.as_ref().map(Signer::kid)
    }

    /// Returns true for the same keys in the same states. Sealing is not compared: a replica without the new secret
    /// goes on with the keys it opened under the old one.
    pub(super) fn is_of(&self, stored: &[KeyRecord]) -> bool {
        let state = |key: &KeyRecord| (key.id, key.status, key.retires_at);
        self.stored.iter().map(state).eq(stored.iter().map(state))
    }
}

/// Key to be sealed again, opened.
#[derive(Debug)]
pub(super) struct KeyToReseal {
    pub(super) id: SigningKeyId,
    pub(super) kid: String,
    pub(super) private: Zeroizing<Vec<u8>>,
}

/// Keys that only the previous secret opens.
pub(super) fn sealed_before(sealer: &Sealer, stored: &[KeyRecord]) -> Vec<KeyToReseal> {
    let opened = stored.iter().filter_map(|key| {
        let opened = sealer.open(&key.sealed_private, &key.kid)?;
        let by_previous = opened.under == SealedUnder::Previous;
        by_previous.then(|| KeyToReseal { id: key.id, kid: key.kid.clone(), private: opened.plain })
    });
    opened.collect()
}

pub(super) fn signs(key: &KeyRecord) -> bool {
    key.status == KeyStatus::Active
}

fn signer(sealer: &Sealer, key: &KeyRecord) -> Option<Signer> {
    let algorithm = SigningAlgorithm::named(&key.algorithm)?;
    let private = sealer.open(&key.sealed_private, &key.kid)?.plain;
    Some(Signer::open(algorithm, &key.kid, &private))
}

/// `None` for a key that this release cannot read, for example of a newer algorithm: the other keys stay in use.
fn verifier(sealer: &Sealer, key: &KeyRecord) -> Option<Verifier> {
    let algorithm = SigningAlgorithm::named(&key.algorithm)?;
    let verifier = if algorithm.is_symmetric() {
        sealer.open(&key.sealed_private, &key.kid).map(|secret| Verifier::of_secret(&secret.plain))
    } else {
        Verifier::of_public(algorithm, &key.public_jwk).ok()
    };
    if verifier.is_none() {
        tracing::warn!(kid = key.kid, algorithm = key.algorithm, "a signing key cannot be read and verifies nothing");
    }
    verifier
}

#[cfg(test)]
mod tests {
    use super::super::pair::generate;
    use super::*;
    use chrono::TimeDelta;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn sealer_of(current: &str, previous: Option<&str>) -> Sealer {
        Sealer::new(&current.into(), previous.map(Into::into).as_ref(), "signing keys").unwrap()
    }

    fn sealer() -> Sealer {
        sealer_of("secret", None)
    }

    fn stored(algorithm: SigningAlgorithm, created_at: i64) -> KeyRecord {
        let new = generate(algorithm).unwrap();
        KeyRecord {
            id: uuid::Uuid::from_u128(created_at.unsigned_abs().into()).into(),
            sealed_private: sealer().seal(&new.private, &new.kid).unwrap(),
            kid: new.kid,
            algorithm: algorithm.as_str().to_owned(),
            public_jwk: new.public_jwk,
            created_at: at(created_at),
            retires_at: None,
            status: KeyStatus::Active,
        }
    }

    fn eddsa(created_at: i64) -> KeyRecord {
        stored(SigningAlgorithm::EdDsa, created_at)
    }

    fn trust(set: &KeySet, kid: &str) -> Option<KeyTrust> {
        set.verifying(kid).map(|key| key.trust)
    }

    #[test]
    fn of_several_keys_that_sign_the_newest_does_and_all_verify() {
        let keys = vec![eddsa(3), eddsa(2), eddsa(1)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&sealer(), keys);
        assert_eq!(set.signing().unwrap().kid(), kids[0]);
        assert!(kids.iter().all(|kid| trust(&set, kid) == Some(KeyTrust::Unlimited)));
        assert_eq!(trust(&set, "another"), None);
    }

    #[test]
    fn a_retiring_key_is_trusted_until_it_retires_and_a_revoked_one_never() {
        let retiring = KeyRecord { status: KeyStatus::Retiring, retires_at: Some(at(10)), ..eddsa(5) };
        // By the clock of another replica, which may be ahead.
        let revoked = KeyRecord { status: KeyStatus::Revoked, retires_at: Some(at(10)), ..eddsa(4) };
        let kids = [retiring.kid.clone(), revoked.kid.clone()];
        let set = KeySet::open(&sealer(), vec![retiring, revoked, eddsa(1)]);
        assert_eq!(set.signing().unwrap().kid(), set.stored[2].kid);
        let trusts = kids.each_ref().map(|kid| trust(&set, kid).unwrap());
        assert_eq!(trusts, [KeyTrust::Until(at(10)), KeyTrust::Revoked]);
        assert_eq!(trusts.map(|trust| trust.holds(at(9))), [true, false]);
        assert_eq!(trusts.map(|trust| trust.holds(at(10))), [false, false]);
    }

    #[test]
    fn only_public_keys_of_trusted_keys_are_published() {
        let retiring = KeyRecord { status: KeyStatus::Retiring, retires_at: Some(at(10)), ..eddsa(5) };
        let revoked = KeyRecord { status: KeyStatus::Revoked, retires_at: Some(at(90)), ..eddsa(4) };
        let keys = vec![eddsa(6), retiring, revoked, stored(SigningAlgorithm::Hs256, 3)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&sealer(), keys);
        let published = |now| set.published(now).map(|key| key.kid.clone()).collect::<Vec<_>>();
        assert_eq!(published(at(10) - TimeDelta::milliseconds(1)), kids[..2]);
        assert_eq!(published(at(10)), kids[..1]);
    }

    #[test]
    fn without_the_secret_no_key_signs_and_public_keys_still_verify() {
        let keys = vec![eddsa(2), stored(SigningAlgorithm::Hs256, 1)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&sealer_of("another", None), keys);
        assert!(!set.newest_signs() && set.signing().is_err());
        assert_eq!((trust(&set, &kids[0]), trust(&set, &kids[1])), (Some(KeyTrust::Unlimited), None));
    }

    #[test]
    fn a_key_sealed_under_another_secret_leaves_signing_to_the_one_before_it() {
        let strange = {
            let new = generate(SigningAlgorithm::EdDsa).unwrap();
            let sealed = sealer_of("another", None).seal(&new.private, &new.kid).unwrap();
            KeyRecord { kid: new.kid, public_jwk: new.public_jwk, sealed_private: sealed, ..eddsa(2) }
        };
        let set = KeySet::open(&sealer(), vec![strange, eddsa(1)]);
        assert!(!set.newest_signs());
        assert_eq!(set.signing().unwrap().kid(), set.stored[1].kid);
    }

    #[test]
    fn a_key_sealed_under_the_previous_secret_is_opened_and_to_be_sealed_again() {
        let both = sealer_of("new", Some("secret"));
        let old = vec![eddsa(1)];
        let named = sealed_before(&both, &old);
        assert_eq!(named.len(), 1);
        assert!(KeySet::open(&both, old.clone()).newest_signs());
        let KeyToReseal { kid, private, .. } = &named[0];
        let resealed = KeyRecord { sealed_private: both.seal(private, kid).unwrap(), ..old[0].clone() };
        assert!(sealed_before(&both, std::slice::from_ref(&resealed)).is_empty());
        assert!(KeySet::open(&sealer_of("new", None), vec![resealed]).newest_signs());
        assert!(sealed_before(&sealer(), &old).is_empty());
    }
}
