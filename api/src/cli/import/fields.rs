//! The fields of a row.

use super::columns::Header;
use crate::graphql::scalars::DateTime;
use async_graphql::{ScalarType as _, Value};
use chrono::Utc;
use csv::ByteRecord;
use service::assignments::Terms;
use std::sync::Arc;

/// The fields of a row, by column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'r> {
    pub(super) header: &'r Header,
    pub(super) record: &'r ByteRecord,
}

impl<'r> Fields<'r> {
    /// The text of a column; empty when the file has no such column.
    ///
    /// # Errors
    /// A message when the text is not UTF-8.
    pub(super) fn text(&self, column: &str) -> Result<&'r str, String> {
        let field = self.header.position(column).and_then(|at| self.record.get(at)).unwrap_or_default();
        std::str::from_utf8(field).map_err(|_| "the row is not UTF-8".to_owned())
    }

    /// The text of a column, if there is any.
    ///
    /// # Errors
    /// As [`Fields::text`].
    pub(super) fn optional(&self, column: &str) -> Result<Option<&'r str>, String> {
        self.text(column).map(|text| Some(text).filter(|text| !text.is_empty()))
    }

    /// The value of a column that is `true` or `false`.
    ///
    /// # Errors
    /// A message for another text.
    pub(super) fn flag(&self, column: &str) -> Result<Option<bool>, String> {
        let Some(text) = self.optional(column)? else { return Ok(None) };
        match text {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            other => Err(format!("`{column}`: `{}` is neither `true` nor `false`", shown(other))),
        }
    }

    /// The time in a column, in the form that the API takes.
    ///
    /// # Errors
    /// A message for another text.
    fn instant(&self, column: &str) -> Result<Option<chrono::DateTime<Utc>>, String> {
        let Some(text) = self.optional(column)? else { return Ok(None) };
        let instant = DateTime::parse(Value::String(text.to_owned())).map_err(|_| {
            let text = shown(text);
            format!("`{column}`: `{text}` is not a date and time in RFC 3339 format, such as `2026-01-31T12:00:00Z`")
        });
        instant.map(|DateTime(instant)| Some(instant))
    }

    /// The terms of an assignment or a grant, where the row has any.
    ///
    /// # Errors
    /// A message for a malformed time.
    pub(super) fn terms(&self) -> Result<Option<Arc<Terms>>, String> {
        let reason = self.optional("reason")?.map(str::to_owned);
        let terms = Terms { valid_from: self.instant("valid_from")?, expires_at: self.instant("expires_at")?, reason };
        Ok(Some(terms).filter(|terms| *terms != Terms::default()).map(Arc::new))
    }
}

/// The start of a text, for a message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(names: &str, fields: &str, check: impl FnOnce(Fields<'_>) -> T) -> T {
        let record = |text: &str| ByteRecord::from(text.split(',').collect::<Vec<_>>());
        check(Fields { header: &Header::new(&record(names)), record: &record(fields) })
    }

    #[test]
    fn terms_are_read_where_there_are_any() {
        let terms = with("valid_from,expires_at,reason", "2026-01-31T12:00:00+01:00,,leave", |fields| fields.terms());
        let expected = Terms {
            valid_from: Some("2026-01-31T11:00:00Z".parse().expect("an instant")),
            expires_at: None,
            reason: Some("leave".to_owned()),
        };
        assert_eq!(terms.expect("good terms").as_deref(), Some(&expected));
        assert_eq!(with("user", "ana", |fields| fields.terms()), Ok(None));
        assert_eq!(with("expires_at,reason", ",", |fields| fields.terms()), Ok(None));
    }

    #[test]
    fn times_are_those_of_the_api() {
        for text in ["friday", "2026-01-31", "2026-13-01T00:00:00Z", "1800000000", " "] {
            let error = with("expires_at", text, |fields| fields.terms()).expect_err("no time");
            assert!(error.starts_with(&format!("`expires_at`: `{text}` is not a date and time")), "{error}");
        }
    }

    #[test]
    fn a_flag_is_true_false_or_empty() {
        let flag = |text| with("is_default", text, |fields| fields.flag("is_default"));
        assert_eq!(["true", "false", ""].map(flag), [Ok(Some(true)), Ok(Some(false)), Ok(None)]);
        for text in ["yes", "TRUE", "1", " true"] {
            assert_eq!(flag(text), Err(format!("`is_default`: `{text}` is neither `true` nor `false`")));
        }
    }
}
