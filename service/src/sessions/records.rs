//! Sessions in use, in memory: what a request needs to know of its session, and when each was last
//! used, written back in batches.
//!
//! `Records::default()`; `get`, `put`, `forget`, `take_used`; `Record::{live_at, use_at}`.
//!
//! A record never outweighs the denylist, which is asked first: it only says that the row was live
//! when read, and when the session ends by the clock.

use super::store::StoredSession;
use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, SessionId, UserId};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many sessions are kept in memory.
const CAPACITY: u64 = 100_000;
/// A session's use is written at most so often.
const WRITE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A session in use.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) authenticated_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) activation: Activation,
    named: ArcSwap<Named>,
    /// Instants in milliseconds since 1970: last used, last written, idle end.
    used: AtomicI64,
    written: AtomicI64,
    expires: AtomicI64,
    /// Is its use waiting to be written?
    waiting: AtomicBool,
}

/// The user's name, and the revision of the user it was read at.
#[derive(Debug)]
struct Named {
    username: Arc<str>,
    revision: u64,
}

impl Record {
    pub(crate) fn new(stored: &StoredSession) -> Self {
        let session = &stored.session;
        Self {
            id: session.id,
            user: session.user,
            authenticated_at: session.authenticated_at,
            ends_at: stored.ends_at,
            activation: stored.activation.clone(),
            named: ArcSwap::from_pointee(Named {
                username: stored.username.as_str().into(),
                revision: stored.user_revision,
            }),
            used: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            written: AtomicI64::new(session.last_seen_at.timestamp_millis()),
            expires: AtomicI64::new(session.expires_at.timestamp_millis()),
            waiting: AtomicBool::new(false),
        }
    }

    /// The user's name as of when the record was read.
    pub(crate) fn username(&self) -> Arc<str> {
        Arc::clone(&self.named.load().username)
    }

    /// Has the user changed since the name was read?
    pub(crate) fn is_older_than(&self, user_revision: u64) -> bool {
        self.named.load().revision < user_revision
    }

    /// Takes over what was read again.
    pub(crate) fn update(&self, stored: &StoredSession) {
        let (username, revision) = (stored.username.as_str().into(), stored.user_revision);
        self.named.store(Arc::new(Named { username, revision }));
        self.expires.fetch_max(stored.session.expires_at.timestamp_millis(), Ordering::AcqRel);
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
    records: moka::sync::Cache<SessionId, Arc<Record>>,
    used: Mutex<Vec<Arc<Record>>>,
}

impl Default for Records {
    fn default() -> Self {
        Self { records: moka::sync::Cache::new(CAPACITY), used: Mutex::default() }
    }
}

impl Records {
    pub(crate) fn get(&self, session: SessionId) -> Option<Arc<Record>> {
        self.records.get(&session)
    }

    /// Keeps what was read of a session. A record that is there already stays, with the uses it has
    /// counted, and is brought up to date.
    pub(crate) fn put(&self, stored: &StoredSession) -> Arc<Record> {
        let record = self.records.get_with(stored.session.id, || Arc::new(Record::new(stored)));
        record.update(stored);
        record
    }

    pub(crate) fn forget(&self, sessions: &[SessionId]) {
        sessions.iter().for_each(|session| self.records.invalidate(session));
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
mod tests {
    use super::*;
    use crate::sessions::Session;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn stored() -> StoredSession {
        StoredSession {
            session: Session {
                id: Uuid::from_u128(1).into(),
                user: Uuid::from_u128(2).into(),
                device: String::new(),
                user_agent: None,
                ip_address: None,
                created_at: at(0),
                authenticated_at: at(0),
                last_seen_at: at(0),
                expires_at: at(1800),
                revoked_at: None,
            },
            ends_at: at(4000),
            activation: Activation::DEFAULT,
            username: "ana".to_owned(),
            user_revision: 3,
        }
    }

    const IDLE: TimeDelta = TimeDelta::seconds(1800);

    #[test]
    fn a_session_ends_when_it_is_not_used() {
        let record = Records::default().put(&stored());
        assert!(record.live_at(at(1799)));
        assert!(!record.live_at(at(1800)));
    }

    #[test]
    fn use_moves_the_idle_end_and_never_the_absolute_one() {
        let records = Records::default();
        let record = records.put(&stored());
        records.note_use(&record, at(1700), IDLE);
        assert!(record.live_at(at(3499)) && !record.live_at(at(3500)));
        records.note_use(&record, at(3400), IDLE);
        assert!(record.live_at(at(3999)) && !record.live_at(at(4000)));
    }

    #[test]
    fn use_is_written_at_most_once_a_minute() {
        let records = Records::default();
        let record = records.put(&stored());
        let written = |now| {
            records.note_use(&record, at(now), IDLE);
            records.take_used().len()
        };
        assert_eq!(
            [written(10), written(59), written(60), written(61), written(119), written(120)],
            [0, 0, 1, 0, 0, 1]
        );
    }

    #[test]
    fn what_could_not_be_written_waits_for_the_next_time() {
        let records = Records::default();
        let record = records.put(&stored());
        records.note_use(&record, at(100), IDLE);
        let used = records.take_used();
        records.return_used(used);
        assert_eq!(records.take_used().len(), 1);
        assert_eq!(records.take_used().len(), 0);
    }

    #[test]
    fn reading_a_session_again_keeps_its_uses_and_renews_the_name() {
        let records = Records::default();
        let record = records.put(&stored());
        records.note_use(&record, at(1000), IDLE);
        assert!(record.is_older_than(4));
        let again = records.put(&StoredSession { username: "anna".to_owned(), user_revision: 4, ..stored() });
        assert!(Arc::ptr_eq(&record, &again));
        assert!(!again.is_older_than(4));
        assert_eq!(&*again.username(), "anna");
        assert!(again.live_at(at(2700)));
        records.forget(&[record.id]);
        assert!(records.get(record.id).is_none());
    }
}
