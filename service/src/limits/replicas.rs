//! Windows of attempts in Redis, shared by all replicas.

use super::{Bucket, WINDOW};
use crate::Result;
use crate::adapters::Redis;
use crate::crypto::derive;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Time after a failure during which Redis is not used: logins must not wait for it one after another.
const BACK_OFF: Duration = Duration::from_secs(1);
/// Length in bytes of the keyed hash in the name of a window.
const HASH_LEN: usize = 16;

/// Counters in Redis, under keyed hashes: names and addresses can be neither read nor guessed there.
pub(super) struct Replicas {
    redis: Arc<Redis>,
    key: hmac::Key,
    failed_at: Mutex<Option<Instant>>,
}

impl Replicas {
    /// Counters in `redis`, under hashes that are equal on all replicas with this secret.
    pub(super) fn new(redis: Arc<Redis>, secret: &SecretString) -> Result<Self> {
        let key = derive(secret.expose_secret().as_bytes(), "rate limits")?;
        Ok(Self { redis, key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), failed_at: Mutex::default() })
    }

    /// Counts an attempt. Allowed without Redis: the limit in process applies.
    ///
    /// # Errors
    /// The time until the window ends, when the limit is reached; the attempt is not counted.
    pub(super) async fn take(&self, bucket: Bucket, key: &[u8], limit: u32) -> Result<(), Duration> {
        let name = self.name(bucket, key);
        match self.query(self.redis.take_attempt(&name, limit, WINDOW)).await.flatten() {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    /// Refunds an attempt.
    pub(super) async fn refund(&self, bucket: Bucket, key: &[u8]) {
        let name = self.name(bucket, key);
        self.query(self.redis.refund_attempt(&name)).await;
    }

    /// Forgets the attempts of a window.
    pub(super) async fn forget(&self, bucket: Bucket, key: &[u8]) {
        let name = self.name(bucket, key);
        self.query(self.redis.forget_attempts(&name)).await;
    }

    fn name(&self, bucket: Bucket, key: &[u8]) -> String {
        let bucket = bucket.name();
        let mut name = format!("{bucket}:");
        let text = [bucket.as_bytes(), &[0], key].concat();
        for byte in hmac::sign(&self.key, &text).as_ref().iter().take(HASH_LEN) {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// Response of Redis; `None` when there is none, and during the back-off.
    async fn query<T>(&self, command: impl Future<Output = Result<T>>) -> Option<T> {
        if !self.is_due(Instant::now()) {
            return None;
        }
        match command.await {
            Ok(response) => {
                *self.lock() = None;
                Some(response)
            }
            Err(error) => {
                if self.lock().replace(Instant::now()).is_none() {
                    let cause = std::error::Error::source(&error).map(tracing::field::display);
                    tracing::warn!(cause, "rate limits are counted by each replica alone until redis responds");
                }
                None
            }
        }
    }

    /// After the back-off one command is sent, and the next ones wait for its outcome.
    fn is_due(&self, now: Instant) -> bool {
        let mut failed_at = self.lock();
        match *failed_at {
            None => true,
            Some(at) if now < at + BACK_OFF => false,
            Some(_) => {
                *failed_at = Some(now);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        // Nothing can panic under the lock.
        self.failed_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Replicas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replicas")
    }
}
