//! Chance is asked for, so that tests can fix it.

use chrono::{DateTime, Utc};
use std::fmt::Debug;
use uuid::{NoContext, Timestamp, Uuid};

/// A source of new identifiers.
pub trait IdSource: Debug + Send + Sync {
    /// A fresh UUIDv7 (RFC 9562) whose time part is `now`.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// Identifiers from the machine's random numbers.
#[derive(Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws identifiers")]
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
    }
}
