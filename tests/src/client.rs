//! A GraphQL client as plain as a test needs it.

use serde_json::{Value, json};

/// Somebody who sends requests: anonymous, or with an access token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// HTTP headers.
    pub headers: reqwest::header::HeaderMap,
    /// The whole body; null when it was not JSON.
    pub body: Value,
}

impl Client {
    /// An anonymous client of the GraphQL endpoint at `url`.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self { http: reqwest::Client::new(), url, token: None }
    }

    /// The same with an access token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The access token in use.
    ///
    /// # Panics
    /// When the client is anonymous.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("a signed-in client")
    }

    /// Asks without variables.
    pub async fn ask(&self, document: &str) -> Answer {
        self.graphql(document, json!({})).await
    }

    /// Asks with variables.
    pub async fn graphql(&self, document: &str, variables: Value) -> Answer {
        self.post(&json!({ "query": document, "variables": variables }), &[]).await
    }

    /// Posts a body of JSON with more headers.
    ///
    /// # Panics
    /// When the service cannot be reached.
    pub async fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(&self.url).json(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.json().await.unwrap_or(Value::Null);
        Answer { status, headers, body }
    }
}

impl Answer {
    /// The data, when there was not a single error.
    ///
    /// # Panics
    /// With the whole answer when there was one.
    #[track_caller]
    #[must_use]
    pub fn data(&self) -> &Value {
        assert!(self.status == 200 && self.body.get("errors").is_none(), "{} {:#}", self.status, self.body);
        &self.body["data"]
    }

    /// The payload of a mutation's root field, when it lists no user errors.
    ///
    /// # Panics
    /// With the payload when it lists one.
    #[track_caller]
    #[must_use]
    pub fn payload(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// The code of the first user error of a mutation's root field.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn refusal(&self, field: &str) -> &str {
        self.data()[field]["userErrors"][0]["code"].as_str().unwrap_or_else(|| panic!("not refused: {:#}", self.body))
    }

    /// The code of the first top-level error.
    ///
    /// # Panics
    /// When there is none, or it has no code.
    #[track_caller]
    #[must_use]
    pub fn error(&self) -> &str {
        let code = &self.body["errors"][0]["extensions"]["code"];
        code.as_str().unwrap_or_else(|| panic!("no coded error: {} {:#}", self.status, self.body))
    }
}
