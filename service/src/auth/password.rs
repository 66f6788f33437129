//! Passwords: the form they are compared in, and the threads that hash them with Argon2id (RFC 9106).
//! The only file that speaks Argon2.
//!
//! `Password::given(&SecretString) -> Option<Password>`; `Hasher::start(&PasswordSettings) -> Hasher`;
//! `hash(Password) -> Result<String>` and `verify(Password, Option<String>) -> Result<Verdict>` (async).
//!
//! A hash holds a core and 19 MiB for tens of milliseconds. So a fixed set of threads does all of
//! them, each in a buffer of its own that it keeps, behind a short queue: beyond it tries are refused
//! at once, and work whose requester has gone is never begun.

use crate::{Error, PasswordSettings, Result};
#[cfg(test)]
use argon2::PasswordVerifier;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password, in bytes: far beyond any passphrase, and checked before any work is done.
pub(crate) const MAX_LEN: usize = 1024;
/// Length of salts and of hashes, in bytes.
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;
/// The most memory that a stored hash may ask for, in KiB: as much as can be set.
const MAX_MEMORY_KIB: u32 = 4 << 20;

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
    /// This password, hashed with other parameters than are set now.
    RightButOutdated,
}

/// A fixed set of hashing threads with a bounded queue. The threads end when it is dropped.
#[derive(Debug)]
pub struct Hasher {
    queue: Arc<Queue>,
    capacity: usize,
    dummy: String,
    #[cfg(test)]
    pub(super) work: Arc<Work>,
}

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
        let params = params(settings.memory_kib, settings.iterations).unwrap_or_default();
        #[cfg(test)]
        let work = Arc::<Work>::default();
        for number in 0..settings.threads.max(1) {
            let worker = Worker {
                params: params.clone(),
                memory: Vec::new(),
                #[cfg(test)]
                work: Arc::clone(&work),
            };
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || worker.run(&queue))
                .expect("the machine lets the process start its threads");
        }
        Self {
            queue,
            capacity: settings.queue,
            dummy: dummy(&params),
            #[cfg(test)]
            work,
        }
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

/// A hashing thread with its buffer.
struct Worker {
    params: Params,
    memory: Vec<Block>,
    #[cfg(test)]
    work: Arc<Work>,
}

/// Blocks of memory filled so far: what hashing costs, told without a clock.
#[cfg(test)]
pub(super) type Work = std::sync::atomic::AtomicUsize;

impl Worker {
    fn run(mut self, queue: &Queue) {
        while let Some(job) = queue.next() {
            // An answer that nobody waits for any more is dropped.
            match job {
                Job::Hash { password, reply } => drop(reply.send(self.hash(&password))),
                Job::Verify { password, hash, reply } => drop(reply.send(self.verify(&password, &hash))),
            }
        }
    }

    fn hash(&mut self, password: &Password) -> Result<String> {
        let salt = super::seal::random::<SALT_LEN>();
        let params = self.params.clone();
        let hash = self.argon2(password, salt.as_ref(), &params, HASH_LEN)?;
        phc(&params, salt.as_ref(), &hash)
    }

    fn verify(&mut self, password: &Password, stored: &str) -> Result<Verdict> {
        let stored =
            Stored::parse(stored).ok_or_else(|| Error::Internal("a stored password hash is damaged".into()))?;
        let hash = self.argon2(password, &stored.salt, &stored.params, stored.hash.len())?;
        if !bool::from(hash.ct_eq(&stored.hash)) {
            return Ok(Verdict::Wrong);
        }
        let same = |of: fn(&Params) -> u32| of(&stored.params) == of(&self.params);
        let current = same(|p| p.m_cost()) && same(|p| p.t_cost()) && same(|p| p.p_cost());
        Ok(if current { Verdict::Right } else { Verdict::RightButOutdated })
    }

    fn argon2(
        &mut self,
        password: &Password,
        salt: &[u8],
        params: &Params,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let blocks = params.block_count();
        #[cfg(test)]
        self.work.fetch_add(blocks * params.t_cost() as usize, std::sync::atomic::Ordering::SeqCst);
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        let mut hash = Zeroizing::new(vec![0; length]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password.0.as_bytes(), salt, &mut hash, &mut self.memory[..blocks])
            .map_err(|error| Error::Internal(error.into()))?;
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
            && params.keyid().is_empty()
            && params.data().is_empty();
        let (salt, hash) = (stored.salt?.to_vec(), stored.hash?.as_bytes().to_vec());
        ours.then_some(Self { params, salt, hash })
    }
}

fn params(memory_kib: u32, iterations: u32) -> Option<Params> {
    Params::new(memory_kib, iterations, 1, None).ok()
}

/// `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, the PHC string format.
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

/// A hash that no password has, made without hashing: comparing with it costs the same work.
fn dummy(params: &Params) -> String {
    let (salt, hash) = (super::seal::random::<SALT_LEN>(), super::seal::random::<HASH_LEN>());
    phc(params, salt.as_ref(), hash.as_ref()).expect("salt and hash have lengths that the format takes")
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
