//! A plain GraphQL client.

use serde_json::{Value, json};

/// A caller: anonymous, or with an access token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// HTTP headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body; null when it was not JSON.
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
        self.token.as_deref().expect("an access token")
    }

    /// Sends a document without variables.
    pub async fn ask(&self, document: &str) -> Response {
        self.graphql(document, json!({})).await
    }

    /// Sends a document with variables.
    pub async fn graphql(&self, document: &str, variables: Value) -> Response {
        self.post(&json!({ "query": document, "variables": variables }), &[]).await
    }

    /// Posts a JSON body with additional headers.
    ///
    /// # Panics
    /// When the service cannot be reached.
    pub async fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Response {
        let mut request = self.http.post(&self.url).json(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.json().await.unwrap_or(Value::Null);
        Response { status, headers, body }
    }
}

impl Response {
    /// The data of a response without errors.
    ///
    /// # Panics
    /// With the response when it has an error.
    #[track_caller]
    #[must_use]
    pub fn data(&self) -> &Value {
        assert!(self.status == 200 && self.body.get("errors").is_none(), "{} {:#}", self.status, self.body);
        &self.body["data"]
    }

    /// The payload of a mutation without user errors.
    ///
    /// # Panics
    /// With the payload when it has one.
    #[track_caller]
    #[must_use]
    pub fn payload(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// The code of the first user error of a mutation.
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
