//! Parameters of a GraphQL request, from a JSON body or a query string.

use super::json::{self, JsonError};
use crate::graphql::error::ErrorCode;
use crate::graphql::response::without_location;
use async_graphql::Variables;
use poem::Request;
use serde_json::{Map, Value};

const TOO_MANY_VALUES: &str = "the body has too many values: at most 100,000, those of lists and objects included";
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The parameters of a request (GraphQL over HTTP, 5).
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) query: String,
    pub(super) operation: Option<String>,
    pub(super) variables: Variables,
}

/// Why a request has no parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParametersError {
    /// What is wrong, in one line.
    Malformed(&'static str),
    /// The hash of a persisted document instead of `query`. Clients then send the document.
    PersistedQuery,
}

impl From<&'static str> for ParametersError {
    fn from(message: &'static str) -> Self {
        Self::Malformed(message)
    }
}

impl Parameters {
    /// Parses a JSON body, with or without a byte-order mark (RFC 8259, 8.1).
    ///
    /// # Errors
    /// [`ParametersError`]
    pub(super) fn from_json(body: &[u8]) -> Result<Self, ParametersError> {
        match json::parse(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)) {
            Ok(Value::Object(parameters)) => Self::from_object(parameters),
            Ok(Value::Array(_)) => Err("batches are not supported: send one operation per request".into()),
            Ok(_) => Err("the body must be a JSON object with `query`".into()),
            Err(JsonError::RepeatedKey) => Err("a key is repeated: name each one once".into()),
            Err(JsonError::TooManyValues) => Err(TOO_MANY_VALUES.into()),
            Err(JsonError::Syntax) => Err("the body is not JSON".into()),
        }
    }

    /// Parses a query string.
    ///
    /// # Errors
    /// [`ParametersError`]
    pub(super) fn from_query_string(request: &Request) -> Result<Self, ParametersError> {
        let pairs = request.params::<Vec<(String, String)>>().map_err(|_| "the query string is malformed")?;
        let mut parameters = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" | "operationName" => Value::String(text),
                "variables" | "extensions" if text.is_empty() => Value::Null,
                "variables" | "extensions" => {
                    json::parse(text.as_bytes()).map_err(|_| "`variables` and `extensions` must be JSON objects")?
                }
                _ => continue,
            };
            if parameters.insert(name, value).is_some() {
                return Err("a parameter is repeated: send each one once".into());
            }
        }
        Self::from_object(parameters)
    }

    fn from_object(mut parameters: Map<String, Value>) -> Result<Self, ParametersError> {
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_null());
        let has_hash = match take("extensions") {
            Some(Value::Object(extensions)) => extensions.get("persistedQuery").is_some_and(Value::is_object),
            Some(_) => return Err("`extensions` must be an object".into()),
            None => false,
        };
        let query = match take("query") {
            Some(Value::String(query)) => query,
            Some(_) => return Err("`query` must be a string".into()),
            None if has_hash => return Err(ParametersError::PersistedQuery),
            None => return Err("`query` is required".into()),
        };
        let operation = match take("operationName") {
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err("`operationName` must be a string".into()),
            None => None,
        };
        let variables = match take("variables") {
            Some(variables @ Value::Object(_)) => Variables::from_json(variables),
            Some(_) => return Err("`variables` must be an object".into()),
            None => Variables::default(),
        };
        Ok(Self { query, operation, variables })
    }
}

/// The response to the hash of a persisted document. Clients look for this message, or for the code.
pub(super) fn persisted_query_not_supported() -> async_graphql::Response {
    let error = ErrorCode::PersistedQueryNotSupported.error("PersistedQueryNotSupported");
    async_graphql::Response::from_errors(vec![without_location(error)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::Uri;

    #[test]
    fn a_body_holds_the_parameters() {
        let body = br#"{"query":"{me{id}}","operationName":null,"variables":{"a":[1]},"extensions":{},"other":1}"#;
        let parameters = Parameters::from_json(body).expect("sound");
        assert_eq!((parameters.query.as_str(), parameters.operation), ("{me{id}}", None));
        assert_eq!(parameters.variables.len(), 1);
        let marked = Parameters::from_json("\u{feff}{\"query\":\"{me{id}}\"}".as_bytes()).expect("sound");
        assert_eq!(marked.query, "{me{id}}");
    }

    #[test]
    fn parameters_of_the_wrong_type_are_refused() {
        let bodies = [
            "",
            "null",
            "[]",
            "[{\"query\":\"{a}\"}]",
            "{}",
            r#"{"query":null}"#,
            r#"{"query":1}"#,
            r#"{"query":"{a}","operationName":{}}"#,
            r#"{"query":"{a}","variables":"{}"}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","extensions":0}"#,
            "{\"query\":\"\u{0}\"",
            r#"{"query":"{a}","query":"{b}"}"#,
            r#"{"query":"{a}","variables":{"a":1,"a":2}}"#,
            r#"{"query":"{a}","other":1,"other":1}"#,
            "\u{feff}\u{feff}{\"query\":\"{a}\"}",
        ];
        for body in bodies {
            assert!(Parameters::from_json(body.as_bytes()).is_err(), "{body}");
        }
        let nested = format!("{{\"query\":\"a\",\"variables\":{}{}}}", "{\"a\":".repeat(1_000), "}".repeat(1_000));
        assert!(Parameters::from_json(nested.as_bytes()).is_err());
    }

    #[test]
    fn a_hash_stands_for_a_persisted_document_only_without_a_query() {
        let extensions = r#""extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"}}"#;
        let read = |body: String| Parameters::from_json(body.as_bytes()).map(|parameters| parameters.query);
        assert_eq!(read(format!("{{{extensions}}}")), Err(ParametersError::PersistedQuery));
        assert_eq!(read(format!(r#"{{"query":null,{extensions}}}"#)), Err(ParametersError::PersistedQuery));
        assert_eq!(read(format!(r#"{{"query":"{{a}}",{extensions}}}"#)), Ok("{a}".to_owned()));
        let required = Err(ParametersError::Malformed("`query` is required"));
        for other in [r#"{"extensions":{}}"#, r#"{"extensions":{"persistedQuery":1}}"#] {
            assert_eq!(read(other.to_owned()), required, "{other}");
        }
    }

    #[test]
    fn a_query_string_holds_the_parameters() {
        let read = |text: &'static str| {
            Parameters::from_query_string(&Request::builder().uri(Uri::from_static(text)).finish())
        };
        let parameters =
            read("/graphql?query=%7Bme%7Bid%7D%7D&operationName=A&variables=%7B%22a%22%3A1%7D").expect("sound");
        assert_eq!((parameters.query.as_str(), parameters.operation.as_deref()), ("{me{id}}", Some("A")));
        assert_eq!(parameters.variables.len(), 1);
        for text in [
            "/graphql",
            "/graphql?query=a&query=b",
            "/graphql?query=a&variables=x",
            "/graphql?query=a&variables=1",
            "/graphql?query=a&variables=%7B%22a%22%3A1%2C%22a%22%3A2%7D",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
