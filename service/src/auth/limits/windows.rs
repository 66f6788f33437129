//! Windows of tries in the memory of this process.

use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many windows are kept apart.
pub(super) const ROOM: usize = 50_000;
/// How many windows per bucket newcomers share when there is no room.
pub(super) const SHARED: u64 = 1024;

/// Counters per bucket and key, in bounded memory: when there is no room, newcomers share windows.
#[derive(Debug)]
pub(super) struct Windows<Bucket> {
    kept: Mutex<Kept<Bucket>>,
    room: usize,
    length: TimeDelta,
}

#[derive(Debug)]
struct Kept<Bucket> {
    open: FxHashMap<(Bucket, u64), Window>,
    cleared_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends_at: DateTime<Utc>,
    tries: u32,
}

impl<Bucket: Copy + Eq + std::hash::Hash> Windows<Bucket> {
    /// No window yet, and room for so many of that length.
    pub(super) fn new(room: usize, length: Duration) -> Self {
        let kept = Mutex::new(Kept { open: FxHashMap::default(), cleared_at: None });
        Self { kept, room, length: TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX) }
    }

    /// Counts a try; when there were `limit` already, it is not counted and the time until the window
    /// ends is given.
    pub(super) fn take(&self, place: (Bucket, u64), limit: u32, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut kept = self.lock();
        let place = kept.place(place, now, self.room);
        let fresh = Window { ends_at: now + self.length, tries: 0 };
        let window = kept.open.entry(place).or_insert(fresh);
        // A clock that was set back must not make a window longer.
        if window.ends_at <= now || window.ends_at > fresh.ends_at {
            *window = fresh;
        }
        if window.tries >= limit {
            return Err((window.ends_at - now).to_std().unwrap_or_default());
        }
        window.tries += 1;
        Ok(())
    }

    /// Takes back a try.
    pub(super) fn give_back(&self, place: (Bucket, u64)) {
        if let Some(window) = self.lock().open.get_mut(&place) {
            window.tries = window.tries.saturating_sub(1);
        }
    }

    /// Forgets earlier tries.
    pub(super) fn forget(&self, place: (Bucket, u64)) {
        self.lock().open.remove(&place);
    }

    /// How many windows are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().open.len()
    }

    fn lock(&self) -> MutexGuard<'_, Kept<Bucket>> {
        // Nothing that can panic happens under the lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Bucket: Copy + Eq + std::hash::Hash> Kept<Bucket> {
    /// The place itself while there is room for its window, else one that it shares with others.
    fn place(&mut self, (bucket, key): (Bucket, u64), now: DateTime<Utc>, room: usize) -> (Bucket, u64) {
        if self.open.len() < room || self.open.contains_key(&(bucket, key)) {
            return (bucket, key);
        }
        // Clearing looks at every window: once a second is enough.
        if self.cleared_at.is_none_or(|at| now < at || at + TimeDelta::seconds(1) <= now) {
            self.cleared_at = Some(now);
            self.open.retain(|_, window| now < window.ends_at);
        }
        if self.open.len() < room { (bucket, key) } else { (bucket, key % SHARED) }
    }
}
