//! HTTP as bytes, for requests that no well-behaved client sends.

use serde_json::Value;
use std::fmt::Write as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request, not sent yet.
#[derive(Clone, Debug)]
pub(crate) struct Raw<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Vec<u8>,
    is_chunked: bool,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub text: String,
}

fn address(url: &str) -> &str {
    url.strip_prefix("http://").expect("an address")
}

/// A new connection.
pub(crate) async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(address(url)).await.expect("a connection")
}

/// Sends bytes unchanged on a new connection; returns all bytes received until the connection ends.
pub(crate) async fn exchange(url: &str, bytes: &[u8]) -> String {
    let mut stream = connect(url).await;
    // A server that rejects a request may stop reading it.
    let _ = stream.write_all(bytes).await;
    read_to_end(&mut stream).await
}

/// All bytes until the connection ends.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

impl<'a> Raw<'a> {
    /// A request without a body.
    pub(crate) fn new(method: &'a str, target: &'a str) -> Self {
        Self { method, target, headers: Vec::new(), body: Vec::new(), is_chunked: false }
    }

    /// A POST of JSON to the endpoint.
    pub(crate) fn post(body: &Value) -> Self {
        Self::new("POST", "/graphql").header("Content-Type", "application/json").body(body.to_string())
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the body in chunks, without a length.
    #[must_use]
    pub(crate) fn chunked(mut self) -> Self {
        self.is_chunked = true;
        self
    }

    /// Sends the request on a new connection.
    pub(crate) async fn send(&self, url: &str) -> Reply {
        let address = address(url);
        let mut stream = connect(url).await;
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        match (self.is_chunked, self.body.is_empty()) {
            (true, _) => head.push_str("Transfer-Encoding: chunked\r\n"),
            (false, true) if self.method == "GET" => {}
            (false, _) => drop(write!(head, "Content-Length: {}\r\n", self.body.len())),
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await.expect("a head");
        // A server that rejects a body may stop reading it.
        let _ = self.write_body(&mut stream).await;
        Reply::read(&read_to_end(&mut stream).await)
    }

    async fn write_body(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        if !self.is_chunked {
            return stream.write_all(&self.body).await;
        }
        for chunk in self.body.chunks(16 * 1024) {
            stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
            stream.write_all(chunk).await?;
            stream.write_all(b"\r\n").await?;
        }
        stream.write_all(b"0\r\n\r\n").await
    }
}

impl Reply {
    /// Reads a response as it was received.
    pub(crate) fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
        Self { status: status.unwrap_or_default(), headers, text: body.to_owned() }
    }

    /// A header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// All headers but those that differ between two equal responses, sorted.
    pub(crate) fn stable_headers(&self) -> Vec<(String, String)> {
        let differs = |name: &str| ["date", "x-request-id"].contains(&name);
        let mut stable: Vec<_> = self.headers.iter().filter(|(name, _)| !differs(name)).cloned().collect();
        stable.sort();
        stable
    }

    /// The body.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The code of the first error.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
    }
}
