//! Rules of HTTP messages: headers, hosts, transfer codings, `HEAD`, `Expect` and JSON.

use crate::raw::{Raw, Reply, connect, exchange, read_to_end};
use api::http::limits;
use serde_json::json;
use tests::App;
use tokio::io::AsyncWriteExt as _;

const NAME: &str = r#"{"query":"{ serviceInfo { name } }"}"#;

#[tokio::test]
async fn f5_headers_beyond_32_kib_are_refused_and_longer_targets_have_their_own_status() {
    let app = App::start().await;
    let with = async |length: usize| {
        let head = "GET /healthz HTTP/1.1\r\n";
        let fixed = "Host: a\r\nConnection: close\r\nCookie: ";
        let cookie = "a".repeat(length - fixed.len() - "\r\n".len());
        Reply::read(&exchange(&app.url, format!("{head}{fixed}{cookie}\r\n\r\n").as_bytes()).await)
    };
    assert_eq!(with(limits::HEADER).await.status, 200);
    for length in [limits::HEADER + 1, 100_000, 1_000_000] {
        assert_eq!(with(length).await.status, 431, "{length}");
    }
    let target = async |length: usize| {
        let target = format!("/graphql?query=%7B__typename%7D&padding={}", "a".repeat(length));
        Raw::new("GET", &target).send(&app.url).await.status
    };
    assert_eq!((target(60_000).await, target(70_000).await, target(200_000).await), (200, 414, 414));
    let many = async |number: usize| {
        let lines: String = (2..number).map(|line| format!("X-{line}: a\r\n")).collect();
        let request = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{lines}\r\n");
        Reply::read(&exchange(&app.url, request.as_bytes()).await).status
    };
    assert_eq!((many(100).await, many(101).await), (200, 431));
}

#[tokio::test]
async fn f4_a_request_without_one_valid_host_is_refused() {
    let app = App::start().await;
    let length = NAME.len();
    for (version, hosts, status) in [
        ("1.1", "Host: a\r\n", 200),
        ("1.1", "Host:\r\n", 200),
        ("1.1", "Host: [::1]:8080\r\n", 200),
        ("1.1", "", 400),
        ("1.1", "Host: a\r\nHost: a\r\n", 400),
        ("1.1", "Host: a\r\nHost: b\r\n", 400),
        ("1.1", "Host: a b\r\n", 400),
        ("1.1", "Host: a/b\r\n", 400),
        ("1.1", "Host: a@b\r\n", 400),
        ("1.0", "", 200),
        ("1.0", "Host: a\r\n", 200),
        ("1.0", "Host: a\r\nHost: b\r\n", 400),
    ] {
        let json = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{NAME}");
        for (line, rest) in [("POST /graphql", json.as_str()), ("GET /healthz", "\r\n"), ("GET /nothing", "\r\n")] {
            let request = format!("{line} HTTP/{version}\r\n{hosts}Connection: close\r\n{rest}");
            let reply = Reply::read(&exchange(&app.url, request.as_bytes()).await);
            let expected = if status == 200 && line == "GET /nothing" { 404 } else { status };
            assert_eq!(reply.status, expected, "{line} HTTP/{version} {hosts}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn f4_a_transfer_coding_that_is_not_chunked_is_not_implemented() {
    let app = App::start().await;
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let chunks = format!("{:x}\r\n{NAME}\r\n0\r\n\r\n", NAME.len());
    let coded = async |codings: &str| {
        let head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
        let answer = exchange(&app.url, format!("{head}{codings}\r\n{chunks}{smuggled}").as_bytes()).await;
        (Reply::read(&answer).status, answer.contains("alive"))
    };
    for codings in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: chunked;a=b, chunked\r\n",
    ] {
        assert_eq!(coded(codings).await, (501, false), "{codings}");
    }
    // The length of the body is unknown (RFC 9112, 6.3), or the coding is applied twice.
    for codings in [
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ] {
        assert_eq!(coded(codings).await, (400, false), "{codings}");
    }
    assert_eq!(coded("Transfer-Encoding: Chunked\r\n").await, (200, true));
}

#[tokio::test]
async fn f1_head_responds_as_get_without_the_body() {
    let app = App::start().await;
    for target in [
        "/graphql?query=%7BserviceInfo%7Bname%7D%7D",
        "/graphql?query=%7Bnothing%7D",
        "/graphql?query=mutation%7Blogout%7BendedSessions%7D%7D",
        "/graphql",
        "/healthz",
        "/readyz",
        "/",
        "/playground",
        "/.well-known/jwks.json",
        "/nothing",
    ] {
        let accept = "application/graphql-response+json, */*";
        let get = Raw::new("GET", target).header("Accept", accept).send(&app.url).await;
        let head = Raw::new("HEAD", target).header("Accept", accept).send(&app.url).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{target}");
        // A server may leave the length out (RFC 9110, 9.3.2); this one does for an empty body.
        let empty = ("content-length".to_owned(), "0".to_owned());
        let expected: Vec<_> = get.stable_headers().into_iter().filter(|header| *header != empty).collect();
        assert_eq!(head.stable_headers(), expected, "{target}");
    }
}

/// The response before the client has sent any of the body.
async fn expect(app: &App, ty: &str, length: usize) -> String {
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: {ty}\r\nContent-Length: {length}\r\nExpect: 100-Continue\r\n\r\n"
    );
    let mut stream = connect(&app.url).await;
    stream.write_all(request.as_bytes()).await.expect("a head");
    read_to_end(&mut stream).await
}

#[tokio::test]
async fn f6_a_client_that_expects_100_continue_is_refused_before_it_sends_the_body() {
    // Far longer than the test: no response waits for the body.
    let app = App::builder().http(|http| http.connections.read_timeout = std::time::Duration::from_secs(600));
    let app = app.start().await;
    for (ty, length, status) in
        [("text/plain", NAME.len(), 415), ("application/json", limits::BODY + 1, 413), ("text/plain", 1 << 40, 415)]
    {
        let answer = expect(&app, ty, length).await;
        let reply = Reply::read(&answer);
        assert_eq!((reply.status, reply.error().as_str()), (status, "BAD_USER_INPUT"), "{ty} {length}: {answer}");
    }
    let request = Raw::new("POST", "/graphql").header("Content-Type", "application/json");
    let answer = request.header("Expect", "100-continue").body(NAME).send(&app.url).await;
    assert_eq!(answer.status, 100);
    assert!(answer.text.starts_with("HTTP/1.1 200 OK") && answer.text.contains("Keyward"), "{}", answer.text);
}

#[tokio::test]
async fn f1_a_byte_order_mark_before_the_json_is_ignored() {
    let app = App::start().await;
    let post = || Raw::new("POST", "/graphql").header("Content-Type", "application/json");
    let reply = post().body(format!("\u{feff}{NAME}")).send(&app.url).await;
    assert_eq!(reply.json(), json!({ "data": { "serviceInfo": { "name": "Keyward" } } }));
    let twice = post().body(format!("\u{feff}\u{feff}{NAME}")).send(&app.url).await;
    assert_eq!(twice.status, 400);
}
