//! The clock is injected, so that tests control the time.

use chrono::{DateTime, TimeDelta, Utc};
use std::fmt::Debug;
use std::time::Duration;

/// Source of the current time.
pub trait Clock: Debug + Send + Sync {
    /// Current time in whole milliseconds, the precision of every supported database.
    fn now(&self) -> DateTime<Utc>;
}

/// System clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    fn now(&self) -> DateTime<Utc> {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// `duration` for arithmetic with times, at most 100 years so that no sum overflows.
pub(crate) fn time_delta(duration: Duration) -> TimeDelta {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    TimeDelta::from_std(duration.min(CENTURY)).unwrap_or_default()
}
