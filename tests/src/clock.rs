//! A clock that tests turn.

use chrono::{DateTime, TimeDelta, Utc};
use service::Clock;
use std::sync::Mutex;

/// Stands still until it is told to go on.
#[derive(Debug)]
pub struct FakeClock(Mutex<DateTime<Utc>>);

impl FakeClock {
    /// A clock that shows the real time, cut to milliseconds, and stands there.
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(service::SystemClock.now()))
    }

    /// Lets time pass.
    ///
    /// # Panics
    /// Never in practice: the lock is held by nothing that can panic.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("the clock's lock") += by;
    }

    /// Lets the second end that it is in: tokens count in whole ones.
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
