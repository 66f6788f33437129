//! What assigning or granting again may do to the period that stands.

use super::Terms;
use super::terms::{TermsDiff, written};
use crate::batch::Batch;
use crate::{Refusal, RefusalCode, Result};
use chrono::{DateTime, Utc};
use std::fmt;
use std::hash::Hash;

/// What a command may do to an assignment or a grant that exists on other terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replacement {
    /// Extend its period or change its reason, but take nothing away.
    #[default]
    Extending,
    /// Replace its terms, also by a period that ends earlier or begins later.
    Any,
}

/// The period of terms; displays as its beginning and its end.
#[derive(Clone, Copy, Debug)]
struct Period<'a>(&'a Terms);

impl Replacement {
    /// Checks that the terms that are replaced may be. The refusal names both periods where the caller may read the
    /// one that stands.
    ///
    /// # Errors
    /// `WOULD_SHRINK` at the first id whose period would end earlier or begin later.
    pub(super) fn check<Id: Copy + Eq + Hash>(
        self,
        requested: &Batch<Id>,
        diff: &TermsDiff<Id>,
        terms: &Terms,
        now: DateTime<Utc>,
        may_read: impl Fn(Id) -> bool,
    ) -> Result<()> {
        if self == Self::Any {
            return Ok(());
        }
        requested.require_each(|id| match id.and_then(|id| Some((*id, diff.replaced(*id)?))) {
            Some((id, standing)) if Period(standing).shrinks_to(Period(terms), now) => {
                let standing = may_read(id).then_some(Period(standing));
                Err(refusal(standing, Period(terms)))
            }
            _ => Ok(()),
        })?;
        Ok(())
    }
}

fn refusal(standing: Option<Period<'_>>, wanted: Period<'_>) -> Refusal {
    let message = match standing {
        Some(standing) => format!(
            "the period `{standing}` would become `{wanted}`, which ends earlier or begins later: \
            pass `replace: true` to replace it"
        ),
        None => format!(
            "the period would become `{wanted}`, which ends earlier or begins later than it does now: \
            pass `replace: true` to replace it"
        ),
    };
    Refusal::new(RefusalCode::WouldShrink, message)
}

impl Period<'_> {
    /// Whether the other period ends earlier or begins later, counted from `now` on. A period that is over cannot
    /// shrink.
    fn shrinks_to(self, other: Self, now: DateTime<Utc>) -> bool {
        let (Self(standing), Self(wanted)) = (self, other);
        if standing.expires_at.is_some_and(|end| end <= now) {
            return false;
        }
        let begins = |terms: &Terms| terms.valid_from.map_or(now, |from| from.max(now));
        let ends_earlier = wanted.expires_at.is_some_and(|end| standing.expires_at.is_none_or(|known| end < known));
        ends_earlier || begins(wanted) > begins(standing)
    }
}

impl fmt::Display for Period<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (written(self.0.valid_from), written(self.0.expires_at)) {
            (None, None) => f.write_str("permanent"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(until)) => write!(f, "until {until}"),
            (Some(from), Some(until)) => write!(f, "from {from} until {until}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms from second to second; 0 for none.
    fn terms(from: i64, until: i64) -> Terms {
        let at = |second: i64| DateTime::from_timestamp(second, 0).filter(|_| second != 0);
        Terms { valid_from: at(from), expires_at: at(until), reason: None }
    }

    #[test]
    fn a_period_shrinks_when_it_ends_earlier_or_begins_later() {
        let now = DateTime::from_timestamp(100, 0).expect("an instant");
        let cases = [
            // An end where there was none, or an earlier one.
            ((0, 0), (0, 500), true),
            ((0, 500), (0, 499), true),
            ((0, 500), (0, 500), false),
            ((0, 500), (0, 501), false),
            ((0, 500), (0, 0), false),
            // A beginning in the future takes away what is held now; one that has passed takes nothing away.
            ((0, 0), (101, 0), true),
            ((0, 0), (100, 0), false),
            ((50, 0), (60, 0), false),
            ((50, 0), (101, 0), true),
            ((200, 0), (201, 0), true),
            ((200, 0), (200, 0), false),
            ((200, 0), (199, 0), false),
            ((200, 0), (0, 0), false),
            // Longer at one side and shorter at the other.
            ((0, 500), (101, 0), true),
            ((200, 0), (0, 500), true),
            // What has expired holds nothing.
            ((0, 100), (200, 300), false),
            ((0, 101), (200, 300), true),
        ];
        for (standing, wanted, expected) in cases {
            let (standing, wanted) = (terms(standing.0, standing.1), terms(wanted.0, wanted.1));
            assert_eq!(Period(&standing).shrinks_to(Period(&wanted), now), expected, "{standing:?} to {wanted:?}");
        }
    }

    #[test]
    fn a_refusal_names_both_periods_if_the_caller_may_read_them() {
        let now = DateTime::from_timestamp(100, 0).expect("an instant");
        let requested = Batch::new(vec![Some(7), Some(8)], &["roleIds"]).expect("a short list");
        let (standing, wanted) = (terms(50, 0), terms(200, 500));
        let diff = TermsDiff::compare(&[7, 8], &wanted, &[(7, wanted.clone()), (8, standing)]);
        let check =
            |replacement: Replacement, readable: bool| match replacement
                .check(&requested, &diff, &wanted, now, |_| readable)
            {
                Ok(()) => None,
                Err(crate::Error::Refused(mut refusals)) => refusals.pop(),
                Err(error) => panic!("{error}"),
            };
        let refusal = check(Replacement::Extending, true).expect("it begins later");
        assert_eq!((refusal.code, refusal.path.join(".")), (RefusalCode::WouldShrink, "roleIds.1".to_owned()));
        let message = "the period `from 1970-01-01T00:00:50.000Z` would become `from 1970-01-01T00:03:20.000Z until \
            1970-01-01T00:08:20.000Z`, which ends earlier or begins later: pass `replace: true` to replace it";
        assert_eq!(refusal.message, message);
        assert!(!check(Replacement::Extending, false).expect("refused").message.contains("00:00:50"));
        assert_eq!(check(Replacement::Any, true), None);
        assert_eq!(Period(&terms(0, 0)).to_string(), "permanent");
    }
}
