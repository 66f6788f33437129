//! The present keys in memory, and how they follow what other replicas do.
//!
//! `Keys::load(&database, &config, &*clock, &*ids) -> Result<Keys>` (async); `set() -> Arc<KeySet>`;
//! `ensure_fresh(&database)`, `follow(&database, asked)`, `read_again(&database)` (async);
//! `follow(Follower)` reads four times a second.
//!
//! Replicas that start together each make a key: all of them are good, and the newest signs.

use super::model::{KeyStatus, SigningAlgorithm};
use super::pair::{NewKey, generate};
use super::sealing::Sealing;
use super::set::{KeySet, sealed_before, signs};
use super::store::{self, StoredKey};
use crate::{Clock, Config, Database, Error, IdSource, Result, boxed};
use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use engine::SigningKeyId;
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How often the keys are read.
const POLL: Duration = Duration::from_millis(250);
/// Tokens with key ids that nobody knows make the keys be read again at most so often.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// A reading that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(1);
/// Keys read so long ago are not relied on: one may have been revoked.
const STALE_AFTER: Duration = Duration::from_secs(2);
/// What keys signed that are gone for longer is not told from what was never signed.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// The signing keys in use.
#[derive(Debug)]
pub struct Keys {
    set: ArcSwap<KeySet>,
    sealing: Sealing,
    clock: Arc<dyn Clock>,
    started: Instant,
    /// When the reading of the present set began. Held while one is read, so that none overtakes another.
    reading: Mutex<Instant>,
    /// The same in milliseconds since `started`.
    read_at: AtomicU64,
}

impl Keys {
    /// Reads the keys; makes one when none signs; seals anew what the previous secret sealed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read, or no secret opens the newest key; its
    /// source says so in one line.
    #[boxed]
    pub async fn load(database: &Database, config: &Config, clock: Arc<dyn Clock>, ids: &dyn IdSource) -> Result<Self> {
        let (sealing, started) = (Sealing::new(config), Instant::now());
        let mut stored = read(database, clock.now()).await?;
        if !stored.iter().any(signs) {
            let now = clock.now();
            let new = make(config.token.algorithm).await?;
            store::insert(database.connection(), sealed(&sealing, new, (ids.next(now).into(), now))).await?;
            stored = read(database, now).await?;
        }
        for (id, kid, private) in sealed_before(&sealing, &stored) {
            store::reseal(database.connection(), id, sealing.seal(&private, &kid)).await?;
            tracing::info!(kid, "sealed a signing key under the new secret");
        }
        let set = KeySet::open(&sealing, stored);
        if !set.newest_signs() {
            let why = "the secret does not open the stored signing keys: start with the secret they were sealed under";
            return Err(Error::Unavailable(why.into()));
        }
        let (reading, read_at) = (Mutex::new(started), AtomicU64::new(0));
        Ok(Self { set: ArcSwap::from_pointee(set), sealing, clock, started, reading, read_at })
    }

    /// The keys as of now. The same `Arc` stands for the same keys.
    pub(crate) fn set(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    /// Makes sure that the keys in memory are not older than two seconds.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they are, and cannot be read.
    pub(crate) async fn ensure_fresh(&self, database: &Database) -> Result<()> {
        let age = self.started.elapsed().saturating_sub(Duration::from_millis(self.read_at.load(Ordering::Acquire)));
        if age < STALE_AFTER { Ok(()) } else { self.follow(database, Instant::now()).await }
    }

    /// Reads the keys again, unless that was begun after `asked`. Callers queue, no longer than a reading
    /// may take, and one reading serves all that wait, so that no flood of made-up key ids becomes a flood
    /// of SQL.
    #[boxed]
    pub(crate) async fn follow(&self, database: &Database, asked: Instant) -> Result<()> {
        let follow = async {
            let reading = self.reading.lock().await;
            if *reading > asked {
                return Ok(());
            }
            tokio::time::sleep_until(*reading + READ_AGAIN_AFTER).await;
            self.read_into(database, reading).await
        };
        timeout(PATIENCE, follow).await.unwrap_or_else(|late| Err(Error::Unavailable(late.into())))
    }

    /// Reads the keys again at once, after they were changed here.
    pub(super) async fn read_again(&self, database: &Database) -> Result<()> {
        let reading = self.reading.lock().await;
        self.read_into(database, reading).await
    }

    async fn read_into(&self, database: &Database, mut reading: tokio::sync::MutexGuard<'_, Instant>) -> Result<()> {
        let begun = Instant::now();
        let stored = read(database, self.clock.now()).await?;
        if !self.set.load().is_of(&stored) {
            let set = KeySet::open(&self.sealing, stored);
            if !set.newest_signs() {
                tracing::error!("the secret does not open the newest signing key: give every replica the same secret");
            }
            self.set.store(Arc::new(set));
        }
        *reading = begun;
        let millis = begun.duration_since(self.started).as_millis();
        self.read_at.store(u64::try_from(millis).unwrap_or(u64::MAX), Ordering::Release);
        Ok(())
    }

    /// A new key, sealed, ready to be stored.
    pub(super) async fn new_key(
        &self,
        algorithm: SigningAlgorithm,
        (id, now): (SigningKeyId, DateTime<Utc>),
    ) -> Result<StoredKey> {
        Ok(sealed(&self.sealing, make(algorithm).await?, (id, now)))
    }
}

/// Makes a key without holding up other work.
async fn make(algorithm: SigningAlgorithm) -> Result<(SigningAlgorithm, NewKey)> {
    let made = tokio::task::spawn_blocking(move || generate(algorithm)).await;
    Ok((algorithm, made.map_err(|error| Error::Internal(error.into()))??))
}

fn sealed(
    sealing: &Sealing,
    (algorithm, new): (SigningAlgorithm, NewKey),
    (id, now): (SigningKeyId, DateTime<Utc>),
) -> StoredKey {
    StoredKey {
        id,
        sealed_private: sealing.seal(&new.private, &new.kid),
        kid: new.kid,
        algorithm: algorithm.as_str().to_owned(),
        public_jwk: new.public_jwk,
        created_at: now,
        retires_at: None,
        status: KeyStatus::Active,
    }
}

async fn read(database: &Database, now: DateTime<Utc>) -> Result<Vec<StoredKey>> {
    let query = timeout(PATIENCE, store::in_use(database.background(), now - REMEMBERED));
    query.await.map_err(|late| Error::Unavailable(late.into()))?
}

/// For whom the keys are followed, and where they are read.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) keys: Arc<Keys>,
    pub(crate) database: Database,
}

/// Reads the keys four times a second until it is dropped, so that a key revoked on one replica is
/// distrusted on all others within half a second.
pub(crate) async fn follow(Follower { keys, database }: Follower) {
    let mut is_lost = false;
    loop {
        tokio::time::sleep(POLL).await;
        match keys.follow(&database, Instant::now()).await {
            Ok(()) if is_lost => {
                is_lost = false;
                tracing::info!("signing keys are read from the database again");
            }
            Err(error) if !is_lost => {
                is_lost = true;
                tracing::warn!(cause = error.source().map(tracing::field::display), "signing keys cannot be read");
            }
            Ok(()) | Err(_) => {}
        }
    }
}
