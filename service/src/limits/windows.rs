//! Windows of attempts in the memory of this process.
//!
//! Each bucket has room for [`CAPACITY`] windows. When it is full, a new window replaces the one with the fewest attempts
//! among the next few: new clients are never refused for want of room, and a window near its limit is forgotten only when
//! the bucket is full of windows with as many attempts.

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most windows of a bucket: about 2 MiB.
pub(super) const CAPACITY: usize = 32_768;
/// Number of windows among which one is replaced when a bucket is full.
const SAMPLE: usize = 16;

/// Counters per bucket and key in bounded memory.
#[derive(Debug)]
pub(super) struct Windows<Bucket> {
    rooms: Mutex<FxHashMap<Bucket, Room>>,
    capacity: usize,
    length: TimeDelta,
}

/// Where the attempts of a window are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In this process, and in Redis for all replicas.
    Replicas,
    /// In this process only, since its bucket was full: so memory in Redis is bounded too.
    Process,
}

/// Windows of one bucket, by a random hash of the key.
#[derive(Debug, Default)]
struct Room {
    windows: IndexMap<u64, Window, FxBuildHasher>,
    /// Where the next sample begins.
    hand: usize,
    purged_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends_at: DateTime<Utc>,
    attempts: u32,
    scope: Scope,
}

impl<Bucket: Copy + Eq + Hash> Windows<Bucket> {
    /// No windows yet.
    pub(super) fn new(capacity: usize, length: Duration) -> Self {
        let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX);
        Self { rooms: Mutex::default(), capacity: capacity.max(1), length }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// The time until the window ends, when the limit is reached; the attempt is not counted.
    pub(super) fn take(&self, bucket: Bucket, key: u64, limit: u32, now: DateTime<Utc>) -> Result<Scope, Duration> {
        let mut rooms = self.lock();
        let room = rooms.entry(bucket).or_default();
        let mut new = Window { ends_at: now + self.length, attempts: 0, scope: Scope::Replicas };
        if !room.windows.contains_key(&key) && !room.has_space(now, self.capacity) {
            room.remove_smallest();
            new.scope = Scope::Process;
        }
        let window = room.windows.entry(key).or_insert(new);
        // A clock that was set back must not make a window longer.
        if window.ends_at <= now || window.ends_at > new.ends_at {
            *window = Window { scope: window.scope, ..new };
        }
        if window.attempts >= limit {
            return Err((window.ends_at - now).to_std().unwrap_or_default());
        }
        window.attempts += 1;
        Ok(window.scope)
    }

    /// Refunds an attempt. A window without attempts leaves nothing behind.
    pub(super) fn refund(&self, bucket: Bucket, key: u64) {
        let mut rooms = self.lock();
        let Some(room) = rooms.get_mut(&bucket) else { return };
        if let Some(window) = room.windows.get_mut(&key) {
            window.attempts = window.attempts.saturating_sub(1);
            if window.attempts == 0 {
                room.windows.swap_remove(&key);
            }
        }
    }

    /// Forgets the attempts of a window.
    pub(super) fn forget(&self, bucket: Bucket, key: u64) {
        if let Some(room) = self.lock().get_mut(&bucket) {
            room.windows.swap_remove(&key);
        }
    }

    /// Number of windows in all buckets.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().values().map(|room| room.windows.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<Bucket, Room>> {
        // Nothing can panic under the lock.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// Whether there is space for one more window, after those that are over were removed if need be.
    fn has_space(&mut self, now: DateTime<Utc>, capacity: usize) -> bool {
        // Purging visits every window: once a second is enough.
        let is_due = self.purged_at.is_none_or(|at| now < at || at + TimeDelta::seconds(1) <= now);
        if self.windows.len() >= capacity && is_due {
            self.purged_at = Some(now);
            self.windows.retain(|_, window| now < window.ends_at);
        }
        self.windows.len() < capacity
    }

    /// Removes the window with the fewest attempts among the next few, the oldest of several.
    fn remove_smallest(&mut self) {
        let count = self.windows.len().max(1);
        let places = (self.hand..self.hand + SAMPLE).map(|place| place % count);
        let sampled = places.filter_map(|place| self.windows.get_index(place).map(|(_, window)| (place, window)));
        let smallest = sampled.min_by_key(|(_, window)| (window.attempts, window.ends_at)).map(|(place, _)| place);
        self.hand = (self.hand + SAMPLE) % count;
        if let Some(place) = smallest {
            self.windows.swap_remove_index(place);
        }
    }
}
