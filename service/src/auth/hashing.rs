//! Password hashing with Argon2id (RFC 9106), on the calling thread. The only file that uses the Argon2 crate.
//!
//! A *pepper* is the secret input of Argon2, kept outside the database: without it, passwords cannot be guessed from
//! stored hashes. Each hash names its pepper, so that peppers can be introduced, replaced and removed.

#[cfg(test)]
use super::password::Work;
use super::password::{Password, PasswordMatch};
use crate::crypto::{derive, random};
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
/// Most memory that a stored hash may require, in KiB: the highest setting.
const MAX_MEMORY_KIB: u32 = 4 << 20;
/// Purpose that the name of a pepper is derived for.
const PEPPER_NAME: &str = "name of a password pepper";

/// Argon2id with the configured parameters and a buffer of its own.
pub(super) struct PasswordHashing {
    params: Params,
    pub(super) peppers: Peppers,
    memory: Vec<Block>,
    #[cfg(test)]
    pub(super) work: Arc<Work>,
}

/// Configured peppers, the present one first.
#[derive(Clone, Debug, Default)]
pub(super) struct Peppers(Arc<[Pepper]>);

#[derive(Debug)]
struct Pepper {
    name: KeyId,
    secret: SecretString,
}

/// Input of a hash.
struct HashInput<'a> {
    password: &'a Password,
    salt: &'a [u8],
    params: &'a Params,
    /// Empty for none.
    pepper: &'a [u8],
}

impl Peppers {
    pub(super) fn new(settings: &PasswordSettings) -> Result<Self> {
        let secrets = settings.pepper.iter().chain(&settings.previous_pepper);
        Ok(Self(secrets.map(Pepper::new).collect::<Result<_>>()?))
    }

    /// Secret of the pepper of this name, empty for no name; `None` when it is not configured.
    fn named(&self, name: &[u8]) -> Option<&[u8]> {
        if name.is_empty() {
            return Some(&[]);
        }
        let known = self.0.iter().find(|pepper| pepper.name.as_bytes() == name);
        known.map(|pepper| pepper.secret.expose_secret().as_bytes())
    }

    /// Returns true when hashes were made with a pepper, and none of these with a configured one.
    pub(super) fn miss_all_of<'a>(&self, hashes: impl IntoIterator<Item = &'a str>) -> bool {
        let mut peppered = hashes
            .into_iter()
            .filter_map(StoredHash::parse)
            .filter(|stored| !stored.params.keyid().is_empty())
            .map(|stored| self.named(stored.params.keyid()).is_some())
            .peekable();
        peppered.peek().is_some() && !peppered.any(|is_known| is_known)
    }
}

impl Pepper {
    fn new(secret: &SecretString) -> Result<Self> {
        let name = derive(secret.expose_secret().as_bytes(), PEPPER_NAME)?;
        let name = name.get(..KeyId::MAX_LEN).unwrap_or_default();
        let name = KeyId::new(name).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self { name, secret: secret.clone() })
    }
}

impl PasswordHashing {
    pub(super) fn new(settings: &PasswordSettings) -> Result<Self> {
        let peppers = Peppers::new(settings)?;
        let mut params = ParamsBuilder::new();
        params.m_cost(settings.memory_kib).t_cost(settings.iterations).p_cost(1);
        // The previous pepper only verifies.
        if let (Some(_), Some(pepper)) = (&settings.pepper, peppers.0.first()) {
            params.keyid(pepper.name);
        }
        Ok(Self {
            params: params.build().unwrap_or_default(),
            peppers,
            memory: Vec::new(),
            #[cfg(test)]
            work: Arc::default(),
        })
    }

    /// The same parameters with another buffer.
    pub(super) fn with_own_buffer(&self) -> Self {
        Self {
            params: self.params.clone(),
            peppers: self.peppers.clone(),
            memory: Vec::new(),
            #[cfg(test)]
            work: Arc::clone(&self.work),
        }
    }

    /// Hash of a password for storage: `$argon2id$v=19$m=…,t=…,p=1,keyid=…$salt$hash`, the PHC string format.
    pub(super) fn hash(&mut self, password: &Password) -> Result<String> {
        let (salt, params, peppers) = (random::<SALT_LEN>()?, self.params.clone(), self.peppers.clone());
        let pepper = peppers.named(params.keyid()).unwrap_or_default();
        let hash = self.argon2(&HashInput { password, salt: salt.as_ref(), params: &params, pepper }, HASH_LEN)?;
        phc(&params, salt.as_ref(), &hash)
    }

    /// Compares a password with a stored hash, by the parameters of the hash. A hash with an unknown pepper costs the
    /// same work and matches no password.
    pub(super) fn verify(&mut self, password: &Password, stored: &str) -> Result<PasswordMatch> {
        let stored =
            StoredHash::parse(stored).ok_or_else(|| Error::Internal("a stored password hash is malformed".into()))?;
        let (params, peppers) = (&stored.params, self.peppers.clone());
        let pepper = peppers.named(params.keyid());
        let input = HashInput { password, salt: &stored.salt, params, pepper: pepper.unwrap_or_default() };
        let hash = self.argon2(&input, stored.hash.len())?;
        if pepper.is_none() {
            tracing::warn!("a password was hashed with a pepper that is not configured: the login is refused");
            return Ok(PasswordMatch::Mismatch);
        }
        if !bool::from(hash.ct_eq(&stored.hash)) {
            return Ok(PasswordMatch::Mismatch);
        }
        let same = |of: fn(&Params) -> u32| of(params) == of(&self.params);
        let current = same(|p| p.m_cost()) && same(|p| p.t_cost()) && same(|p| p.p_cost());
        let current = current && params.keyid() == self.params.keyid();
        Ok(if current { PasswordMatch::Match } else { PasswordMatch::OutdatedMatch })
    }

    /// The parameters of new hashes.
    pub(super) fn parameters(&self) -> HashParameters {
        HashParameters(self.params.clone())
    }

    fn argon2(&mut self, input: &HashInput<'_>, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        let internal = |error: argon2::Error| Error::Internal(error.into());
        let HashInput { password, salt, params, pepper } = *input;
        let blocks = params.block_count();
        #[cfg(test)]
        self.work.fetch_add(blocks * params.t_cost() as usize, std::sync::atomic::Ordering::SeqCst);
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        let memory = self.memory.get_mut(..blocks).unwrap_or_default();
        let mut hash = Zeroizing::new(vec![0; length]);
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone())
            .map_err(internal)?
            .hash_password_into_with_memory(password.as_str().as_bytes(), salt, &mut hash, memory)
            .map_err(internal)?;
        let kept = self.params.block_count();
        if self.memory.len() > kept {
            // After a hash with more memory, the buffer shrinks to the configured size.
            self.memory.truncate(kept);
            self.memory.shrink_to_fit();
        }
        Ok(hash)
    }
}

/// Parameters of a hash.
#[derive(Clone, Debug)]
pub(super) struct HashParameters(Params);

impl HashParameters {
    /// The same with the cost that stored hashes name between `v=19$` and their salt, such as `m=19456,t=2,p=1`; `None`
    /// when it is malformed.
    pub(super) fn with_cost(&self, cost: &str) -> Option<Self> {
        let stored = PasswordHash::new(&format!("$argon2id$v=19${cost}")).ok()?;
        let stored = Params::try_from(&stored).ok().filter(|params| params.m_cost() <= MAX_MEMORY_KIB)?;
        let mut params = ParamsBuilder::new();
        params.m_cost(stored.m_cost()).t_cost(stored.t_cost()).p_cost(stored.p_cost());
        if !self.0.keyid().is_empty() {
            params.keyid(KeyId::new(self.0.keyid()).ok()?);
        }
        params.build().ok().map(Self)
    }

    /// Blocks of memory that a hash fills.
    pub(super) fn work(&self) -> u64 {
        u64::from(self.0.m_cost()) * u64::from(self.0.t_cost())
    }

    /// Hash that no password has, made without hashing: comparing with it costs the same work.
    pub(super) fn unmatched(&self) -> Result<String> {
        let (salt, hash) = (random::<SALT_LEN>()?, random::<HASH_LEN>()?);
        phc(&self.0, salt.as_ref(), hash.as_ref())
    }
}

/// Parts of a stored hash.
struct StoredHash {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl StoredHash {
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
        params: params.try_into().map_err(|_| Error::Internal("the hashing parameters cannot be encoded".into()))?,
        salt: Some(Salt::new(salt).map_err(internal)?),
        hash: Some(Output::new(hash).map_err(internal)?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
#[path = "hashing_tests.rs"]
mod tests;
