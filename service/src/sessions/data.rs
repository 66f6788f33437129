//! Values that an application keeps with a session on the server.

use crate::{Refusal, RefusalCode};
use serde_json::{Map, Value};

/// Most bytes of all values with their keys, as one JSON object without blanks between its parts.
const MAX_BYTES: usize = 4096;
/// How deep lists and objects may lie within each other.
const MAX_DEPTH: usize = 16;

/// Values by key; nothing is stored while there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionData {
    values: Map<String, Value>,
    bytes: usize,
}

impl SessionData {
    /// What was stored.
    pub(super) fn of(text: Option<&str>) -> Self {
        let values = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Self { values, bytes: text.map_or(0, str::len) }
    }

    /// As it is stored.
    pub(super) fn to_text(&self) -> Option<String> {
        (!self.values.is_empty()).then(|| text(&self.values))
    }

    /// The values by key, or nothing when there are none.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        (!self.values.is_empty()).then(|| Value::Object(self.values.clone()))
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The same with a value; `null` removes it.
    ///
    /// # Errors
    /// `TOO_LONG` when all of it would be too large, `INVALID` when the value nests too deep.
    pub(super) fn with(&self, key: String, value: Value) -> Result<Self, Refusal> {
        let mut values = self.values.clone();
        if value.is_null() {
            values.remove(&key);
        } else {
            if is_deeper(&value, MAX_DEPTH) {
                let message = format!("lists and objects lie within each other at most {MAX_DEPTH} deep");
                return Err(Refusal::new(RefusalCode::Invalid, message));
            }
            values.insert(key, value);
        }
        let bytes = if values.is_empty() { 0 } else { text(&values).len() };
        // What makes it smaller is accepted whatever was there.
        if bytes > MAX_BYTES && bytes > self.bytes {
            let message = format!("a session keeps at most {MAX_BYTES} bytes, all keys and values together");
            return Err(Refusal::new(RefusalCode::TooLong, message));
        }
        Ok(Self { values, bytes })
    }
}

fn text(values: &Map<String, Value>) -> String {
    // Names and JSON values are JSON.
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
    fn nothing_is_stored_while_there_is_nothing() {
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
    fn all_of_it_takes_4096_bytes_at_most() {
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
