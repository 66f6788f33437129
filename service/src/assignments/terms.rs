//! On what terms something is assigned or granted, and what asking for it again changes.

use super::Terms;
use crate::{Refusal, RefusalCode, text};
use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};

/// Years that every database can keep.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

impl Terms {
    /// The terms as they are stored, cut to milliseconds.
    ///
    /// # Errors
    /// `INVALID` when the end lies before `now` or the beginning, or a year is not one of 1970 to
    /// 9999; `TOO_LONG` or `INVALID` for the reason.
    pub(super) fn checked(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        text::check_reason(self.reason.as_deref()).map_err(|refusal| refusal.at(["reason"]))?;
        let valid_from = instant(self.valid_from, "validFrom")?;
        let expires_at = instant(self.expires_at, "expiresAt")?;
        let invalid = |message: &str| Err(Refusal::new(RefusalCode::Invalid, message).at(["expiresAt"]));
        if expires_at.is_some_and(|end| end <= now) {
            return invalid("the end must lie in the future");
        }
        if expires_at.zip(valid_from).is_some_and(|(end, beginning)| end <= beginning) {
            return invalid("the end must lie after the beginning");
        }
        Ok(Self { valid_from, expires_at, reason: self.reason })
    }

    /// The terms with what they are about, for the audit log.
    pub(super) fn state(&self, kind: &str, names: &[&str]) -> Value {
        json!({ kind: names, "validFrom": written(self.valid_from), "expiresAt": written(self.expires_at) })
    }

    /// The same of terms that hold no longer, with the reason given at the time.
    pub(super) fn former_state(&self, kind: &str, name: &str) -> Value {
        let mut state = self.state(kind, &[name]);
        state["reason"] = json!(self.reason);
        state
    }
}

fn instant(at: Option<DateTime<Utc>>, argument: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(at) = at else { return Ok(None) };
    let cut = DateTime::from_timestamp_millis(at.timestamp_millis()).filter(|at| YEARS.contains(&at.year()));
    let refusal = || {
        let message = format!("a year here is one of {} to {}", YEARS.start(), YEARS.end());
        Refusal::new(RefusalCode::Invalid, message).at([argument])
    };
    cut.ok_or_else(refusal).map(Some)
}

fn written(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// What asking for some things on some terms changes: those that are new, and those there already on
/// other terms. What is there on the same terms is left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan<Id> {
    pub(super) new: Vec<Id>,
    pub(super) replaced: Vec<(Id, Terms)>,
}

impl<Id: Copy + PartialEq> Plan<Id> {
    /// Compares what is asked for, each once, with what is `there`.
    pub(super) fn compare(asked: &[Id], terms: &Terms, there: &[(Id, Terms)]) -> Self {
        let (mut new, mut replaced) = (Vec::new(), Vec::new());
        for &id in asked {
            match there.iter().find(|(known, _)| *known == id) {
                None => new.push(id),
                Some((_, old)) if old != terms => replaced.push((id, old.clone())),
                Some(_) => {}
            }
        }
        Self { new, replaced }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.replaced.is_empty()
    }

    /// Those whose terms are replaced.
    pub(super) fn replaced_ids(&self) -> Vec<Id> {
        self.replaced.iter().map(|(id, _)| *id).collect()
    }

    /// Everything that changes, in the order asked for.
    pub(super) fn changed(&self, asked: &[Id]) -> Vec<Id> {
        let replaced = self.replaced_ids();
        asked.iter().copied().filter(|id| self.new.contains(id) || replaced.contains(id)).collect()
    }

    /// The terms replaced, each with the name of what it was about; `None` when there are none.
    pub(super) fn before(&self, kind: &str, name: impl Fn(Id) -> String) -> Option<Value> {
        let states: Vec<Value> = self.replaced.iter().map(|(id, terms)| terms.former_state(kind, &name(*id))).collect();
        (!states.is_empty()).then_some(Value::Array(states))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(second, 0)
    }

    fn check(valid_from: Option<DateTime<Utc>>, expires_at: Option<DateTime<Utc>>) -> Option<Vec<String>> {
        let now = at(100).expect("a small number of seconds");
        Terms { valid_from, expires_at, reason: None }.checked(now).err().map(|refusal| refusal.path)
    }

    #[test]
    fn an_end_lies_after_now_and_after_the_beginning() {
        assert_eq!(check(None, None), None);
        assert_eq!(check(at(1), at(101)), None);
        assert_eq!(check(at(500), None), None);
        for (from, until) in [(None, at(100)), (None, at(1)), (at(200), at(200)), (at(300), at(200))] {
            assert_eq!(check(from, until), Some(vec!["expiresAt".to_owned()]));
        }
    }

    #[test]
    fn instants_that_a_database_cannot_keep_are_invalid() {
        assert_eq!(check(Some(DateTime::<Utc>::MIN_UTC), None), Some(vec!["validFrom".to_owned()]));
        assert_eq!(check(None, Some(DateTime::<Utc>::MAX_UTC)), Some(vec!["expiresAt".to_owned()]));
    }

    #[test]
    fn the_far_future_is_accepted() {
        for text in ["2038-01-20T00:00:00Z", "2099-12-31T23:59:59Z", "9999-12-31T23:59:59.999Z"] {
            let end = text.parse().expect("an instant");
            let terms = Terms { expires_at: Some(end), ..Terms::default() };
            assert_eq!(terms.checked(DateTime::UNIX_EPOCH).expect("good terms").expires_at, Some(end));
        }
    }

    #[test]
    fn instants_are_cut_to_milliseconds() {
        let given = DateTime::from_timestamp(200, 1_999_999).expect("an instant");
        let terms = Terms { expires_at: Some(given), ..Terms::default() };
        let kept = terms.checked(DateTime::UNIX_EPOCH).expect("good terms").expires_at;
        assert_eq!(kept, DateTime::from_timestamp(200, 1_000_000));
    }

    #[test]
    fn asking_again_replaces_terms_and_the_same_terms_change_nothing() {
        let for_good = Terms::default();
        let until = Terms { expires_at: at(500), ..Terms::default() };
        let there = [(1, for_good.clone()), (2, until.clone())];
        let plan = Plan::compare(&[3, 2, 1], &for_good, &there);
        assert_eq!(plan, Plan { new: vec![3], replaced: vec![(2, until)] });
        assert_eq!(plan.changed(&[3, 2, 1]), [3, 2]);
        assert!(Plan::compare(&[1], &for_good, &there).is_empty());
    }
}
