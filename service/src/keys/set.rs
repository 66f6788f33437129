//! The keys as they were read: which one signs, and how far each is trusted.

use super::model::{KeyStatus, SigningAlgorithm};
use super::pair::{Signer, Verifier};
use super::sealing::{OpenedBy, Sealing};
use super::store::StoredKey;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::SigningKeyId;
use rustc_hash::FxHashMap;
use zeroize::Zeroizing;

/// The keys as they were read.
#[derive(Debug)]
pub(crate) struct KeySet {
    signing: Option<Signer>,
    verifying: FxHashMap<Box<str>, (Verifier, Trust)>,
    /// As they were stored, newest first.
    stored: Vec<StoredKey>,
}

/// Whether what a key signed counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// For good.
    Lasting,
    /// Until the key retires. After that its tokens were good once.
    Until(DateTime<Utc>),
    /// The key was revoked: anybody may have signed it.
    Never,
}

impl Trust {
    /// Does it count at `now`?
    pub(crate) fn holds(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Lasting => true,
            Self::Until(end) => now < end,
            Self::Never => false,
        }
    }

    /// When it ends by itself.
    pub(crate) fn end(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Until(end) => Some(end),
            Self::Lasting | Self::Never => None,
        }
    }

    fn of(key: &StoredKey) -> Self {
        match (key.status, key.retires_at) {
            (KeyStatus::Active, _) => Self::Lasting,
            (KeyStatus::Retiring | KeyStatus::Retired, Some(end)) => Self::Until(end),
            (KeyStatus::Retiring | KeyStatus::Retired | KeyStatus::Revoked, _) => Self::Never,
        }
    }
}

impl KeySet {
    /// Opens the newest key that signs, as far as the secrets reach, and takes what verifies of all.
    pub(super) fn open(sealing: &Sealing, stored: Vec<StoredKey>) -> Self {
        let signing = stored.iter().filter(|key| signs(key)).find_map(|key| signer(sealing, key));
        let verifying = stored.iter().filter_map(|key| {
            let verifier = verifier(sealing, key)?;
            Some((key.kid.clone().into_boxed_str(), (verifier, Trust::of(key))))
        });
        Self { signing, verifying: verifying.collect(), stored }
    }

    /// The key that signs.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none that the secret opens.
    pub(crate) fn signing(&self) -> Result<&Signer> {
        let missing = || Error::Unavailable("there is no key to sign access tokens with".into());
        self.signing.as_ref().ok_or_else(missing)
    }

    /// The key with this id, and whether it is trusted.
    pub(crate) fn verifying(&self, kid: &str) -> Option<(&Verifier, Trust)> {
        self.verifying.get(kid).map(|(verifier, trust)| (verifier, *trust))
    }

    /// The public halves of the keys trusted at `now`, with their ids, newest first.
    pub(super) fn public(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&str, &str)> {
        let trusted = self.stored.iter().filter(move |key| Trust::of(key).holds(now) && !key.public_jwk.is_empty());
        trusted.map(|key| (key.kid.as_str(), key.public_jwk.as_str()))
    }

    /// Does the newest key that shall sign do so? Not when another secret sealed it.
    pub(super) fn newest_signs(&self) -> bool {
        let newest = self.stored.iter().find(|key| signs(key)).map(|key| key.kid.as_str());
        newest.is_some() && newest == self.signing.as_ref().map(Signer::kid)
    }

    /// Are these the same keys in the same states? How they are sealed makes no difference: a replica that
    /// has yet to be given a new secret goes on with what it opened by the old one.
    pub(super) fn is_of(&self, stored: &[StoredKey]) -> bool {
        let state = |key: &StoredKey| (key.id, key.status, key.retires_at);
        self.stored.iter().map(state).eq(stored.iter().map(state))
    }
}

/// Keys whose private half only the previous secret opens, with that half.
pub(super) fn sealed_before(
    sealing: &Sealing,
    stored: &[StoredKey],
) -> Vec<(SigningKeyId, String, Zeroizing<Vec<u8>>)> {
    let opened = stored.iter().filter_map(|key| Some((key, sealing.open(&key.sealed_private, &key.kid)?)));
    let by_previous = opened.filter(|(_, (_, by))| *by == OpenedBy::Previous);
    by_previous.map(|(key, (private, _))| (key.id, key.kid.clone(), private)).collect()
}

pub(super) fn signs(key: &StoredKey) -> bool {
    key.status == KeyStatus::Active
}

fn signer(sealing: &Sealing, key: &StoredKey) -> Option<Signer> {
    let algorithm = SigningAlgorithm::named(&key.algorithm)?;
    let (private, _) = sealing.open(&key.sealed_private, &key.kid)?;
    Some(Signer::open(algorithm, &key.kid, &private))
}

/// `None` for what cannot be read here, such as a newer release's algorithm: one key that makes no sense
/// does not take the others with it.
fn verifier(sealing: &Sealing, key: &StoredKey) -> Option<Verifier> {
    let algorithm = SigningAlgorithm::named(&key.algorithm)?;
    let made = if algorithm.is_symmetric() {
        sealing.open(&key.sealed_private, &key.kid).map(|(secret, _)| Verifier::of_secret(&secret))
    } else {
        Verifier::of_public(algorithm, &key.public_jwk).ok()
    };
    if made.is_none() {
        tracing::warn!(kid = key.kid, algorithm = key.algorithm, "a signing key cannot be read and verifies nothing");
    }
    made
}

#[cfg(test)]
mod tests {
    use super::super::pair::generate;
    use super::*;
    use chrono::TimeDelta;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn sealing() -> Sealing {
        Sealing::of("secret", None)
    }

    fn stored(algorithm: SigningAlgorithm, created_at: i64) -> StoredKey {
        let new = generate(algorithm).unwrap();
        StoredKey {
            id: uuid::Uuid::from_u128(created_at.unsigned_abs().into()).into(),
            sealed_private: sealing().seal(&new.private, &new.kid),
            kid: new.kid,
            algorithm: algorithm.as_str().to_owned(),
            public_jwk: new.public_jwk,
            created_at: at(created_at),
            retires_at: None,
            status: KeyStatus::Active,
        }
    }

    fn eddsa(created_at: i64) -> StoredKey {
        stored(SigningAlgorithm::EdDsa, created_at)
    }

    fn trust(set: &KeySet, kid: &str) -> Option<Trust> {
        set.verifying(kid).map(|(_, trust)| trust)
    }

    #[test]
    fn of_several_keys_that_sign_the_newest_does_and_all_verify() {
        let keys = vec![eddsa(3), eddsa(2), eddsa(1)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&sealing(), keys);
        assert_eq!(set.signing().unwrap().kid(), kids[0]);
        assert!(kids.iter().all(|kid| trust(&set, kid) == Some(Trust::Lasting)));
        assert_eq!(trust(&set, "another"), None);
    }

    #[test]
    fn a_retiring_key_is_trusted_until_it_retires_and_a_revoked_one_never() {
        let retiring = StoredKey { status: KeyStatus::Retiring, retires_at: Some(at(10)), ..eddsa(5) };
        // By the clock of whoever revoked it, which may be ahead.
        let revoked = StoredKey { status: KeyStatus::Revoked, retires_at: Some(at(10)), ..eddsa(4) };
        let kids = [retiring.kid.clone(), revoked.kid.clone()];
        let set = KeySet::open(&sealing(), vec![retiring, revoked, eddsa(1)]);
        assert_eq!(set.signing().unwrap().kid(), set.stored[2].kid);
        let trusts = kids.each_ref().map(|kid| trust(&set, kid).unwrap());
        assert_eq!(trusts, [Trust::Until(at(10)), Trust::Never]);
        assert_eq!(trusts.map(|trust| trust.holds(at(9))), [true, false]);
        assert_eq!(trusts.map(|trust| trust.holds(at(10))), [false, false]);
    }

    #[test]
    fn only_public_halves_of_trusted_keys_are_published() {
        let retiring = StoredKey { status: KeyStatus::Retiring, retires_at: Some(at(10)), ..eddsa(5) };
        let revoked = StoredKey { status: KeyStatus::Revoked, retires_at: Some(at(90)), ..eddsa(4) };
        let keys = vec![eddsa(6), retiring, revoked, stored(SigningAlgorithm::Hs256, 3)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&sealing(), keys);
        let published = |now| set.public(now).map(|(kid, _)| kid.to_owned()).collect::<Vec<_>>();
        assert_eq!(published(at(10) - TimeDelta::milliseconds(1)), kids[..2]);
        assert_eq!(published(at(10)), kids[..1]);
    }

    #[test]
    fn without_the_secret_nothing_is_signed_and_public_halves_verify_all_the_same() {
        let keys = vec![eddsa(2), stored(SigningAlgorithm::Hs256, 1)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = KeySet::open(&Sealing::of("another", None), keys);
        assert!(!set.newest_signs() && set.signing().is_err());
        assert_eq!((trust(&set, &kids[0]), trust(&set, &kids[1])), (Some(Trust::Lasting), None));
    }

    #[test]
    fn a_key_of_another_secret_leaves_the_signing_to_the_one_before_it() {
        let strange = {
            let new = generate(SigningAlgorithm::EdDsa).unwrap();
            let sealed = Sealing::of("another", None).seal(&new.private, &new.kid);
            StoredKey { kid: new.kid, public_jwk: new.public_jwk, sealed_private: sealed, ..eddsa(2) }
        };
        let set = KeySet::open(&sealing(), vec![strange, eddsa(1)]);
        assert!(!set.newest_signs());
        assert_eq!(set.signing().unwrap().kid(), set.stored[1].kid);
    }

    #[test]
    fn what_the_previous_secret_sealed_is_opened_and_named_for_sealing_anew() {
        let both = Sealing::of("new", Some("secret"));
        let old = vec![eddsa(1)];
        let named = sealed_before(&both, &old);
        assert_eq!(named.len(), 1);
        assert!(KeySet::open(&both, old.clone()).newest_signs());
        let (_, kid, private) = &named[0];
        let anew = StoredKey { sealed_private: both.seal(private, kid), ..old[0].clone() };
        assert!(sealed_before(&both, std::slice::from_ref(&anew)).is_empty());
        assert!(KeySet::open(&Sealing::of("new", None), vec![anew]).newest_signs());
        assert!(sealed_before(&sealing(), &old).is_empty());
    }
}
