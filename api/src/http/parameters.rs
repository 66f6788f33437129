//! What a GraphQL request says: from a body or a query string to text, operation and variables.

use async_graphql::Variables;
use poem::Request;
use serde_json::{Map, Value};

/// A GraphQL request (GraphQL over HTTP, 5).
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) query: String,
    pub(super) operation: Option<String>,
    pub(super) variables: Variables,
}

impl Parameters {
    /// Reads a body of JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, &'static str> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(parameters)) => Self::from_object(parameters),
            Ok(Value::Array(_)) => Err("send one operation at a time: batches are not taken"),
            Ok(_) => Err("the body is a JSON object with `query`"),
            Err(_) => Err("the body is not JSON"),
        }
    }

    /// Reads a query string.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn from_query_string(request: &Request) -> Result<Self, &'static str> {
        let pairs = request.params::<Vec<(String, String)>>().map_err(|_| "the query string cannot be read")?;
        let mut parameters = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" | "operationName" => Value::String(text),
                "variables" | "extensions" if text.is_empty() => Value::Null,
                "variables" | "extensions" => {
                    serde_json::from_str(&text).map_err(|_| "`variables` and `extensions` are JSON objects")?
                }
                _ => continue,
            };
            if parameters.insert(name, value).is_some() {
                return Err("each parameter is given once");
            }
        }
        Self::from_object(parameters)
    }

    fn from_object(mut parameters: Map<String, Value>) -> Result<Self, &'static str> {
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_null());
        let query = match take("query") {
            Some(Value::String(query)) => query,
            Some(_) => return Err("`query` is a text"),
            None => return Err("`query` is needed"),
        };
        let operation = match take("operationName") {
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err("`operationName` is a text"),
            None => None,
        };
        let variables = match take("variables") {
            Some(variables @ Value::Object(_)) => Variables::from_json(variables),
            Some(_) => return Err("`variables` is an object"),
            None => Variables::default(),
        };
        match take("extensions") {
            Some(Value::Object(_)) | None => Ok(Self { query, operation, variables }),
            Some(_) => Err("`extensions` is an object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::Uri;

    #[test]
    fn a_body_says_what_to_run() {
        let body = br#"{"query":"{me{id}}","operationName":null,"variables":{"a":[1]},"extensions":{},"other":1}"#;
        let parameters = Parameters::from_json(body).expect("sound");
        assert_eq!((parameters.query.as_str(), parameters.operation), ("{me{id}}", None));
        assert_eq!(parameters.variables.len(), 1);
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
        ];
        for body in bodies {
            assert!(Parameters::from_json(body.as_bytes()).is_err(), "{body}");
        }
        let nested = format!("{{\"query\":\"a\",\"variables\":{}{}}}", "{\"a\":".repeat(1_000), "}".repeat(1_000));
        assert!(Parameters::from_json(nested.as_bytes()).is_err());
    }

    #[test]
    fn a_query_string_says_what_to_run() {
        let read = |text: &'static str| {
            Parameters::from_query_string(&Request::builder().uri(Uri::from_static(text)).finish())
        };
        let parameters =
            read("/graphql?query=%7Bme%7Bid%7D%7D&operationName=A&variables=%7B%22a%22%3A1%7D").expect("sound");
        assert_eq!((parameters.query.as_str(), parameters.operation.as_deref()), ("{me{id}}", Some("A")));
        assert_eq!(parameters.variables.len(), 1);
        for text in
            ["/graphql", "/graphql?query=a&query=b", "/graphql?query=a&variables=x", "/graphql?query=a&variables=1"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
