//! Terms of assignments and direct grants, and what assigning or granting again changes.

use super::Terms;
use crate::audit::Entry;
use crate::batch::Batch;
use crate::change::{Directory, Links};
use crate::{Refusal, RefusalCode, Result, Service, text};
use chrono::{DateTime, Datelike, Utc};
use serde_json::{Map, Value, json};
use std::hash::Hash;

/// Years that every database can store.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

impl Terms {
    /// The terms as they are stored, truncated to milliseconds.
    ///
    /// # Errors
    /// `INVALID` when the end is before `now` or the beginning, or a year is not within 1970 to 9999; `TOO_LONG` or
    /// `INVALID` for the reason.
    pub(crate) fn checked(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        text::check_reason(self.reason.as_deref()).map_err(|refusal| refusal.at(["reason"]))?;
        let valid_from = instant(self.valid_from, "validFrom")?;
        let expires_at = instant(self.expires_at, "expiresAt")?;
        let invalid = |message: &str| Err(Refusal::new(RefusalCode::Invalid, message).at(["expiresAt"]));
        if expires_at.is_some_and(|end| end <= now) {
            return invalid("the end must be in the future");
        }
        if expires_at.zip(valid_from).is_some_and(|(end, beginning)| end <= beginning) {
            return invalid("the end must be after the beginning");
        }
        Ok(Self { valid_from, expires_at, reason: self.reason })
    }

    /// The terms for the audit log, with the names of the roles, permissions or users in `field`.
    pub(crate) fn state(&self, field: &str, names: &[&str]) -> Value {
        Value::Object(self.fields(field, names))
    }

    /// Terms that no longer apply, for the audit log, with the reason given at the time.
    pub(super) fn former_state(&self, field: &str, name: &str) -> Value {
        let mut fields = self.fields(field, &[name]);
        fields.insert("reason".to_owned(), json!(self.reason));
        Value::Object(fields)
    }

    fn fields(&self, field: &str, names: &[&str]) -> Map<String, Value> {
        let fields = [
            (field, json!(names)),
            ("validFrom", json!(written(self.valid_from))),
            ("expiresAt", json!(written(self.expires_at))),
        ];
        fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
    }
}

/// Checks a list and the terms for it.
///
/// # Errors
/// As [`Terms::checked`]; those of the list.
pub(super) fn check_terms<Id>(service: &Service, batch: Result<Batch<Id>>, terms: Terms) -> Result<(Batch<Id>, Terms)> {
    Ok((batch?, terms.checked(service.now())?))
}

/// Checks a list and the reason given with it.
///
/// # Errors
/// `TOO_LONG` or `INVALID` for the reason; those of the list.
pub(super) fn check_reason<Id>(batch: Result<Batch<Id>>, reason: Option<&str>) -> Result<Batch<Id>> {
    let batch = batch?;
    text::check_reason(reason).map_err(|refusal| refusal.at(["reason"]))?;
    Ok(batch)
}

fn instant(at: Option<DateTime<Utc>>, argument: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(at) = at else { return Ok(None) };
    let cut = DateTime::from_timestamp_millis(at.timestamp_millis()).filter(|at| YEARS.contains(&at.year()));
    let refusal = || {
        let message = format!("the year must be within {} to {}", YEARS.start(), YEARS.end());
        Refusal::new(RefusalCode::Invalid, message).at([argument])
    };
    cut.ok_or_else(refusal).map(Some)
}

/// An instant as messages and the audit log write it.
pub(super) fn written(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// What an assignment or grant on some terms changes. Links that exist on the same terms are left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TermsDiff<Id> {
    /// Links that do not exist yet.
    pub(super) new: Vec<Id>,
    /// Links that exist on other terms, with those.
    pub(super) replaced: Vec<(Id, Terms)>,
}

impl<Id: Copy + Eq + Hash> TermsDiff<Id> {
    /// Compares what is requested, each once, with what exists.
    pub(super) fn compare(requested: &[Id], terms: &Terms, existing: &[(Id, Terms)]) -> Self {
        let (mut new, mut replaced) = (Vec::new(), Vec::new());
        for &id in requested {
            match existing.iter().find(|(known, _)| *known == id) {
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

    /// The terms of a link that are replaced; `None` when it is new or keeps its terms.
    pub(super) fn replaced(&self, id: Id) -> Option<&Terms> {
        self.replaced.iter().find(|(known, _)| *known == id).map(|(_, terms)| terms)
    }

    /// Links whose terms are replaced.
    pub(super) fn replaced_ids(&self) -> Vec<Id> {
        self.replaced.iter().map(|(id, _)| *id).collect()
    }

    /// Links that are new or replaced, in the order of the request.
    pub(super) fn changed(&self, requested: &[Id]) -> Vec<Id> {
        let replaced = self.replaced_ids();
        requested.iter().copied().filter(|id| self.new.contains(id) || replaced.contains(id)).collect()
    }

    /// The audit entry, with the names of the links in `field` and the replaced terms as the state before.
    pub(super) fn entry(
        &self,
        field: &str,
        summary: String,
        links: &Links<'_, Id>,
        terms: &Terms,
        directory: &impl Directory<Id>,
    ) -> Entry {
        let former = |(id, terms): &(Id, Terms)| terms.former_state(field, directory.name(*id).unwrap_or_default());
        let before: Vec<Value> = self.replaced.iter().map(former).collect();
        let entry = links.entry(summary).after(terms.state(field, links.names()));
        if before.is_empty() { entry } else { entry.before(Value::Array(before)) }
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
    fn an_end_is_after_now_and_after_the_beginning() {
        assert_eq!(check(None, None), None);
        assert_eq!(check(at(1), at(101)), None);
        assert_eq!(check(at(500), None), None);
        for (from, until) in [(None, at(100)), (None, at(1)), (at(200), at(200)), (at(300), at(200))] {
            assert_eq!(check(from, until), Some(vec!["expiresAt".to_owned()]));
        }
    }

    #[test]
    fn instants_that_a_database_cannot_store_are_invalid() {
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
    fn instants_are_truncated_to_milliseconds() {
        let given = DateTime::from_timestamp(200, 1_999_999).expect("an instant");
        let terms = Terms { expires_at: Some(given), ..Terms::default() };
        let kept = terms.checked(DateTime::UNIX_EPOCH).expect("good terms").expires_at;
        assert_eq!(kept, DateTime::from_timestamp(200, 1_000_000));
    }

    #[test]
    fn assigning_again_replaces_terms_and_the_same_terms_change_nothing() {
        let permanent = Terms::default();
        let until = Terms { expires_at: at(500), ..Terms::default() };
        let existing = [(1, permanent.clone()), (2, until.clone())];
        let diff = TermsDiff::compare(&[3, 2, 1], &permanent, &existing);
        assert_eq!(diff, TermsDiff { new: vec![3], replaced: vec![(2, until)] });
        assert_eq!(diff.changed(&[3, 2, 1]), [3, 2]);
        assert!(TermsDiff::compare(&[1], &permanent, &existing).is_empty());
    }
}
