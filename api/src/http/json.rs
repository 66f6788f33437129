//! JSON without repeated keys, and of a limited number of values. RFC 8259 leaves the meaning of repeated keys open, so that a
//! proxy that inspects requests may read another value than the server.

use super::limits;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonError {
    /// It is not JSON.
    Syntax,
    /// An object has a key twice, at any depth.
    RepeatedKey,
    /// It has more than [`limits::VALUES`] values.
    TooManyValues,
}

/// Parses JSON.
///
/// # Errors
/// [`JsonError`]
pub(super) fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let fault = Cell::new(JsonError::Syntax);
    let reader = Reader { left: &Cell::new(limits::VALUES), fault: &fault };
    let read = reader.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    read.map_err(|_| fault.get())
}

/// Reads a value whose objects have no repeated key.
#[derive(Clone, Copy)]
struct Reader<'a> {
    /// Number of values that may still come.
    left: &'a Cell<usize>,
    /// Why the reader itself ended the reading.
    fault: &'a Cell<JsonError>,
}

impl Reader<'_> {
    fn refuse<E: serde::de::Error>(self, fault: JsonError) -> E {
        self.fault.set(fault);
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| self.refuse(JsonError::TooManyValues))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(self.refuse(JsonError::RepeatedKey));
            }
            let value = entries.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parsed_as_by_the_library() {
        for text in [
            "null",
            "true",
            "\"\\u00e9\\n\"",
            "[0,-1,18446744073709551615,-9223372036854775808,1.5,1e3,-0,-0.0]",
            r#"{"a":{"a":[{"a":1},{"a":2}]},"b":{}}"#,
            " [ ] ",
        ] {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), expected.to_string(), "{text}");
        }
        for text in ["", "[1", "{}x", "{} {}", "1e999", "\"\u{1}\"", "{\"a\":1,}"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        let nested = |depth: usize| parse(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
        assert!(nested(127).is_ok() && nested(128).is_err());
    }

    #[test]
    fn a_repeated_key_is_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":null,"b":2,"a":null}"#,
            r#"{"a":{"b":[{"c":1,"c":2}]}}"#,
        ] {
            assert_eq!(parse(text.as_bytes()), Err(JsonError::RepeatedKey), "{text}");
        }
    }

    #[test]
    fn the_number_of_values_is_limited_at_any_depth() {
        let of = |count: usize| format!("{{\"a\":[{}{{\"b\":[]}}]}}", "0,".repeat(count - 4));
        assert!(parse(of(limits::VALUES).as_bytes()).is_ok());
        assert_eq!(parse(of(limits::VALUES + 1).as_bytes()), Err(JsonError::TooManyValues));
    }
}
