//! Passwords: the form they are compared in, and the threads that hash them.
//!
//! `Password::given(&SecretString) -> Option<Password>`; `Hasher::start(&PasswordSettings) -> Hasher`;
//! `hash(Password) -> Result<String>` and `verify(Password, Option<String>) -> Result<Verdict>` (async).
//!
//! A hash holds a core and 19 MiB for tens of milliseconds. So a fixed set of threads does all of
//! them, each in a buffer of its own that it keeps, behind a short queue: beyond it tries are refused
//! at once, and work whose requester has gone is never begun.

use super::hashing::{Hashing, Peppers};
use crate::{Error, PasswordSettings, Result};
use secrecy::{ExposeSecret, SecretString};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password, in bytes: far beyond any passphrase, and checked before any work is done.
pub(crate) const MAX_LEN: usize = 1024;

/// A password in the form it is hashed in: NFC, so that the same text typed on two machines is the
/// same password. Otherwise exactly as given. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password as given; `None` when it is longer than any account's can be.
    pub(crate) fn given(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        if text.len() > MAX_LEN {
            return None;
        }
        // The buffer never grows, so that no copy is left behind: NFC at most triples a text (UAX #15).
        let mut nfc = Zeroizing::new(String::with_capacity(3 * text.len()));
        nfc.extend(text.nfc());
        Some(Self(nfc))
    }

    /// Its text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// How a password compares with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not this password, or there is none to compare with.
    Wrong,
    /// This password.
    Right,
    /// This password, hashed with other parameters or another pepper than are set now.
    RightButOutdated,
}

/// A fixed set of hashing threads with a bounded queue. The threads end when it is dropped.
#[derive(Debug)]
pub struct Hasher {
    queue: Arc<Queue>,
    capacity: usize,
    dummy: String,
    peppers: Peppers,
    #[cfg(test)]
    pub(super) work: Arc<Work>,
}

/// Blocks of memory filled so far: what hashing costs, told without a clock.
#[cfg(test)]
pub(super) type Work = std::sync::atomic::AtomicUsize;

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Debug)]
enum Job {
    Hash { password: Password, reply: oneshot::Sender<Result<String>> },
    Verify { password: Password, hash: String, reply: oneshot::Sender<Result<Verdict>> },
}

impl Job {
    /// Has whoever asked gone away?
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Hash { reply, .. } => reply.is_closed(),
            Self::Verify { reply, .. } => reply.is_closed(),
        }
    }
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Panics
    /// When the machine lets the process start no threads.
    #[must_use]
    pub fn start(settings: &PasswordSettings) -> Self {
        let queue = Arc::new(Queue::default());
        let hashing = Hashing::new(settings);
        for number in 0..settings.threads.max(1) {
            let (queue, hashing) = (Arc::clone(&queue), hashing.another());
            std::thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(hashing, &queue))
                .expect("the machine lets the process start its threads");
        }
        Self {
            queue,
            capacity: settings.queue,
            dummy: hashing.dummy(),
            peppers: hashing.peppers,
            #[cfg(test)]
            work: hashing.work,
        }
    }

    /// Were some of these stored hashes made with a pepper, and none of those with one that is given?
    pub(crate) fn lacks_pepper_of(&self, hashes: &[String]) -> bool {
        self.peppers.are_lost_to(hashes.iter().map(String::as_str))
    }

    /// Hashes a password for storage, as a PHC string.
    ///
    /// # Errors
    /// [`Error::Unavailable`] at once when the queue is full.
    pub(crate) async fn hash(&self, password: Password) -> Result<String> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Hash { password, reply })?;
        answer.await.map_err(|gone| Error::Internal(gone.into()))?
    }

    /// Compares a password with a stored hash, by the parameters written in it. Without one it does
    /// the same work and says [`Verdict::Wrong`].
    ///
    /// # Errors
    /// As [`Self::hash`]; [`Error::Internal`] when the hash is none of ours.
    pub(crate) async fn verify(&self, password: Password, hash: Option<String>) -> Result<Verdict> {
        let (reply, answer) = oneshot::channel();
        let hash = hash.unwrap_or_else(|| self.dummy.clone());
        self.enqueue(Job::Verify { password, hash, reply })?;
        answer.await.map_err(|gone| Error::Internal(gone.into()))?
    }

    fn enqueue(&self, job: Job) -> Result<()> {
        let mut waiting = self.queue.lock();
        if waiting.jobs.len() >= self.capacity {
            waiting.jobs.retain(|job| !job.is_abandoned());
        }
        if waiting.jobs.len() >= self.capacity {
            return Err(Error::Unavailable("too many passwords are waiting to be hashed".into()));
        }
        waiting.jobs.push_back(job);
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
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that can panic happens under the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job that somebody still waits for; `None` when there will be no more.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            match waiting.jobs.pop_front() {
                Some(job) if job.is_abandoned() => {}
                Some(job) => return Some(job),
                None if waiting.closed => return None,
                None => waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// What a hashing thread does.
fn work(mut hashing: Hashing, queue: &Queue) {
    while let Some(job) = queue.next() {
        // An answer that nobody waits for any more is dropped.
        match job {
            Job::Hash { password, reply } => drop(reply.send(hashing.hash(&password))),
            Job::Verify { password, hash, reply } => drop(reply.send(hashing.verify(&password, &hash))),
        }
    }
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
