//! Passwords, and the hashing queue.
//!
//! A hash takes a core and 19 MiB for tens of milliseconds. A fixed set of threads makes all hashes, each thread in a
//! buffer of its own, behind a short queue: beyond it requests are refused at once, and jobs whose request was
//! cancelled are skipped.

use super::hashing::{PasswordHashing, Peppers};
use super::stand_in::StandIns;
use crate::store::users::HashCosts;
use crate::{Error, PasswordSettings, Result};
use secrecy::{ExposeSecret, SecretString};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password, in bytes: longer than any passphrase, and checked before any work.
pub(crate) const MAX_LEN: usize = 1024;

/// Password in NFC, so that the same text typed on two machines is the same password, and otherwise unchanged. Zeroized
/// on drop.
#[derive(Clone)]
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    /// Parses a password; `None` beyond [`MAX_LEN`].
    pub(crate) fn parse(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        if text.len() > MAX_LEN {
            return None;
        }
        // The buffer never grows, so that no copy remains in memory: NFC at most triples a text (UAX #15).
        let mut nfc = Zeroizing::new(String::with_capacity(3 * text.len()));
        nfc.extend(text.nfc());
        Some(Self(nfc))
    }

    /// Parses a password to compare; `None` when it is empty or too long, so that no account has it.
    pub(crate) fn parse_present(text: &SecretString) -> Option<Self> {
        Self::parse(text).filter(|password| !password.as_str().is_empty())
    }

    /// Text of the password.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// Result of comparing a password with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordMatch {
    /// Another password, or no hash.
    Mismatch,
    /// The password.
    Match,
    /// The password, hashed with other parameters or another pepper than the configured ones.
    OutdatedMatch,
}

/// Hashing queue: a fixed set of threads behind a bounded queue. The threads end when it is dropped.
#[derive(Debug)]
pub struct Hasher {
    queue: Arc<Queue>,
    capacity: usize,
    stand_ins: StandIns,
    peppers: Peppers,
    #[cfg(test)]
    pub(super) work: Arc<Work>,
}

/// Blocks of memory filled so far: the cost of hashing, measured without a clock.
#[cfg(test)]
pub(super) type Work = std::sync::atomic::AtomicUsize;

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct QueueState {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Debug)]
enum Job {
    Hash { password: Password, reply: oneshot::Sender<Result<String>> },
    Verify { password: Password, hash: String, reply: oneshot::Sender<Result<PasswordMatch>> },
}

impl Job {
    /// Returns true when the request was cancelled.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Hash { reply, .. } => reply.is_closed(),
            Self::Verify { reply, .. } => reply.is_closed(),
        }
    }
}

impl Hasher {
    /// Starts the threads. The cost of the hash that an unknown name is compared with is chosen by the name and `secret`.
    ///
    /// # Errors
    /// [`Error::Internal`] when a thread cannot be started.
    pub fn start(settings: &PasswordSettings, secret: &SecretString) -> Result<Self> {
        let internal = |error: std::io::Error| Error::Internal(error.into());
        let queue = Arc::new(Queue::default());
        let hashing = PasswordHashing::new(settings)?;
        let hasher = Self {
            queue: Arc::clone(&queue),
            capacity: settings.queue,
            stand_ins: StandIns::new(hashing.parameters(), secret)?,
            peppers: hashing.peppers.clone(),
            #[cfg(test)]
            work: Arc::clone(&hashing.work),
        };
        for number in 0..settings.thread_count() {
            let (queue, hashing) = (Arc::clone(&queue), hashing.with_own_buffer());
            let thread = std::thread::Builder::new().name(format!("hashing-{number}"));
            thread.spawn(move || work(hashing, &queue)).map_err(internal)?;
        }
        Ok(hasher)
    }

    /// Returns true when stored hashes were made with a pepper, and none of these with a configured one.
    pub(crate) fn lacks_pepper_of(&self, hashes: &[String]) -> bool {
        self.peppers.miss_all_of(hashes.iter().map(String::as_str))
    }

    /// Hash of a password for storage, as a PHC string.
    ///
    /// # Errors
    /// [`Error::Unavailable`] at once when the queue is full.
    pub(crate) async fn hash(&self, password: Password) -> Result<String> {
        let (reply, result) = oneshot::channel();
        self.enqueue(Job::Hash { password, reply })?;
        result.await.map_err(|error| Error::Internal(error.into()))?
    }

    /// Hash that no password has, for a name without a password: comparing with it costs the work of a stored hash.
    pub(crate) fn stand_in(&self, name: &str) -> String {
        self.stand_ins.of(name)
    }

    /// Sets the costs of stored hashes, which stand-ins have in the same proportion.
    ///
    /// # Errors
    /// [`Error::Internal`] without random numbers.
    pub(crate) fn set_costs(&self, stored: &[HashCosts]) -> Result<()> {
        self.stand_ins.set(stored)
    }

    /// Compares a password with a stored hash, by the parameters of the hash.
    ///
    /// # Errors
    /// As [`Self::hash`]; [`Error::Internal`] when the stored hash is malformed.
    pub(crate) async fn verify(&self, password: Password, hash: String) -> Result<PasswordMatch> {
        let (reply, result) = oneshot::channel();
        self.enqueue(Job::Verify { password, hash, reply })?;
        result.await.map_err(|error| Error::Internal(error.into()))?
    }

    fn enqueue(&self, job: Job) -> Result<()> {
        let mut state = self.queue.lock();
        if state.jobs.len() >= self.capacity {
            state.jobs.retain(|job| !job.is_abandoned());
        }
        if state.jobs.len() >= self.capacity {
            return Err(Error::Unavailable("the hashing queue is full".into()));
        }
        state.jobs.push_back(job);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.changed.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, QueueState> {
        // Nothing can panic under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Next job that was not cancelled; `None` when the queue is closed.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            match state.jobs.pop_front() {
                Some(job) if job.is_abandoned() => {}
                Some(job) => return Some(job),
                None if state.closed => return None,
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Body of a hashing thread.
fn work(mut hashing: PasswordHashing, queue: &Queue) {
    while let Some(job) = queue.next() {
        // The result of a cancelled request is dropped.
        match job {
            Job::Hash { password, reply } => drop(reply.send(hashing.hash(&password))),
            Job::Verify { password, hash, reply } => drop(reply.send(hashing.verify(&password, &hash))),
        }
    }
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
