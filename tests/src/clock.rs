//! A clock controlled by tests.

use chrono::{DateTime, TimeDelta, Utc};
use service::Clock;
use std::sync::Mutex;

/// Stands still until it is advanced.
#[derive(Debug)]
pub struct FakeClock(Mutex<DateTime<Utc>>);

impl FakeClock {
    /// A clock that stands at the current time, truncated to milliseconds.
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(service::SystemClock.now()))
    }

    /// A clock that stands at `time`.
    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Self {
        Self(Mutex::new(time))
    }

    /// Advances the clock.
    ///
    /// # Panics
    /// Never in practice: the lock is held by nothing that can panic.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("the clock's lock") += by;
    }

    /// Advances to the next full second: token lifetimes are whole seconds.
    ///
    /// # Panics
    /// As [`FakeClock::advance`].
    pub fn end_second(&self) {
        let part = service::Clock::now(self).timestamp_subsec_millis();
        self.advance(TimeDelta::milliseconds(1_000 - i64::from(part)));
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("the clock's lock")
    }
}
