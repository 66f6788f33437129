//! Values that an application stores with a session.

use crate::{Refusal, RefusalCode};
use serde_json::{Map, Value};

/// Most bytes of all keys and values, as one JSON object without whitespace.
const MAX_BYTES: usize = 4096;
/// Deepest nesting of lists and objects.
const MAX_DEPTH: usize = 16;

/// Values by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionData {
    values: Map<String, Value>,
    bytes: usize,
}

impl SessionData {
    /// Parses the stored form.
    pub(crate) fn of(text: Option<&str>) -> Self {
        let values = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Self { values, bytes: text.map_or(0, str::len) }
    }

    /// Stored form; `None` without values.
    pub(crate) fn to_text(&self) -> Option<String> {
        (!self.values.is_empty()).then(|| text(&self.values))
    }

    /// The values by key; `None` without values.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        (!self.values.is_empty()).then(|| Value::Object(self.values.clone()))
    }

    /// Size in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The same with one value set; `null` removes it.
    ///
    /// # Errors
    /// `TOO_LONG` when all values together are too large, `INVALID` when the value nests too deep.
    pub(super) fn with(&self, key: String, value: Value) -> Result<Self, Refusal> {
        let mut values = self.values.clone();
        if value.is_null() {
            values.remove(&key);
        } else {
            if is_deeper(&value, MAX_DEPTH) {
                let message = format!("lists and objects nest at most {MAX_DEPTH} levels deep");
                return Err(Refusal::new(RefusalCode::Invalid, message));
            }
            values.insert(key, value);
        }
        let bytes = if values.is_empty() { 0 } else { text(&values).len() };
        // A reduction is accepted also above the limit.
        if bytes > MAX_BYTES && bytes > self.bytes {
            let message =
                format!("the values of a session take at most {MAX_BYTES} bytes, all keys and values counted");
            return Err(Refusal::new(RefusalCode::TooLong, message));
        }
        Ok(Self { values, bytes })
    }
}

fn text(values: &Map<String, Value>) -> String {
    // Strings and JSON values always serialize.
    serde_json::to_string(values).unwrap_or_default()
}

fn is_deeper(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth == 0 || items.iter().any(|item| is_deeper(item, depth - 1)),
        Value::Object(fields) => depth == 0 || fields.values().any(|field| is_deeper(field, depth - 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn put(data: &SessionData, key: &str, value: Value) -> Result<SessionData, RefusalCode> {
        data.with(key.to_owned(), value).map_err(|refusal| refusal.code)
    }

    #[test]
    fn nothing_is_stored_without_values() {
        let none = SessionData::default();
        assert_eq!((none.to_text(), none.to_value()), (None, None));
        let some = put(&none, "a", json!(1)).unwrap();
        assert_eq!(some.to_text().as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(put(&some, "b", Value::Null).unwrap(), some);
        assert_eq!(put(&some, "a", Value::Null).unwrap(), none);
        assert_eq!(SessionData::of(some.to_text().as_deref()), some);
        assert_eq!(SessionData::of(None), none);
    }

    #[test]
    fn all_values_take_4096_bytes_at_most() {
        let around = r#"{"k":""}"#.len();
        let full = put(&SessionData::default(), "k", json!("x".repeat(4096 - around))).unwrap();
        assert_eq!((full.bytes(), full.to_text().unwrap().len()), (4096, 4096));
        assert_eq!(put(&full, "k", json!("x".repeat(4097 - around))), Err(RefusalCode::TooLong));
        assert_eq!(put(&full, "l", json!(1)), Err(RefusalCode::TooLong));
        // Bytes count, as they are written.
        assert_eq!(put(&SessionData::default(), "k", json!("ü".repeat(2045))), Err(RefusalCode::TooLong));
        assert!(put(&SessionData::default(), "k", json!("ü".repeat(2044))).is_ok());
        assert_eq!(put(&SessionData::default(), "k", json!("\0".repeat(682))), Err(RefusalCode::TooLong));
        assert!(put(&full, "k", json!(1)).is_ok());
    }

    #[test]
    fn values_nest_16_deep_at_most() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!({ "a": [inner] }));
        assert!(put(&SessionData::default(), "k", nested(8)).is_ok());
        assert_eq!(put(&SessionData::default(), "k", json!([nested(8)])), Err(RefusalCode::Invalid));
    }
}
