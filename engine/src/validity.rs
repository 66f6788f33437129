//! Time spans of assignments and direct grants.

use chrono::{DateTime, Utc};

/// Time span in which an assignment or a direct grant is valid.
///
/// ```
/// # use chrono::{DateTime, TimeDelta};
/// use engine::Validity;
///
/// let noon = DateTime::UNIX_EPOCH;
/// let hour = Validity { from: Some(noon), until: Some(noon + TimeDelta::hours(1)) };
/// assert!(hour.is_valid_at(noon));
/// assert!(!hour.is_valid_at(noon + TimeDelta::hours(1)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// Inclusive start; none when valid at once.
    pub from: Option<DateTime<Utc>>,
    /// Exclusive end; none when permanent.
    pub until: Option<DateTime<Utc>>,
}

/// State of a [`Validity`] at an instant.
///
/// ```
/// # use chrono::{DateTime, TimeDelta};
/// use engine::{Validity, ValidityState};
///
/// let noon = DateTime::UNIX_EPOCH;
/// let until_noon = Validity { from: None, until: Some(noon) };
/// assert_eq!(until_noon.state(noon), ValidityState::Expired);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityState {
    /// It begins later.
    NotYetValid,
    /// It is valid.
    Valid,
    /// It has ended.
    Expired,
}

impl Validity {
    /// State at `now`. An empty span (`until` not after `from`) is never valid.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> ValidityState {
        if self.until.is_some_and(|until| until <= now) {
            ValidityState::Expired
        } else if self.from.is_some_and(|from| now < from) {
            ValidityState::NotYetValid
        } else {
            ValidityState::Valid
        }
    }

    /// Whether it is valid at `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        self.state(now) == ValidityState::Valid
    }
}
