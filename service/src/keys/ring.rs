//! The current keys in memory.
//!
//! Replicas that start together each create a key: all of them are valid, and the newest signs.

use super::model::KeyStatus;
use super::pair::{NewKey, generate};
use super::set::{KeySet, sealed_before, signs};
use super::store::{self, KeyRecord};
use crate::crypto::{Sealer, SigningAlgorithm};
use crate::freshness::{Freshness, READ_TIMEOUT, ReadStart};
use crate::{Clock, Config, Database, Error, IdSource, Result, boxed};
use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use engine::SigningKeyId;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep_until, timeout};

/// Purpose that the sealing keys are derived for.
const PURPOSE: &str = "signing keys";
/// Shortest time between two readings for tokens with an unknown key id.
const MIN_READ_INTERVAL: Duration = Duration::from_millis(200);
/// Time for which retired keys are remembered. After that, their tokens are those of an unknown key.
const RETENTION: TimeDelta = TimeDelta::days(30);

/// The signing keys in use.
#[derive(Debug)]
pub struct KeyRing {
    set: ArcSwap<KeySet>,
    sealer: Sealer,
    clock: Arc<dyn Clock>,
    freshness: Freshness,
}

impl KeyRing {
    /// Reads the keys. Creates one when none signs, and seals keys again that the previous secret sealed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read, or no secret opens the newest key; its
    /// source says so in one line.
    #[boxed]
    pub async fn load(database: &Database, config: &Config, clock: Arc<dyn Clock>, ids: &dyn IdSource) -> Result<Self> {
        let sealer = Sealer::new(&config.secret, config.previous_secret.as_ref(), PURPOSE)?;
        let freshness = Freshness::new();
        let start = freshness.start();
        let mut stored = read(database, clock.now()).await?;
        if !stored.iter().any(signs) {
            let (now, algorithm) = (clock.now(), config.token.algorithm);
            let new = seal(&sealer, create(algorithm).await?, algorithm, ids.next(now).into(), now)?;
            store::insert(database.connection(), new).await?;
            stored = read(database, now).await?;
        }
        for key in sealed_before(&sealer, &stored) {
            store::reseal(database.connection(), key.id, sealer.seal(&key.private, &key.kid)?).await?;
            tracing::info!(kid = key.kid, "sealed a signing key under the new secret");
        }
        let set = KeySet::open(&sealer, stored);
        if !set.newest_signs() {
            let why = "the secret does not open the stored signing keys: start with the secret they were sealed under";
            return Err(Error::Unavailable(why.into()));
        }
        freshness.confirm(start);
        Ok(Self { set: ArcSwap::from_pointee(set), sealer, clock, freshness })
    }

    /// The current keys. The same `Arc` is returned until they change.
    pub(crate) fn set(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    /// Ensures that the keys in memory are not stale: one may have been revoked.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they are stale and cannot be read.
    pub(crate) async fn ensure_fresh(&self, database: &Database) -> Result<()> {
        if self.freshness.is_fresh() { Ok(()) } else { self.refresh(database, self.freshness.start()).await }
    }

    /// Starts the wait for a [refresh](Self::refresh).
    pub(crate) fn asked(&self) -> ReadStart {
        self.freshness.start()
    }

    /// Reads the keys, unless a reading that started after `asked` has succeeded. Callers queue, no longer than a
    /// reading may take, and one reading serves all of them: invented key ids do not cause a flood of statements.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be read in time.
    #[boxed]
    pub(crate) async fn refresh(&self, database: &Database, asked: ReadStart) -> Result<()> {
        let read = async {
            let Some(_turn) = self.freshness.turn(asked).await else { return Ok(()) };
            sleep_until(self.freshness.confirmed_at() + MIN_READ_INTERVAL).await;
            self.read_into(database).await
        };
        timeout(READ_TIMEOUT, read).await.unwrap_or_else(|late| Err(Error::Unavailable(late.into())))
    }

    /// Confirms the keys: those in the database, read since `start`, are the same.
    pub(crate) fn confirm(&self, start: ReadStart) {
        self.freshness.confirm(start);
    }

    /// Reads the keys at once, after this process has changed them.
    pub(super) async fn reload(&self, database: &Database) -> Result<()> {
        let read = async {
            let _turn = self.freshness.wait_turn().await;
            self.read_into(database).await
        };
        timeout(READ_TIMEOUT, read).await.unwrap_or_else(|late| Err(Error::Unavailable(late.into())))
    }

    /// To be called in [turn](Freshness::turn), so that no reading overtakes another.
    async fn read_into(&self, database: &Database) -> Result<()> {
        let start = self.freshness.start();
        let stored = read(database, self.clock.now()).await?;
        if !self.set.load().is_of(&stored) {
            let set = KeySet::open(&self.sealer, stored);
            if !set.newest_signs() {
                tracing::error!(
                    "the secret does not open the newest signing key: set the same secret on every replica"
                );
            }
            self.set.store(Arc::new(set));
        }
        self.freshness.confirm(start);
        Ok(())
    }

    /// New key, sealed, ready to be stored.
    pub(super) async fn new_key(
        &self,
        algorithm: SigningAlgorithm,
        id: SigningKeyId,
        now: DateTime<Utc>,
    ) -> Result<KeyRecord> {
        seal(&self.sealer, create(algorithm).await?, algorithm, id, now)
    }
}

/// Generates a key on a thread for blocking work.
async fn create(algorithm: SigningAlgorithm) -> Result<NewKey> {
    let created = tokio::task::spawn_blocking(move || generate(algorithm)).await;
    created.map_err(|error| Error::Internal(error.into()))?
}

fn seal(
    sealer: &Sealer,
    new: NewKey,
    algorithm: SigningAlgorithm,
    id: SigningKeyId,
    now: DateTime<Utc>,
) -> Result<KeyRecord> {
    Ok(KeyRecord {
        id,
        sealed_private: sealer.seal(&new.private, &new.kid)?,
        kid: new.kid,
        algorithm: algorithm.as_str().to_owned(),
        public_jwk: new.public_jwk,
        created_at: now,
        retires_at: None,
        status: KeyStatus::Active,
    })
}

async fn read(database: &Database, now: DateTime<Utc>) -> Result<Vec<KeyRecord>> {
    store::in_use(database.background(), now - RETENTION).await
}
