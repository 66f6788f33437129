//! Keys that sign access tokens, kept sealed in the database and open in memory.
//!
//! `Keys::load(&database, &config, &*clock, &*ids) -> Result<Keys>` (async); `set() -> Arc<KeySet>`;
//! `follow(&database, asked) -> Result<()>` (async).
//!
//! Replicas that start together each make a key: all of them are good, and the newest signs.

use super::seal::SealingKey;
use super::store::{self, KeyUse, StoredKey};
use super::token::{self, SigningKey, VerifyingKey};
use crate::{Clock, Config, Database, Error, IdSource, Result};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Tokens with key ids that nobody knows make the keys be read again at most so often.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// The signing keys in use.
#[derive(Debug)]
pub struct Keys {
    set: ArcSwap<KeySet>,
    sealing: SealingKey,
    /// When reading the present set began.
    read_at: Mutex<Instant>,
}

/// The keys as they were read.
#[derive(Debug)]
pub(crate) struct KeySet {
    signing: SigningKey,
    verifying: FxHashMap<Box<str>, Published>,
}

#[derive(Debug)]
struct Published {
    key: VerifyingKey,
    retires_at: Option<DateTime<Utc>>,
}

impl KeySet {
    /// The key that signs.
    pub(crate) fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key with this id, unless it has retired at `now`.
    pub(crate) fn verifying(&self, kid: &str, now: DateTime<Utc>) -> Option<&VerifyingKey> {
        let published = self.verifying.get(kid)?;
        published.retires_at.is_none_or(|retires_at| now < retires_at).then_some(&published.key)
    }

    /// When the next of its keys retires, after which nothing verified before is to be relied on.
    pub(crate) fn next_retirement(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.verifying.values().filter_map(|published| published.retires_at).filter(|at| now < *at).min()
    }

    fn same_keys(&self, other: &Self) -> bool {
        let ids = |set: &Self| -> FxHashMap<Box<str>, Option<DateTime<Utc>>> {
            set.verifying.iter().map(|(kid, published)| (kid.clone(), published.retires_at)).collect()
        };
        self.signing.kid() == other.signing.kid() && ids(self) == ids(other)
    }
}

impl Keys {
    /// Reads the keys; makes one when there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read, or the secret does not open the
    /// newest key; its source says so in one line.
    pub async fn load(database: &Database, config: &Config, clock: &dyn Clock, ids: &dyn IdSource) -> Result<Self> {
        let sealing = SealingKey::derive(config.secret.expose_secret().as_bytes(), "signing keys");
        let read_at = Instant::now();
        let mut stored = store::keys(database.connection()).await?;
        if !stored.iter().any(signs) {
            let (key, private) = SigningKey::generate()?;
            let now = clock.now();
            let new = StoredKey {
                id: ids.next(now).into(),
                kid: key.kid().to_owned(),
                sealed_private: sealing.seal(&private, key.kid().as_bytes()),
                public_jwk: key.public_jwk().to_owned(),
                created_at: now,
                retires_at: None,
                use_for: KeyUse::Signing,
            };
            store::insert_key(database.connection(), new, token::ALGORITHM).await?;
            stored = store::keys(database.connection()).await?;
        }
        let set = open(&sealing, stored)?;
        Ok(Self { set: ArcSwap::from_pointee(set), sealing, read_at: Mutex::new(read_at) })
    }

    /// The keys as of now. The same `Arc` stands for the same keys.
    pub(crate) fn set(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    /// Reads the keys again, unless that was begun after `asked`. Callers queue, and one reading
    /// serves all that wait, so that no flood of made-up key ids becomes a flood of SQL.
    pub(crate) async fn follow(&self, database: &Database, asked: Instant) -> Result<()> {
        let mut read_at = self.read_at.lock().await;
        if *read_at > asked {
            return Ok(());
        }
        tokio::time::sleep_until(*read_at + READ_AGAIN_AFTER).await;
        let begun = Instant::now();
        let set = open(&self.sealing, store::keys(database.connection()).await?)?;
        if !set.same_keys(&self.set.load()) {
            self.set.store(Arc::new(set));
        }
        *read_at = begun;
        Ok(())
    }
}

fn signs(key: &StoredKey) -> bool {
    key.use_for == KeyUse::Signing
}

/// Opens the newest key that signs, and takes the public half of all.
fn open(sealing: &SealingKey, stored: Vec<StoredKey>) -> Result<KeySet> {
    let newest = stored.iter().filter(|key| signs(key)).max_by_key(|key| (key.created_at, key.id));
    let newest = newest.ok_or_else(|| Error::Unavailable("there is no key to sign access tokens with".into()))?;
    let private = sealing.open(&newest.sealed_private, newest.kid.as_bytes()).ok_or_else(|| {
        let why = "the secret does not open the stored signing keys: start with the secret they were sealed under";
        Error::Unavailable(why.into())
    })?;
    let signing = SigningKey::from_pkcs8(&private)?;
    let publish = |key: StoredKey| {
        let published = Published { key: VerifyingKey::from_jwk(&key.public_jwk)?, retires_at: key.retires_at };
        Ok((key.kid.into_boxed_str(), published))
    };
    let verifying = stored.into_iter().map(publish).collect::<Result<_>>()?;
    Ok(KeySet { signing, verifying })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(sealing: &SealingKey, created_at: i64) -> StoredKey {
        let (key, private) = SigningKey::generate().unwrap();
        StoredKey {
            id: uuid::Uuid::from_u128(1).into(),
            kid: key.kid().to_owned(),
            sealed_private: sealing.seal(&private, key.kid().as_bytes()),
            public_jwk: key.public_jwk().to_owned(),
            created_at: DateTime::from_timestamp(created_at, 0).unwrap(),
            retires_at: None,
            use_for: KeyUse::Signing,
        }
    }

    #[test]
    fn of_keys_made_at_the_same_time_the_newest_signs_and_all_verify() {
        let sealing = SealingKey::derive(b"secret", "signing keys");
        let keys = vec![stored(&sealing, 1), stored(&sealing, 3), stored(&sealing, 2)];
        let kids: Vec<String> = keys.iter().map(|key| key.kid.clone()).collect();
        let set = open(&sealing, keys).unwrap();
        assert_eq!(set.signing().kid(), kids[1]);
        let now = DateTime::from_timestamp(9, 0).unwrap();
        assert!(kids.iter().all(|kid| set.verifying(kid, now).is_some()));
    }

    #[test]
    fn a_retiring_key_verifies_until_it_retires() {
        let sealing = SealingKey::derive(b"secret", "signing keys");
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let retiring = StoredKey { use_for: KeyUse::Verifying, retires_at: Some(at(10)), ..stored(&sealing, 5) };
        let kid = retiring.kid.clone();
        let set = open(&sealing, vec![stored(&sealing, 1), retiring]).unwrap();
        assert_ne!(set.signing().kid(), kid);
        assert!(set.verifying(&kid, at(9)).is_some());
        assert!(set.verifying(&kid, at(10)).is_none());
        assert_eq!(set.next_retirement(at(9)), Some(at(10)));
    }

    #[test]
    fn another_secret_does_not_open_the_keys_and_the_error_says_so() {
        let keys = vec![stored(&SealingKey::derive(b"secret", "signing keys"), 1)];
        let error = open(&SealingKey::derive(b"another", "signing keys"), keys).unwrap_err();
        let Error::Unavailable(cause) = error else { panic!("{error:?}") };
        assert!(cause.to_string().starts_with("the secret does not open the stored signing keys"));
    }
}
