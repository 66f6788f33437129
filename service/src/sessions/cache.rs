//! Cache of the sessions in use: what a request needs of its session, and when each session was last used, which is
//! written back in batches.
//!
//! The denylist is checked first: an entry only says that the row was live when it was read, and when the session
//! expires. Each change of the active roles raises a count in the row: an entry keeps the state with the higher count,
//! and is to be read again once a higher count than its own is known.

use super::store::SessionRecord;
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, SessionId, Subject, UserId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Most memory for sessions, in bytes: about 150,000 of users with a few roles each.
const CAPACITY: usize = 96 * 1024 * 1024;
/// Approximate size of a session without its names and roles, in bytes.
const ENTRY: usize = 600;
/// Most sessions whose use waits to be written: more than are in memory at a time.
const MAX_WAITING: usize = CAPACITY / ENTRY;
/// Shortest time between two writes of the use of a session.
const WRITE_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// Session in use.
#[derive(Debug)]
pub(crate) struct CachedSession {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) ends_at: DateTime<Utc>,
    names: ArcSwap<LoginNames>,
    active_roles: ArcSwap<ActiveRoles>,
    /// The highest count of changes of active roles that is known.
    latest_switches: AtomicI64,
    derived: ArcSwapOption<DerivedSubject>,
    /// Times in milliseconds since 1970: last authentication, last use, last write of the use, idle timeout.
    authenticated: AtomicI64,
    used: AtomicI64,
    written: AtomicI64,
    expires: AtomicI64,
    /// True while its use waits to be written.
    waiting: AtomicBool,
}

/// Names that the user logs in with, and the revision of the user they were read at.
#[derive(Debug)]
struct LoginNames {
    username: Arc<str>,
    email: Option<Arc<str>>,
    revision: u64,
}

/// Active roles, and the number of their changes.
#[derive(Debug)]
struct ActiveRoles {
    activation: Activation,
    switches: i64,
}

/// Subject of the session, and what it was derived from.
#[derive(Debug)]
struct DerivedSubject {
    /// Keeps the address from being reused for another subject, not its contents.
    base: Weak<Subject>,
    switches: i64,
    subject: Arc<Subject>,
}

impl LoginNames {
    fn new(stored: &SessionRecord) -> Self {
        let (username, email) = (stored.username.as_str().into(), stored.email.as_deref().map(Arc::from));
        Self { username, email, revision: stored.user_revision }
    }
}

impl CachedSession {
    pub(crate) fn new(stored: &SessionRecord) -> Self {
        let session = &stored.session;
        Self {
            id: session.id,
            user: session.user,
            ends_at: stored.ends_at,
            names: ArcSwap::from_pointee(LoginNames::new(stored)),
            active_roles: ArcSwap::from_pointee(ActiveRoles {
                activation: stored.session.activation.clone(),
                switches: stored.switches,
            }),
            latest_switches: AtomicI64::new(stored.switches),
            derived: ArcSwapOption::empty(),
            authenticated: AtomicI64::new(session.authenticated_at.timestamp_millis()),
            used: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            written: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            expires: AtomicI64::new(session.expires_at.timestamp_millis()),
            waiting: AtomicBool::new(false),
        }
    }

    /// Username and e-mail address of the user, as of when they were read.
    pub(crate) fn names(&self) -> (Arc<str>, Option<Arc<str>>) {
        let names = self.names.load();
        (Arc::clone(&names.username), names.email.clone())
    }

    /// Returns true when the user has changed since the names were read.
    pub(crate) fn is_older_than(&self, user_revision: u64) -> bool {
        self.names.load().revision < user_revision
    }

    /// Brings the entry up to date with the row.
    pub(crate) fn update(&self, stored: &SessionRecord) {
        self.names.store(Arc::new(LoginNames::new(stored)));
        self.expires.fetch_max(stored.session.expires_at.timestamp_millis(), Ordering::AcqRel);
        self.authenticated.fetch_max(stored.session.authenticated_at.timestamp_millis(), Ordering::AcqRel);
        if stored.switches > self.active_roles.load().switches {
            let activation = stored.session.activation.clone();
            let newer = Arc::new(ActiveRoles { activation, switches: stored.switches });
            self.active_roles.rcu(|old| Arc::clone(if old.switches < newer.switches { &newer } else { old }));
        }
    }

    /// Time of the last authentication, as this replica knows it: another one may know a later time.
    pub(crate) fn authenticated_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.authenticated.load(Ordering::Acquire)).unwrap_or_default()
    }

    /// Returns true when no later change of the active roles is known.
    pub(crate) fn is_current(&self) -> bool {
        self.active_roles.load().switches >= self.latest_switches.load(Ordering::Acquire)
    }

    /// The subject that was derived from `base`, if the active roles are still the same.
    fn derived(&self, base: &Arc<Subject>) -> Option<Arc<Subject>> {
        let switches = self.active_roles.load().switches;
        let is_current = |derived: &DerivedSubject| {
            derived.switches == switches && std::ptr::eq(derived.base.as_ptr(), Arc::as_ptr(base))
        };
        self.derived.load().as_deref().filter(|derived| is_current(derived)).map(|derived| Arc::clone(&derived.subject))
    }

    fn derive(&self, base: &Arc<Subject>) -> Arc<Subject> {
        let active = self.active_roles.load();
        let subject = Arc::new(base.with_activation(active.activation.clone()));
        let (base, switches) = (Arc::downgrade(base), active.switches);
        self.derived.store(Some(Arc::new(DerivedSubject { base, switches, subject: Arc::clone(&subject) })));
        subject
    }

    /// Approximate size in bytes.
    fn size(&self) -> u64 {
        let (names, active, derived) = (self.names.load(), self.active_roles.load(), self.derived.load());
        let names = names.username.len() + names.email.as_ref().map_or(0, |email| email.len());
        let chosen = |activation: &Activation| match activation {
            Activation::Chosen(roles) => size_of_val(roles.as_slice()),
            Activation::All | Activation::Default => 0,
        };
        let derived = derived.as_ref().map_or(0, |derived| {
            let subject = &derived.subject;
            let lists = size_of_val(subject.assignments.as_slice()) + size_of_val(subject.grants.as_slice());
            lists + chosen(&subject.activation)
        });
        (ENTRY + names + chosen(&active.activation) + derived) as u64
    }

    /// Returns true when the session has reached neither its idle timeout nor its absolute lifetime at `now`.
    pub(crate) fn live_at(&self, now: DateTime<Utc>) -> bool {
        now < self.ends_at && now.timestamp_millis() < self.expires.load(Ordering::Acquire)
    }

    /// Time of the last use, in milliseconds since 1970.
    pub(crate) fn last_used(&self) -> i64 {
        self.used.load(Ordering::Acquire)
    }
}

/// The sessions in use.
#[derive(Debug)]
pub(crate) struct SessionCache {
    entries: Cache<SessionId, SizedSession, SessionSize>,
    used: Mutex<Vec<Arc<CachedSession>>>,
}

/// A session with its size when it was added: the cache requires one that does not change.
#[derive(Clone, Debug)]
struct SizedSession {
    session: Arc<CachedSession>,
    size: u64,
}

impl SizedSession {
    fn new(session: Arc<CachedSession>) -> Self {
        Self { size: session.size(), session }
    }
}

/// The size of entries.
#[derive(Clone, Debug)]
struct SessionSize;

impl Weighter<SessionId, SizedSession> for SessionSize {
    fn weight(&self, _: &SessionId, entry: &SizedSession) -> u64 {
        entry.size
    }
}

impl Default for SessionCache {
    fn default() -> Self {
        let entries = Cache::with_weighter(CAPACITY / (2 * ENTRY), CAPACITY as u64, SessionSize);
        Self { entries, used: Mutex::default() }
    }
}

impl SessionCache {
    pub(crate) fn get(&self, session: SessionId) -> Option<Arc<CachedSession>> {
        self.entries.get(&session).map(|entry| entry.session)
    }

    /// Subject of a session, where `base` is that of its user. It stays the same `Arc` until the user or the active
    /// roles change.
    pub(crate) fn subject(&self, session: &Arc<CachedSession>, base: &Arc<Subject>) -> Arc<Subject> {
        session.derived(base).unwrap_or_else(|| {
            let subject = session.derive(base);
            // Not added again where it was removed meanwhile.
            let _ = self.entries.replace(session.id, SizedSession::new(Arc::clone(session)), true);
            subject
        })
    }

    /// Adds a session that was read. An entry that exists keeps its uses and is brought up to date.
    pub(crate) fn put(&self, stored: &SessionRecord) -> Arc<CachedSession> {
        let new = || Ok::<_, Infallible>(SizedSession::new(Arc::new(CachedSession::new(stored))));
        let Ok(SizedSession { session, .. }) = self.entries.get_or_insert_with(&stored.session.id, new);
        session.update(stored);
        session
    }

    /// Notes the counts of changes of active roles: entries with a lower count are to be read again.
    pub(crate) fn observe_switches(&self, switched: impl IntoIterator<Item = (SessionId, i64)>) {
        for (session, switches) in switched {
            if let Some(session) = self.get(session) {
                session.latest_switches.fetch_max(switches, Ordering::AcqRel);
            }
        }
    }

    pub(crate) fn remove(&self, sessions: &[SessionId]) {
        for session in sessions {
            self.entries.remove(session);
        }
    }

    /// Notes a use at `now`, which moves the idle timeout.
    pub(crate) fn observe_use(&self, session: &Arc<CachedSession>, now: DateTime<Utc>, idle: TimeDelta) {
        let at = now.timestamp_millis();
        if session.used.fetch_max(at, Ordering::AcqRel) >= at {
            return;
        }
        session.expires.fetch_max((now + idle).min(session.ends_at).timestamp_millis(), Ordering::AcqRel);
        let due = (WRITE_INTERVAL.min(idle / 4)).num_milliseconds();
        let is_due = session.written.load(Ordering::Acquire) + due <= at;
        if is_due && !session.waiting.swap(true, Ordering::AcqRel) {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            match used.len() < MAX_WAITING {
                true => used.push(Arc::clone(session)),
                false => session.waiting.store(false, Ordering::Release),
            }
        }
    }

    /// Takes the sessions whose use is to be written; they count as written.
    pub(crate) fn take_used(&self) -> Vec<Arc<CachedSession>> {
        let used = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        for session in &used {
            session.waiting.store(false, Ordering::Release);
            session.written.store(session.used.load(Ordering::Acquire), Ordering::Release);
        }
        used
    }

    /// Returns sessions whose use could not be written.
    pub(crate) fn return_used(&self, sessions: Vec<Arc<CachedSession>>) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_WAITING.saturating_sub(used.len());
        let waiting = sessions.into_iter().filter(|session| !session.waiting.swap(true, Ordering::AcqRel));
        used.extend(waiting.take(room));
    }
}

#[cfg(test)]
mod tests;
