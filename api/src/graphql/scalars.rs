//! Custom scalars.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

/// Date and time in RFC 3339 format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// Name of a permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionName(pub engine::PermissionName);

/// Any JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub serde_json::Value);

/// The TypeScript type of each custom scalar, as it is sent and received in JSON.
pub const TYPESCRIPT: [[&str; 2]; 3] = [["DateTime", "string"], ["JSON", "unknown"], ["PermissionName", "string"]];

const NO_DATE_TIME: &str = "not a date and time in RFC 3339 format, such as `2026-01-31T12:00:00Z`";

/// Checks a value of a custom scalar before execution.
///
/// # Errors
/// Why the scalar rejects it.
pub(super) fn check(scalar: &str, value: Value) -> Result<(), String> {
    match (scalar, value) {
        ("DateTime", Value::String(text)) => date_time(&text).map(drop).ok_or_else(|| NO_DATE_TIME.to_owned()),
        ("PermissionName", Value::String(name)) => {
            engine::PermissionName::parse(&name).map(drop).map_err(|error| error.to_string())
        }
        ("DateTime" | "PermissionName", _) => Err(format!("a `{scalar}` is a string")),
        _ => Ok(()),
    }
}

/// A date and time in RFC 3339 format, truncated to milliseconds. Refused, although chrono accepts some: a space for the
/// `T`, leap seconds, the offset `-00:00`, and more than nine digits of a second.
fn date_time(text: &str) -> Option<chrono::DateTime<Utc>> {
    let (seconds, rest) = text.split_at_checked("2026-01-31T12:00:00".len())?;
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let has_shape = seconds.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => matches!(byte, b'T' | b't'),
        13 | 16 => byte == b':',
        _ => is_digit(&byte),
    });
    let (digits, offset) = match rest.strip_prefix('.') {
        Some(fraction) => fraction.split_at_checked(fraction.bytes().take_while(is_digit).count())?,
        None => ("0", rest),
    };
    let is_offset = match offset.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', _, _] => hours.len() == 2 && offset != "-00:00",
        _ => false,
    };
    if !(has_shape && (1..=9).contains(&digits.len()) && is_offset) || seconds.ends_with(":60") {
        return None;
    }
    let instant = chrono::DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    let is_storable = YEARS.contains(&chrono::Datelike::year(&instant));
    is_storable.then(|| chrono::DateTime::from_timestamp_millis(instant.timestamp_millis())).flatten()
}

/// Years that every database can store.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// Date and time in RFC 3339 format, for example `2026-01-31T12:00:00.000Z`. Output is in UTC with milliseconds; input
/// takes any offset but `-00:00`, up to nine digits of a second, and years from 1970 to 9999.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        date_time(text).map(Self).ok_or_else(|| InputValueError::custom(NO_DATE_TIME))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Name of a permission, by convention `resource:action`, for example `invoice:approve`. 1 to 255 printable ASCII
/// characters except `*`, `"` and `\`, without leading, trailing or repeated spaces. Case-sensitive.
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
        // Every JSON value is a GraphQL value.
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
    fn date_times_are_output_in_utc_with_milliseconds() {
        assert_eq!(parse("2026-01-31T12:00:00.123456+01:00"), Some(Value::from("2026-01-31T11:00:00.123Z")));
    }

    #[test]
    fn date_times_in_the_distant_future_are_accepted() {
        assert_eq!(parse("9999-12-31T23:59:59.999Z"), Some(Value::from("9999-12-31T23:59:59.999Z")));
    }

    #[test]
    fn other_texts_are_not_date_times() {
        for text in ["", "2026-01-31", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn date_times_are_those_of_rfc_3339_with_an_offset_that_is_known() {
        let instant = Some(Value::from("2026-01-31T12:00:00.000Z"));
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31t12:00:00z",
            "2026-01-31T12:00:00+00:00",
            "2026-01-31T13:30:00+01:30",
            "2026-01-31T12:00:00.0Z",
            "2026-01-31T12:00:00.000000001Z",
            "2026-01-30T12:01:00-23:59",
        ] {
            assert_eq!(parse(text), instant, "{text}");
        }
        for text in [
            "2026-01-31 12:00:00Z",
            "2026-01-31_12:00:00Z",
            "2026-01-31T12:00:00-00:00",
            "2026-01-31T12:00:00\u{2212}01:00",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.0000000001Z",
            "2026-01-31T12:00:00,5Z",
            "2026-12-31T23:59:60Z",
            "2026-12-31T23:59:60.5Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00+01:60",
            "2026-01-31T12:00:00+1:00",
            "2026-01-31T12:00:00+0100",
            "2026-01-31T12:00:00 Z",
            "2026-01-31T12:00Z",
            " 2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00Z ",
            "+2026-01-31T12:00:00Z",
            "2026-02-29T12:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_checked_before_execution_as_they_are_parsed() {
        let values = ["2026-01-31T12:00:00Z", "2026-12-31T23:59:60Z", "invoice:approve", "invoice:*", ""];
        for value in values.map(Value::from).into_iter().chain([Value::from(7), Value::Null, Value::from(true)]) {
            let is_parsed = DateTime::parse(value.clone()).is_ok();
            assert_eq!(check("DateTime", value.clone()).is_ok(), is_parsed, "{value}");
            let is_parsed = PermissionName::parse(value.clone()).is_ok();
            assert_eq!(check("PermissionName", value.clone()).is_ok(), is_parsed, "{value}");
            assert!(Json::parse(value.clone()).is_ok() && check("JSON", value).is_ok());
        }
    }

    #[test]
    fn every_custom_scalar_has_a_typescript_type() {
        let schemas = crate::graphql::schema::build().expect("a schema");
        let mut scalars: Vec<_> = schemas.rules().scalars().collect();
        scalars.sort_unstable();
        assert_eq!(TYPESCRIPT.map(|[scalar, _]| scalar).to_vec(), scalars);
    }

    #[test]
    fn a_malformed_permission_name_is_refused() {
        assert!(PermissionName::parse(Value::from("invoice:approve")).is_ok());
        assert!(PermissionName::parse(Value::from("invoice:*")).is_err());
        assert!(PermissionName::parse(Value::from(7)).is_err());
    }
}
