//! Sessions in use, in memory: what a request needs to know of its session, and when each was last
//! used, written back in batches.
//!
//! `Records::default()`; `get`, `put`, `hear`, `forget`, `take_used`; `Record::{live_at, is_current, subject}`.
//!
//! A record never outweighs the denylist, which is asked first: it only says that the row was live
//! when read, and when the session ends by the clock. Which roles are active is counted on with each
//! switch: a record takes over what has the higher count and never goes back, and one that has heard
//! of a higher count than its own is to be read again.

use super::store::StoredSession;
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, SessionId, Subject, UserId};
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// How many sessions are kept in memory.
const CAPACITY: usize = 100_000;
/// A session's use is written at most so often.
const WRITE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A session in use.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) ends_at: DateTime<Utc>,
    named: ArcSwap<Named>,
    choice: ArcSwap<Choice>,
    /// The highest count of switches that was heard of.
    heard: AtomicI64,
    held: ArcSwapOption<Held>,
    /// Instants in milliseconds since 1970: password last given, last used, last written, idle end.
    authenticated: AtomicI64,
    used: AtomicI64,
    written: AtomicI64,
    expires: AtomicI64,
    /// Is its use waiting to be written?
    waiting: AtomicBool,
}

/// The names that the user signs in by, and the revision of the user they were read at.
#[derive(Debug)]
struct Named {
    username: Arc<str>,
    email: Option<Arc<str>>,
    revision: u64,
}

/// Which roles are active, and how often that was switched.
#[derive(Debug)]
struct Choice {
    activation: Activation,
    switches: i64,
}

/// What the session holds, and what it was worked out from.
#[derive(Debug)]
struct Held {
    /// Keeps the place in memory from being used for another subject, not its contents.
    base: Weak<Subject>,
    switches: i64,
    subject: Arc<Subject>,
}

impl Named {
    fn new(stored: &StoredSession) -> Self {
        let (username, email) = (stored.username.as_str().into(), stored.email.as_deref().map(Arc::from));
        Self { username, email, revision: stored.user_revision }
    }
}

impl Record {
    pub(crate) fn new(stored: &StoredSession) -> Self {
        let session = &stored.session;
        Self {
            id: session.id,
            user: session.user,
            ends_at: stored.ends_at,
            named: ArcSwap::from_pointee(Named::new(stored)),
            choice: ArcSwap::from_pointee(Choice {
                activation: stored.session.activation.clone(),
                switches: stored.switches,
            }),
            heard: AtomicI64::new(stored.switches),
            held: ArcSwapOption::empty(),
            authenticated: AtomicI64::new(session.authenticated_at.timestamp_millis()),
            used: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            written: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            expires: AtomicI64::new(session.expires_at.timestamp_millis()),
            waiting: AtomicBool::new(false),
        }
    }

    /// The user's name and address as of when the record was read.
    pub(crate) fn names(&self) -> (Arc<str>, Option<Arc<str>>) {
        let named = self.named.load();
        (Arc::clone(&named.username), named.email.clone())
    }

    /// Has the user changed since the names were read?
    pub(crate) fn is_older_than(&self, user_revision: u64) -> bool {
        self.named.load().revision < user_revision
    }

    /// Takes over what was read again.
    pub(crate) fn update(&self, stored: &StoredSession) {
        self.named.store(Arc::new(Named::new(stored)));
        self.expires.fetch_max(stored.session.expires_at.timestamp_millis(), Ordering::AcqRel);
        self.authenticated.fetch_max(stored.session.authenticated_at.timestamp_millis(), Ordering::AcqRel);
        if stored.switches > self.choice.load().switches {
            let activation = stored.session.activation.clone();
            let newer = Arc::new(Choice { activation, switches: stored.switches });
            self.choice.rcu(|known| Arc::clone(if known.switches < newer.switches { &newer } else { known }));
        }
    }

    /// When the password was last given, as far as is known here. Another process may know of a later time.
    pub(crate) fn authenticated_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.authenticated.load(Ordering::Acquire)).unwrap_or_default()
    }

    /// Has no switch of roles been heard of that it does not know?
    pub(crate) fn is_current(&self) -> bool {
        self.choice.load().switches >= self.heard.load(Ordering::Acquire)
    }

    /// What the session holds, where `base` is what its user holds in all. As long as neither that nor
    /// the active roles change, it is the same one, and costs nothing.
    pub(crate) fn subject(&self, base: &Arc<Subject>) -> Arc<Subject> {
        let choice = self.choice.load();
        let is_of =
            |held: &Held| held.switches == choice.switches && std::ptr::eq(held.base.as_ptr(), Arc::as_ptr(base));
        if let Some(held) = self.held.load().as_deref().filter(|held| is_of(held)) {
            return Arc::clone(&held.subject);
        }
        let subject = Arc::new(base.in_session(choice.activation.clone()));
        let held = Held { base: Arc::downgrade(base), switches: choice.switches, subject: Arc::clone(&subject) };
        self.held.store(Some(Arc::new(held)));
        subject
    }

    /// Has the session neither been idle too long nor reached its absolute end at `now`?
    pub(crate) fn live_at(&self, now: DateTime<Utc>) -> bool {
        now < self.ends_at && now.timestamp_millis() < self.expires.load(Ordering::Acquire)
    }

    /// When it was last used, and the idle end that follows.
    pub(crate) fn last_use(&self) -> (i64, i64) {
        (self.used.load(Ordering::Acquire), self.expires.load(Ordering::Acquire))
    }
}

/// The sessions in use.
#[derive(Debug)]
pub(crate) struct Records {
    records: Cache<SessionId, Arc<Record>>,
    used: Mutex<Vec<Arc<Record>>>,
}

impl Default for Records {
    fn default() -> Self {
        Self { records: Cache::new(CAPACITY), used: Mutex::default() }
    }
}

impl Records {
    pub(crate) fn get(&self, session: SessionId) -> Option<Arc<Record>> {
        self.records.get(&session)
    }

    /// Keeps what was read of a session. A record that is there already stays, with the uses it has
    /// counted, and is brought up to date.
    pub(crate) fn put(&self, stored: &StoredSession) -> Arc<Record> {
        let new = || Ok::<_, Infallible>(Arc::new(Record::new(stored)));
        let Ok(record) = self.records.get_or_insert_with(&stored.session.id, new);
        record.update(stored);
        record
    }

    /// Takes note of how often sessions were switched: records that know of less are to be read again.
    pub(crate) fn hear(&self, switched: impl IntoIterator<Item = (SessionId, i64)>) {
        for (session, switches) in switched {
            if let Some(record) = self.records.get(&session) {
                record.heard.fetch_max(switches, Ordering::AcqRel);
            }
        }
    }

    pub(crate) fn forget(&self, sessions: &[SessionId]) {
        for session in sessions {
            self.records.remove(session);
        }
    }

    /// Notes that the session is used at `now`, which moves its idle end.
    pub(crate) fn note_use(&self, record: &Arc<Record>, now: DateTime<Utc>, idle: TimeDelta) {
        let at = now.timestamp_millis();
        if record.used.fetch_max(at, Ordering::AcqRel) >= at {
            return;
        }
        record.expires.fetch_max((now + idle).min(record.ends_at).timestamp_millis(), Ordering::AcqRel);
        let due = (WRITE_EVERY.min(idle / 4)).num_milliseconds();
        let is_due = record.written.load(Ordering::Acquire) + due <= at;
        if is_due && !record.waiting.swap(true, Ordering::AcqRel) {
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(record));
        }
    }

    /// The sessions whose use is to be written; they count as written.
    pub(crate) fn take_used(&self) -> Vec<Arc<Record>> {
        let used = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        for record in &used {
            record.waiting.store(false, Ordering::Release);
            record.written.store(record.used.load(Ordering::Acquire), Ordering::Release);
        }
        used
    }

    /// Puts back what could not be written.
    pub(crate) fn return_used(&self, records: Vec<Arc<Record>>) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.extend(records.into_iter().filter(|record| !record.waiting.swap(true, Ordering::AcqRel)));
    }
}

#[cfg(test)]
mod tests;
