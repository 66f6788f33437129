//! Days in UTC.

use chrono::{DateTime, Utc};

/// Days since 1970-01-01.
pub(crate) type Day = i32;

/// Seconds of a day.
const SECONDS: i64 = 24 * 60 * 60;

/// The day of a time.
pub(crate) fn day_of(at: DateTime<Utc>) -> Day {
    let day = at.timestamp().div_euclid(SECONDS);
    Day::try_from(day).unwrap_or(if day < 0 { Day::MIN } else { Day::MAX })
}

/// The time at which a day begins.
pub(super) fn start_of(day: Day) -> DateTime<Utc> {
    DateTime::from_timestamp(i64::from(day) * SECONDS, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
