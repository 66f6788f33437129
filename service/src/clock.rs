//! Time is asked for, so that tests can turn it.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::fmt::Debug;

/// A source of the present moment.
pub trait Clock: Debug + Send + Sync {
    /// Now, cut to milliseconds, which is what every database keeps.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        let now = DateTime::<Utc>::from(std::time::SystemTime::now());
        now.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(now)
    }
}
