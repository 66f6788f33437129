//! Scalars of the contract.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

/// An instant, RFC 3339, always UTC on output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A permission's name, by convention `resource:action`, for example `invoice:approve`: 1 to 255
/// printable ASCII characters other than `*`, `"` and `\`, without leading, trailing or doubled
/// blanks. Compared exactly, case included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionName(pub engine::PermissionName);

/// Any JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub serde_json::Value);

/// Instants that every database keeps.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// An instant, RFC 3339, always UTC on output.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let instant = chrono::DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.with_timezone(&Utc));
        instant
            .filter(|instant| YEARS.contains(&chrono::Datelike::year(instant)))
            .and_then(|instant| chrono::DateTime::from_timestamp_millis(instant.timestamp_millis()))
            .map(Self)
            .ok_or_else(|| InputValueError::custom("not an instant such as `2026-01-31T12:00:00Z`"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A permission's name, by convention `resource:action`, for example `invoice:approve`: 1 to 255
/// printable ASCII characters other than `*`, `"` and `\`, without leading, trailing or doubled
/// blanks. Compared exactly, case included.
#[Scalar]
impl ScalarType for PermissionName {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        engine::PermissionName::parse(text).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.as_str().to_owned())
    }
}

/// Any JSON value.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        // Whatever JSON holds, a GraphQL value holds as well.
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(instant: chrono::DateTime<Utc>) -> Self {
        Self(instant)
    }
}

impl From<engine::PermissionName> for PermissionName {
    fn from(name: engine::PermissionName) -> Self {
        Self(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Value> {
        DateTime::parse(Value::String(text.to_owned())).ok().map(|instant| instant.to_value())
    }

    #[test]
    fn instants_are_shown_in_utc_to_the_millisecond() {
        assert_eq!(parse("2026-01-31T12:00:00.123456+01:00"), Some(Value::from("2026-01-31T11:00:00.123Z")));
    }

    #[test]
    fn instants_in_a_distant_future_are_kept() {
        assert_eq!(parse("9999-12-31T23:59:59.999Z"), Some(Value::from("9999-12-31T23:59:59.999Z")));
    }

    #[test]
    fn texts_that_are_no_instants_are_refused() {
        for text in ["", "2026-01-31", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_malformed_permission_name_is_refused() {
        assert!(PermissionName::parse(Value::from("invoice:approve")).is_ok());
        assert!(PermissionName::parse(Value::from("invoice:*")).is_err());
        assert!(PermissionName::parse(Value::from(7)).is_err());
    }
}
