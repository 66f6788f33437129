//! State that the denylist and its feeds share.

use super::{CAPACITY, MARGIN, RevocationStatus};
use crate::Clock;
use crate::adapters::Event;
use crate::clock::time_delta;
use crate::freshness::Freshness;
use crate::sessions::SessionCache;
use crate::sessions::feed::Place;
use chrono::{DateTime, TimeDelta, Utc};
use engine::SessionId;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// State that the denylist and its feeds share.
#[derive(Debug)]
pub(in crate::sessions) struct Shared {
    pub(in crate::sessions) clock: Arc<dyn Clock>,
    /// Sessions in use, notified of changes of active roles.
    pub(in crate::sessions) cache: Arc<SessionCache>,
    /// Time until which the tokens of each ended session are refused.
    pub(super) entries: RwLock<FxHashMap<SessionId, DateTime<Utc>>>,
    /// Number of entries for which there was no room.
    dropped: AtomicU64,
    /// Whether all entries since the last reload had room.
    complete: AtomicBool,
    /// Lifetime of an entry.
    pub(in crate::sessions) lifetime: TimeDelta,
    pub(in crate::sessions) sql: Freshness,
    pub(in crate::sessions) redis: Freshness,
    /// Messages of Redis may have been missed: everything is to be read again.
    pub(in crate::sessions) missed: AtomicBool,
    /// What was read of the feed from SQL.
    place: Mutex<Place>,
    /// Notified when that feed has something that was not read.
    pub(in crate::sessions) changed: Notify,
    /// The feed has become shorter: a backup was restored.
    pub(super) restored: AtomicBool,
    /// Notified when another replica has changed something.
    pub(super) wake: Arc<Notify>,
}

impl Shared {
    pub(super) fn new(clock: &Arc<dyn Clock>, access_lifetime: Duration, cache: &Arc<SessionCache>) -> Self {
        Self {
            clock: Arc::clone(clock),
            cache: Arc::clone(cache),
            entries: RwLock::default(),
            dropped: AtomicU64::new(0),
            complete: AtomicBool::new(true),
            lifetime: time_delta(access_lifetime) + time_delta(MARGIN),
            sql: Freshness::new(),
            redis: Freshness::new(),
            missed: AtomicBool::new(false),
            place: Mutex::default(),
            changed: Notify::new(),
            restored: AtomicBool::new(false),
            wake: Arc::default(),
        }
    }

    pub(super) fn check(&self, session: SessionId, now: DateTime<Utc>) -> RevocationStatus {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if entries.get(&session).is_some_and(|until| now < *until) {
            RevocationStatus::Ended
        } else if self.is_complete() {
            RevocationStatus::Live
        } else {
            RevocationStatus::Unknown
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.sql.is_fresh() && self.has_room()
    }

    /// Whether all entries since the last reload had room.
    pub(in crate::sessions) fn has_room(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }

    pub(super) fn place(&self) -> Place {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::sessions) fn set_place(&self, place: Place) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// Whether a backup was restored since this was last asked.
    pub(in crate::sessions) fn is_restored(&self) -> bool {
        self.restored.swap(false, Ordering::AcqRel)
    }

    /// Adds entries, or extends them.
    pub(in crate::sessions) fn insert(&self, denied: impl IntoIterator<Item = (SessionId, DateTime<Utc>)>) {
        let mut denied = denied.into_iter().peekable();
        if denied.peek().is_none() {
            return;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        for (session, until) in denied {
            if let Some(entry) = entries.get_mut(&session) {
                *entry = until.max(*entry);
            } else if entries.len() < CAPACITY {
                entries.insert(session, until);
            } else {
                self.dropped.fetch_add(1, Ordering::AcqRel);
                self.complete.store(false, Ordering::Release);
            }
        }
    }

    /// Number of entries.
    pub(in crate::sessions) fn len(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// To be called before all entries are read again: what [`Shared::end_reload`] takes after it.
    pub(in crate::sessions) fn begin_reload(&self) -> u64 {
        self.dropped.load(Ordering::Acquire)
    }

    /// All entries were read: the denylist is complete unless one of them was dropped.
    pub(in crate::sessions) fn end_reload(&self, dropped_before: u64) {
        // Under the lock: no entry is dropped between the comparison and the mark.
        let _entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if self.dropped.load(Ordering::Acquire) == dropped_before {
            self.complete.store(true, Ordering::Release);
        }
    }

    /// Removes expired entries, and returns their memory.
    pub(in crate::sessions) fn purge(&self) {
        let now = self.clock.now();
        let stale = |entries: &FxHashMap<_, DateTime<Utc>>| entries.values().any(|until| *until <= now);
        if stale(&self.entries.read().unwrap_or_else(PoisonError::into_inner)) {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            entries.retain(|_, until| now < *until);
            if entries.capacity() / 4 > entries.len() {
                entries.shrink_to_fit();
            }
        }
    }

    pub(super) fn apply(&self, event: Event) {
        match event {
            Event::Denied(session, remaining) => {
                self.insert([(session, self.clock.now() + time_delta(remaining))]);
            }
            Event::PolicyChanged => self.wake.notify_one(),
            Event::Lost => self.missed.store(true, Ordering::Release),
        }
    }
}
