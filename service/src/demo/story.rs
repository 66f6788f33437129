//! The events of the demo company, from `story.csv`.

use crate::assignments::Terms;
use crate::{Error, Result};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

/// The policy, as a document in YAML.
pub(super) const POLICY: &str = include_str!("company.yaml");
/// The events in the order of their times. Days count back from the day of loading; `from` and `until` are days from it.
const STORY: &str = include_str!("story.csv");

/// What happens to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Hire,
    Assign,
    Unassign,
    Grant,
    Suspend,
    /// An assignment that separation of duty refuses.
    Refused,
}

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) at: DateTime<Utc>,
    pub(super) deed: Deed,
    /// Username.
    pub(super) user: &'static str,
    /// Display name, role or permission.
    pub(super) object: &'static str,
    pub(super) terms: Terms,
}

/// The events of a company that is loaded at `now`.
///
/// # Errors
/// [`Error::Internal`] for a malformed line.
pub(super) fn events(now: DateTime<Utc>) -> Result<Vec<Event>> {
    let lines = STORY.lines().skip(1);
    lines
        .map(|line| event(line, now).ok_or_else(|| Error::Internal(format!("malformed event: {line}").into())))
        .collect()
}

fn event(line: &'static str, now: DateTime<Utc>) -> Option<Event> {
    let mut fields = line.splitn(8, ',');
    let mut field = || fields.next();
    let (days, time, deed) = (field()?, field()?, deed(field()?)?);
    let (user, object) = (field()?, field()?);
    let (valid_from, expires_at) = (day(field()?, now)?, day(field()?, now)?);
    let reason = Some(field()?).filter(|reason| !reason.is_empty()).map(str::to_owned);
    let date = now.date_naive().checked_sub_days(Days::new(days.parse().ok()?))?;
    let at = date.and_time(NaiveTime::parse_from_str(time, "%H:%M").ok()?).and_utc();
    Some(Event { at, deed, user, object, terms: Terms { valid_from, expires_at, reason } })
}

fn deed(name: &str) -> Option<Deed> {
    match name {
        "hire" => Some(Deed::Hire),
        "assign" => Some(Deed::Assign),
        "unassign" => Some(Deed::Unassign),
        "grant" => Some(Deed::Grant),
        "suspend" => Some(Deed::Suspend),
        "refused" => Some(Deed::Refused),
        _ => None,
    }
}

/// A time so many days from now; the outer `None` for a malformed number.
#[expect(clippy::option_option, reason = "a malformed number is not an absent one")]
fn day(text: &str, now: DateTime<Utc>) -> Option<Option<DateTime<Utc>>> {
    if text.is_empty() {
        return Some(None);
    }
    Some(Some(now + TimeDelta::days(text.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn the_events_are_in_order_and_in_the_past_month() {
        let now = Utc.with_ymd_and_hms(2026, 3, 31, 0, 0, 0).unwrap();
        let events = events(now).unwrap();
        assert!(events.is_sorted_by_key(|event| event.at));
        assert!(events.iter().all(|event| event.at < now && event.at >= now - TimeDelta::days(31)));
        let hired = events.iter().filter(|event| event.deed == Deed::Hire).count();
        assert_eq!(hired, 26);
    }
}
