//! Windows of tries that all replicas count in together.

use super::WINDOW;
use crate::Result;
use crate::adapters::Redis;
use crate::auth::seal::derive;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// After a question in vain Redis is asked no more for so long: whoever signs in must not wait for it
/// one after the other.
const PAUSE: Duration = Duration::from_secs(1);
/// Bytes of a keyed hash that tell windows apart.
const HASH: usize = 16;

/// Counters in Redis, under keyed hashes: neither names nor addresses are there to be read or guessed.
pub(super) struct Replicas {
    redis: Arc<Redis>,
    key: hmac::Key,
    in_vain: Mutex<Option<Instant>>,
}

impl Replicas {
    /// Counters in `redis`, under hashes that replicas with the same secret agree on.
    pub(super) fn new(redis: Arc<Redis>, secret: &SecretString) -> Self {
        let key = derive(secret.expose_secret().as_bytes(), "rate limits");
        Self { redis, key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), in_vain: Mutex::default() }
    }

    /// Counts a try; when there were `limit` already, it is not counted and the time until the window
    /// ends is given. Without an answer of Redis it is let through: the caller counts in process too.
    pub(super) async fn take(&self, (bucket, subject): (&str, &[u8]), limit: u32) -> Result<(), Duration> {
        let name = self.name(bucket, subject);
        match self.ask(self.redis.take_try(&name, limit, WINDOW)).await.flatten() {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    /// Takes back a try.
    pub(super) async fn give_back(&self, (bucket, subject): (&str, &[u8])) {
        let name = self.name(bucket, subject);
        self.ask(self.redis.give_try_back(&name)).await;
    }

    /// Forgets earlier tries.
    pub(super) async fn forget(&self, (bucket, subject): (&str, &[u8])) {
        let name = self.name(bucket, subject);
        self.ask(self.redis.forget_tries(&name)).await;
    }

    fn name(&self, bucket: &str, subject: &[u8]) -> String {
        let mut name = format!("{bucket}:");
        let text = [bucket.as_bytes(), &[0], subject].concat();
        for byte in &hmac::sign(&self.key, &text).as_ref()[..HASH] {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// The answer of Redis; `None` when there is none, or it was asked in vain just now.
    async fn ask<T>(&self, question: impl Future<Output = Result<T>>) -> Option<T> {
        if !self.may_ask(Instant::now()) {
            return None;
        }
        match question.await {
            Ok(answer) => {
                *self.lock() = None;
                Some(answer)
            }
            Err(error) => {
                if self.lock().replace(Instant::now()).is_none() {
                    let cause = std::error::Error::source(&error).map(tracing::field::display);
                    tracing::warn!(cause, "rate limits are counted by each replica alone, until redis answers");
                }
                None
            }
        }
    }

    /// After the pause one question goes ahead, and the others wait for its outcome.
    fn may_ask(&self, now: Instant) -> bool {
        let mut in_vain = self.lock();
        match *in_vain {
            None => true,
            Some(at) if now < at + PAUSE => false,
            Some(_) => {
                *in_vain = Some(now);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        // Nothing that can panic happens under the lock.
        self.in_vain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Replicas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replicas")
    }
}
