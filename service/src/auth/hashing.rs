//! Hashing with Argon2id (RFC 9106) on the thread that asks. The only file that speaks Argon2.
//!
//! `Hashing::new(&PasswordSettings)`; `hash(&Password) -> Result<String>`, `verify(&Password, &str) -> Result<Verdict>`.
//!
//! A *pepper* is the secret input of Argon2, kept outside the database: without it, stored hashes cannot be guessed
//! against. Each hash names the pepper it was made with, so that one can take the place of another, or of none.

#[cfg(test)]
use super::password::Work;
use super::password::{Password, Verdict};
use super::seal;
use crate::{Error, PasswordSettings, Result};
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, KeyId, Params, ParamsBuilder, Version};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Length of salts and of hashes, in bytes.
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;
/// The most memory that a stored hash may ask for, in KiB: as much as can be set.
const MAX_MEMORY_KIB: u32 = 4 << 20;
/// What a pepper's name is derived for.
const PEPPER_NAME: &str = "name of a password pepper";

/// How new passwords are hashed, with a buffer that is kept.
pub(super) struct Hashing {
    params: Params,
    pub(super) peppers: Peppers,
    memory: Vec<Block>,
    #[cfg(test)]
    pub(super) work: Arc<Work>,
}

/// The peppers that stored hashes may have been made with, the one of now first.
#[derive(Clone, Debug, Default)]
pub(super) struct Peppers(Arc<[Pepper]>);

#[derive(Debug)]
struct Pepper {
    name: KeyId,
    secret: SecretString,
}

/// All that goes into a hash.
struct Input<'a> {
    password: &'a Password,
    salt: &'a [u8],
    params: &'a Params,
    /// Empty for none, which is how Argon2 writes it.
    pepper: &'a [u8],
}

impl Peppers {
    pub(super) fn new(settings: &PasswordSettings) -> Self {
        let given = settings.pepper.iter().chain(&settings.previous_pepper);
        Self(given.map(Pepper::new).collect())
    }

    /// The secret of that name, empty for no name; `None` when it is not given.
    fn named(&self, name: &[u8]) -> Option<&[u8]> {
        if name.is_empty() {
            return Some(&[]);
        }
        let known = self.0.iter().find(|pepper| pepper.name.as_bytes() == name);
        known.map(|pepper| pepper.secret.expose_secret().as_bytes())
    }

    /// Were some of these hashes made with a pepper, and none of those with one that is given?
    pub(super) fn are_lost_to<'a>(&self, hashes: impl IntoIterator<Item = &'a str>) -> bool {
        let mut peppered = hashes
            .into_iter()
            .filter_map(Stored::parse)
            .filter(|stored| !stored.params.keyid().is_empty())
            .map(|stored| self.named(stored.params.keyid()).is_some())
            .peekable();
        peppered.peek().is_some() && !peppered.any(|is_known| is_known)
    }
}

impl Pepper {
    fn new(secret: &SecretString) -> Self {
        let name = seal::derive(secret.expose_secret().as_bytes(), PEPPER_NAME);
        let name = KeyId::new(&name[..KeyId::MAX_LEN]).expect("the name is cut to what fits");
        Self { name, secret: secret.clone() }
    }
}

impl Hashing {
    pub(super) fn new(settings: &PasswordSettings) -> Self {
        let peppers = Peppers::new(settings);
        let mut params = ParamsBuilder::new();
        params.m_cost(settings.memory_kib).t_cost(settings.iterations).p_cost(1);
        // The previous one is for verifying only.
        if let (Some(_), Some(pepper)) = (&settings.pepper, peppers.0.first()) {
            params.keyid(pepper.name);
        }
        Self {
            params: params.build().unwrap_or_default(),
            peppers,
            memory: Vec::new(),
            #[cfg(test)]
            work: Arc::default(),
        }
    }

    /// The same with a buffer of its own.
    pub(super) fn another(&self) -> Self {
        Self {
            params: self.params.clone(),
            peppers: self.peppers.clone(),
            memory: Vec::new(),
            #[cfg(test)]
            work: Arc::clone(&self.work),
        }
    }

    /// Hashes a password for storage: `$argon2id$v=19$m=…,t=…,p=1,keyid=…$salt$hash`, the PHC string format.
    pub(super) fn hash(&mut self, password: &Password) -> Result<String> {
        let (salt, params, peppers) = (seal::random::<SALT_LEN>(), self.params.clone(), self.peppers.clone());
        let pepper = peppers.named(params.keyid()).unwrap_or_default();
        let hash = self.argon2(&Input { password, salt: salt.as_ref(), params: &params, pepper }, HASH_LEN)?;
        phc(&params, salt.as_ref(), &hash)
    }

    /// Compares a password with a stored hash, by the parameters written in it. One that was made with a pepper
    /// that is not given costs the same work and matches nothing.
    pub(super) fn verify(&mut self, password: &Password, stored: &str) -> Result<Verdict> {
        let stored =
            Stored::parse(stored).ok_or_else(|| Error::Internal("a stored password hash is damaged".into()))?;
        let (params, peppers) = (&stored.params, self.peppers.clone());
        let pepper = peppers.named(params.keyid());
        let input = Input { password, salt: &stored.salt, params, pepper: pepper.unwrap_or_default() };
        let hash = self.argon2(&input, stored.hash.len())?;
        if pepper.is_none() {
            tracing::warn!("a password was hashed with a pepper that is not given: it opens nothing");
            return Ok(Verdict::Wrong);
        }
        if !bool::from(hash.ct_eq(&stored.hash)) {
            return Ok(Verdict::Wrong);
        }
        let same = |of: fn(&Params) -> u32| of(params) == of(&self.params);
        let current = same(|p| p.m_cost()) && same(|p| p.t_cost()) && same(|p| p.p_cost());
        let current = current && params.keyid() == self.params.keyid();
        Ok(if current { Verdict::Right } else { Verdict::RightButOutdated })
    }

    /// A hash that no password has, made without hashing: comparing with it costs the same work.
    pub(super) fn dummy(&self) -> String {
        let (salt, hash) = (seal::random::<SALT_LEN>(), seal::random::<HASH_LEN>());
        phc(&self.params, salt.as_ref(), hash.as_ref()).expect("salt and hash have lengths that the format takes")
    }

    fn argon2(&mut self, input: &Input<'_>, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        let internal = |error: argon2::Error| Error::Internal(error.into());
        let Input { password, salt, params, pepper } = *input;
        let blocks = params.block_count();
        #[cfg(test)]
        self.work.fetch_add(blocks * params.t_cost() as usize, std::sync::atomic::Ordering::SeqCst);
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        let mut hash = Zeroizing::new(vec![0; length]);
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone())
            .map_err(internal)?
            .hash_password_into_with_memory(password.as_str().as_bytes(), salt, &mut hash, &mut self.memory[..blocks])
            .map_err(internal)?;
        let kept = self.params.block_count();
        if self.memory.len() > kept {
            // A hash of costlier days; the buffer shrinks back to what is usual.
            self.memory.truncate(kept);
            self.memory.shrink_to_fit();
        }
        Ok(hash)
    }
}

/// A stored hash taken apart.
struct Stored {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        let stored = PasswordHash::new(text).ok()?;
        let params = Params::try_from(&stored).ok()?;
        let ours = stored.algorithm == ARGON2ID_IDENT
            && stored.version == Some(Version::V0x13.into())
            && params.m_cost() <= MAX_MEMORY_KIB
            && params.data().is_empty();
        let (salt, hash) = (stored.salt?.to_vec(), stored.hash?.as_bytes().to_vec());
        ours.then_some(Self { params, salt, hash })
    }
}

fn phc(params: &Params, salt: &[u8], hash: &[u8]) -> Result<String> {
    let internal = |error: argon2::password_hash::phc::Error| Error::Internal(error.into());
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: params.try_into().map_err(|_| Error::Internal("the hashing parameters cannot be written".into()))?,
        salt: Some(Salt::new(salt).map_err(internal)?),
        hash: Some(Output::new(hash).map_err(internal)?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordVerifier;
    use std::time::{Duration, Instant};

    const OLD: &str = "an old pepper of 32 and more bytes";
    const NEW: &str = "a new pepper of 32 and more bytes";

    fn with(pepper: Option<&str>, previous_pepper: Option<&str>) -> Hashing {
        let [pepper, previous_pepper] = [pepper, previous_pepper].map(|given| given.map(SecretString::from));
        let settings = PasswordSettings { memory_kib: 64, iterations: 1, ..PasswordSettings::default() };
        Hashing::new(&PasswordSettings { pepper, previous_pepper, ..settings })
    }

    fn password(text: &str) -> Password {
        Password::given(&text.into()).unwrap()
    }

    fn verdict(hashing: &mut Hashing, hash: &str) -> Verdict {
        assert_eq!(hashing.verify(&password("wrong"), hash).unwrap(), Verdict::Wrong);
        hashing.verify(&password("secret"), hash).unwrap()
    }

    #[test]
    fn the_crate_itself_agrees_with_the_hash() {
        let text = "correct horse battery staple";
        let hash = with(None, None).hash(&password(text)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let hash = PasswordHash::new(&hash).unwrap();
        assert!(Argon2::default().verify_password(text.as_bytes(), &hash).is_ok());

        let hash = with(Some(NEW), None).hash(&password(text)).unwrap();
        let hash = PasswordHash::new(&hash).unwrap();
        assert!(Argon2::default().verify_password(text.as_bytes(), &hash).is_err());
        let params = Params::default();
        let peppered = Argon2::new_with_secret(NEW.as_bytes(), Algorithm::Argon2id, Version::V0x13, params).unwrap();
        assert!(peppered.verify_password(text.as_bytes(), &hash).is_ok());
    }

    #[test]
    fn a_pepper_is_named_by_the_hash_and_not_told() {
        let hash = with(Some(NEW), None).hash(&password("secret")).unwrap();
        assert!(hash.contains(",p=1,keyid=") && hash.len() < 255, "{hash}");
        let again = with(Some(NEW), Some(OLD)).hash(&password("secret")).unwrap();
        let name = |hash: &str| Stored::parse(hash).unwrap().params.keyid().to_vec();
        assert_eq!(name(&hash), name(&again));
        assert_ne!(name(&hash), name(&with(Some(OLD), None).hash(&password("secret")).unwrap()));
        assert!(
            !format!(
                "{:?}",
                Peppers::new(&PasswordSettings { pepper: Some(NEW.into()), ..PasswordSettings::default() })
            )
            .contains(NEW)
        );
    }

    #[test]
    fn one_pepper_takes_the_place_of_another_or_of_none_at_the_next_sign_in() {
        let mut plain = with(None, None);
        let hash = plain.hash(&password("secret")).unwrap();
        assert_eq!(verdict(&mut plain, &hash), Verdict::Right);
        assert_eq!(verdict(&mut with(Some(OLD), None), &hash), Verdict::RightButOutdated);

        let hash = with(Some(OLD), None).hash(&password("secret")).unwrap();
        assert_eq!(verdict(&mut with(Some(OLD), None), &hash), Verdict::Right);
        assert_eq!(verdict(&mut with(Some(OLD), Some(NEW)), &hash), Verdict::Right);
        assert_eq!(verdict(&mut with(Some(NEW), Some(OLD)), &hash), Verdict::RightButOutdated);
        let mut back = with(None, Some(OLD));
        assert_eq!(verdict(&mut back, &hash), Verdict::RightButOutdated);
        let hash = back.hash(&password("secret")).unwrap();
        assert_eq!(verdict(&mut plain, &hash), Verdict::Right, "the previous one hashes nothing");
    }

    #[test]
    fn a_hash_whose_pepper_is_lost_or_another_matches_nothing() {
        let hash = with(Some(OLD), None).hash(&password("secret")).unwrap();
        for (now, before) in [(None, None), (Some(NEW), None), (None, Some(NEW))] {
            assert_eq!(verdict(&mut with(now, before), &hash), Verdict::Wrong, "{now:?} {before:?}");
        }
        let unnamed = hash.replace(hash.split('$').nth(3).unwrap(), "m=64,t=1,p=1");
        for (now, before) in [(None, None), (Some(OLD), None)] {
            assert_eq!(verdict(&mut with(now, before), &unnamed), Verdict::Wrong, "{now:?} {before:?}");
        }
    }

    #[test]
    fn peppers_are_lost_when_hashes_name_some_and_none_that_is_given() {
        let hash = |pepper| with(pepper, None).hash(&password("secret")).unwrap();
        let (plain, old, new) = (hash(None), hash(Some(OLD)), hash(Some(NEW)));
        let lost = |given: &Hashing, hashes: &[&str]| given.peppers.are_lost_to(hashes.iter().copied());
        assert!(!lost(&with(None, None), &[]) && !lost(&with(None, None), &[&plain, "damaged"]));
        assert!(lost(&with(None, None), &[&plain, &old]) && lost(&with(Some(NEW), None), &[&plain, &old]));
        assert!(!lost(&with(Some(NEW), None), &[&old, &plain, &new]));
        assert!(!lost(&with(Some(NEW), Some(OLD)), &[&old]) && !lost(&with(None, Some(OLD)), &[&old]));
    }

    #[test]
    fn comparing_with_nothing_is_real_work() {
        for pepper in [None, Some(NEW.into())] {
            let settings = PasswordSettings { memory_kib: 2048, iterations: 1, pepper, ..PasswordSettings::default() };
            let mut hashing = Hashing::new(&settings);
            let dummy = hashing.dummy();
            let stored = Stored::parse(&dummy).expect("a hash that parses");
            assert_eq!((stored.params.m_cost(), stored.params.t_cost()), (2048, 1));
            assert_eq!((stored.salt.len(), stored.hash.len()), (SALT_LEN, HASH_LEN));
            assert_eq!(stored.params.keyid().is_empty(), settings.pepper.is_none());

            let hash = hashing.hash(&password("secret")).unwrap();
            let mut fastest = |hash: &str| {
                let time = |_| {
                    let begun = Instant::now();
                    assert_eq!(hashing.verify(&password("wrong"), hash).unwrap(), Verdict::Wrong);
                    begun.elapsed()
                };
                (0..5).map(time).min().unwrap()
            };
            let (real, dummy) = (fastest(&hash), fastest(&dummy));
            assert!(dummy * 4 > real && real > Duration::from_micros(50), "{dummy:?} instead of {real:?}");
        }
    }
}
