//! Connections: how many, for how long, and in which version of HTTP.

use crate::raw::{Raw, connect, exchange, read_to_end};
use api::config::TrustedProxies;
use futures_util::future::join_all;
use std::time::{Duration, Instant};
use tests::App;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
/// Shorter than any test; a test that waits for it waits no longer.
const SHORT: Duration = Duration::from_millis(50);
/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);

/// Sends a request on an open connection, and reads the response.
async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(HEALTH.as_bytes()).await.expect("a connection");
    let mut answer = String::new();
    while !answer.ends_with("alive\n") {
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).await.expect("a connection");
        assert_ne!(length, 0, "the connection has ended: {answer}");
        answer.push_str(std::str::from_utf8(&bytes[..length]).expect("a text"));
    }
    answer
}

/// A connection preface of HTTP/2 (RFC 9113, 3.4) with requests on `streams` streams.
fn http2(streams: u32) -> Vec<u8> {
    let frame = |ty: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
        [&length[1..], &[ty, flags], &stream.to_be_bytes(), payload].concat()
    };
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    for number in 0..streams {
        // POST http://a/ without an end: HPACK indices of the static table, and a literal authority.
        bytes.extend(frame(1, 4, 2 * number + 1, &[0x83, 0x86, 0x84, 0x41, 0x01, b'a']));
    }
    bytes
}

#[tokio::test]
async fn f8_http2_is_not_spoken_so_that_streams_take_no_memory() {
    let app = App::start().await;
    for streams in [0, 1, 101] {
        assert_eq!(exchange(&app.url, &http2(streams)).await, "", "no settings, no responses: the connection ends");
    }
    let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA\r\n";
    let request = HEALTH.replace("\r\n\r\n", &format!("\r\n{upgrade}\r\n"));
    let mut stream = connect(&app.url).await;
    stream.write_all(request.as_bytes()).await.expect("a connection");
    let mut status = [0; 15];
    stream.read_exact(&mut status).await.expect("a response");
    assert_eq!(&status, b"HTTP/1.1 200 OK");

    let flood = http2(5_000);
    let flood = join_all((0..20).map(|_| exchange(&app.url, &flood)));
    let stranger = async {
        let mut times = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            let answer = app.anonymous().ask("{ serviceInfo { name } }").await;
            assert_eq!(answer.data()["serviceInfo"]["name"], "Keyward");
            times.push(begun.elapsed());
        }
        times.sort();
        times
    };
    let (answers, times) = tokio::join!(flood, stranger);
    assert!(answers.iter().all(String::is_empty), "{answers:?}");
    assert!(times[10] < Duration::from_millis(100), "{times:?}");
}

#[tokio::test]
async fn f8_beyond_the_limit_per_address_the_connection_that_waits_longest_is_closed() {
    let app = App::builder().http(|http| {
        (http.connections.max_per_address, http.connections.idle_timeout) = (3, LONG);
    });
    let app = app.start().await;
    let mut silent = connect(&app.url).await;
    let (mut first, mut second) = (connect(&app.url).await, connect(&app.url).await);
    let _ = (ask(&mut first).await, ask(&mut second).await);
    let mut third = connect(&app.url).await;
    let _ = ask(&mut third).await;
    assert_eq!(read_to_end(&mut silent).await, "", "closed");
    let _ = (ask(&mut first).await, ask(&mut second).await, ask(&mut third).await);
}

#[tokio::test]
async fn f8_all_connections_together_are_limited() {
    let app = App::builder().http(|http| (http.connections.max, http.connections.idle_timeout) = (2, LONG));
    let app = app.start().await;
    let mut opened = Vec::new();
    for _ in 0..10 {
        let mut stream = connect(&app.url).await;
        let _ = ask(&mut stream).await;
        opened.push(stream);
    }
    for closed in &mut opened[..8] {
        assert_eq!(read_to_end(closed).await, "");
    }
    for open in &mut opened[8..] {
        let _ = ask(open).await;
    }
}

#[tokio::test]
async fn f8_the_limit_per_address_does_not_apply_to_a_trusted_proxy() {
    let app = App::builder().http(|http| {
        http.connections.max_per_address = 1;
        http.proxies = TrustedProxies::parse("127.0.0.1").expect("a list");
    });
    let app = app.start().await;
    let mut opened = join_all((0..5).map(|_| connect(&app.url))).await;
    for stream in &mut opened {
        let _ = ask(stream).await;
    }
    for stream in &mut opened {
        let _ = ask(stream).await;
    }
}

#[tokio::test]
async fn f8_an_idle_connection_ends_before_and_after_a_response() {
    let app = App::builder().http(|http| http.connections.idle_timeout = SHORT).start().await;
    assert_eq!(read_to_end(&mut connect(&app.url).await).await, "");
    let mut used = connect(&app.url).await;
    used.write_all(HEALTH.as_bytes()).await.expect("a connection");
    let answer = read_to_end(&mut used).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("alive\n"), "{answer}");
}

#[tokio::test]
async fn f8_a_body_that_does_not_come_ends_its_connection() {
    let app = App::builder().http(|http| http.connections.read_timeout = SHORT).start().await;
    for begun in
        ["Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "Content-Length: 1\r\n\r\n"]
    {
        for ty in ["application/json", "text/plain"] {
            let request = format!("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: {ty}\r\n{begun}");
            let answer = exchange(&app.url, request.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 408 Request Timeout"), "{begun} {ty}: {answer}");
        }
    }
    // A header that does not come gets no response.
    assert_eq!(exchange(&app.url, b"POST /graphql HTTP/1.1\r\nHost: a\r\nX-").await, "");
    let whole = Raw::post(&serde_json::json!({ "query": "{ serviceInfo { name } }" })).send(&app.url).await;
    assert_eq!(whole.status, 200);
}
