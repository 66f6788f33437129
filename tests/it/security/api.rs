//! F2 to F5, F8, F9 and F14: HTTP as no well-behaved client speaks it, and what holds under load and after mistakes of
//! ours. The other rows of F are shown beside what they are about.

use crate::raw::Raw;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::json;
use service::{IdSource, RandomIds};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use tests::{App, PASSWORD};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

/// A query that asks for a name.
const NAME: &str = r#"{"query":"{ serviceInfo { name } }"}"#;
/// Head of a POST of JSON, up to its length.
const POST: &str = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n";

async fn connect(app: &App) -> TcpStream {
    TcpStream::connect(app.url.strip_prefix("http://").expect("an address")).await.expect("a connection")
}

/// Sends bytes as they are; gives all that comes back until the connection ends.
async fn exchange(app: &App, bytes: &[u8]) -> String {
    let mut stream = connect(app).await;
    // Whoever refuses a request may stop reading it.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// How many answers there are, and the status of the first.
fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer.match_indices("HTTP/1.1 ").map(|(at, start)| &answer[at + start.len()..]);
    lines.map(|rest| rest[..3].parse().expect("a status")).collect()
}

#[tokio::test]
async fn f2_every_answer_says_what_it_is_and_in_which_letters() {
    let app = App::start().await;
    for (path, ty) in [
        ("/graphql?query=%7B__typename%7D", "application/json; charset=utf-8"),
        ("/graphql?query=%7B", "application/json; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/readyz", "text/plain; charset=utf-8"),
        ("/playground", "text/html; charset=utf-8"),
    ] {
        let reply = Raw::new("GET", path).send(&app.url).await;
        assert_eq!(reply.header("content-type"), Some(ty), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let keys = Raw::new("GET", "/.well-known/jwks.json").send(&app.url).await;
    let ty = keys.header("content-type").expect("a type").to_owned();
    assert!(ty.starts_with("application/jwk-set+json") || ty.starts_with("application/json"), "{ty}");
}

#[tokio::test]
async fn f3_no_path_takes_a_method_that_it_has_no_use_for() {
    let app = App::start().await;
    for path in ["/healthz", "/readyz", "/.well-known/jwks.json", "/playground", "/"] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"] {
            let reply = Raw::new(method, path).header("X-Echo", "shown back").send(&app.url).await;
            assert!([404, 405].contains(&reply.status), "{method} {path}: {}", reply.status);
            assert!(reply.status != 405 || reply.header("allow").is_some(), "{method} {path}");
            assert!(!reply.text.contains("shown back"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn f4_where_a_request_ends_can_be_read_in_one_way_only() {
    let app = App::start().await;
    let length = NAME.len();
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let requests = [
        ("two lengths", format!("{POST}Content-Length: {length}\r\nContent-Length: 5\r\n\r\n{NAME}{smuggled}")),
        ("a list of lengths", format!("{POST}Content-Length: {length}, 5\r\n\r\n{NAME}{smuggled}")),
        ("a length with a sign", format!("{POST}Content-Length: +{length}\r\n\r\n{NAME}{smuggled}")),
        ("a length that is no number", format!("{POST}Content-Length: 0x{length:x}\r\n\r\n{NAME}{smuggled}")),
        ("a negative length", format!("{POST}Content-Length: -1\r\n\r\n{NAME}{smuggled}")),
        ("a coding that is none", format!("{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("chunks that are not last", format!("{POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}")),
        ("a blank before the colon", format!("{POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("a folded header", format!("{POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("a chunk of no size", format!("{POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{NAME}\r\n0\r\n\r\n{smuggled}")),
        ("a bare line end", format!("{POST}Transfer-Encoding: chunked\r\n\r\n5\n{NAME}\r\n0\r\n\r\n{smuggled}")),
        ("a byte that no header has", format!("{POST}Host: b\0\r\nContent-Length: {length}\r\n\r\n{NAME}{smuggled}")),
    ];
    for (what, request) in requests {
        let answer = exchange(&app, request.as_bytes()).await;
        let statuses = statuses(&answer);
        assert!(statuses.len() <= 1, "{what}: {answer}");
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{what}: {answer}");
        assert!(!answer.contains("alive"), "{what}: {answer}");
    }
    // Chunks win over a length (RFC 9112, 6.3), and the connection ends after it.
    let both =
        format!("{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{NAME}\r\n0\r\n\r\n");
    let answer = exchange(&app, format!("{both}{smuggled}").as_bytes()).await;
    assert!(statuses(&answer).len() <= 1 && !answer.contains("alive"), "{answer}");
    let alive = exchange(&app, smuggled.as_bytes()).await;
    assert!(alive.contains("alive"), "{alive}");
}

#[tokio::test]
async fn f5_addresses_headers_and_packed_bodies_are_bounded() {
    let app = App::start().await;
    let long_address = Raw::new("GET", &format!("/graphql?query={}", "a".repeat(200_000))).send(&app.url).await;
    assert_eq!(long_address.status, 414);
    let head = |bytes: usize| {
        let value = "a".repeat(bytes);
        let app = &app;
        async move { Raw::new("GET", "/healthz").header("X-Long", value).send(&app.url).await.status }
    };
    assert_eq!(head(16_000).await, 200);
    assert_eq!(head(1_000_000).await, 431);
    let many: String = (0..200).map(|number| format!("X-{number}: a\r\n")).collect();
    let answer = exchange(&app, format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes()).await;
    assert_eq!(statuses(&answer), [431]);

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![b' '; 50 << 20]).expect("memory");
    let bomb = packed.finish().expect("a small body");
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        let request = Raw::new("POST", "/graphql").header("Content-Type", "application/json");
        let reply = request.header("Content-Encoding", coding).body(bomb.clone()).send(&app.url).await;
        assert_eq!(reply.status, 415, "{coding}");
    }
    assert_eq!(head(1).await, 200);
}

#[tokio::test]
async fn f8_idle_and_half_sent_requests_hold_nobody_up() {
    let app = App::start().await;
    let mut held = Vec::new();
    for number in 0..1_000 {
        let mut stream = connect(&app).await;
        match number % 4 {
            0 => stream.write_all(b"GET /heal").await.expect("a connection"),
            1 => stream.write_all(POST.as_bytes()).await.expect("a connection"),
            2 => {
                let begun = format!("{POST}Content-Length: 100000\r\n\r\n{{");
                stream.write_all(begun.as_bytes()).await.expect("a connection");
            }
            _ => {}
        }
        held.push(stream);
    }
    for _ in 0..20 {
        assert_eq!(app.anonymous().ask("{ serviceInfo { name } }").await.data()["serviceInfo"]["name"], "Keyward");
    }
    drop(held);
    let _ = app.user("ana").create().await;
}

#[tokio::test]
async fn f8_requests_sent_ahead_are_answered_one_by_one_in_their_order() {
    let app = App::start().await;
    let get = |document: &str, end: &str| {
        format!("GET /graphql?query={document} HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n{end}\r\n")
    };
    let ahead: String = (0..50).map(|number| get(&format!("%7Bn{number}:__typename%7D"), "")).collect();
    let answer =
        exchange(&app, format!("{ahead}{}", get("%7Blast:__typename%7D", "Connection: close\r\n")).as_bytes()).await;
    assert_eq!(statuses(&answer), [200; 51]);
    let places: Vec<_> = (0..50).map(|number| answer.find(&format!("\"n{number}\"")).expect("an answer")).collect();
    assert!(places.is_sorted() && answer.contains("\"last\""), "{places:?}");
}

/// What this looks like on the clock is measured by `scripts/flood`.
#[tokio::test]
async fn f9_a_flood_of_sign_ins_is_refused_beyond_a_short_queue_and_guarded_queries_go_on() {
    let app = App::builder().config(|config| {
        (config.password.memory_kib, config.password.threads, config.password.queue) = (4_096, 1, 2);
    });
    let app = app.start().await;
    let ana = app.user("ana").create().await;
    let login = json!({ "username": "ana", "password": PASSWORD });
    let flood = join_all((0..16).map(|_| async {
        let mut codes = Vec::new();
        for _ in 0..4 {
            let answer = app.anonymous().act("login", login.clone()).await.answer;
            let code = match answer.body["errors"].is_array() {
                true => answer.error().to_owned(),
                false => "done".to_owned(),
            };
            codes.push(code);
        }
        codes
    }));
    let queries = async {
        for _ in 0..40 {
            assert_eq!(ana.ask("{ me { username } }").await.data()["me"]["username"], "ana");
        }
    };
    let (codes, ()) = tokio::join!(flood, queries);
    let codes = codes.concat();
    assert!(codes.iter().all(|code| ["done", "SERVICE_UNAVAILABLE"].contains(&code.as_str())), "{codes:?}");
    assert!(codes.iter().any(|code| code == "done") && codes.iter().any(|code| code != "done"), "{codes:?}");
    let _ = app.login("ana").await;
}

/// A source of identifiers that breaks at the next but one, once it is told to.
#[derive(Clone, Debug)]
struct Breaking(Arc<AtomicI32>);

impl IdSource for Breaking {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        assert!(self.0.fetch_sub(1, Ordering::SeqCst) != 1, "a mistake of ours, at {now}");
        RandomIds.next(now)
    }
}

#[tokio::test]
async fn f14_a_panic_is_a_500_of_one_request_and_the_process_lives() {
    let countdown = Arc::new(AtomicI32::new(0));
    let app = App::builder().ids(Breaking(Arc::clone(&countdown))).start().await;
    let ana = app.user("ana").create().await;
    // The first identifier names the request, the second is to name the session.
    countdown.store(2, Ordering::SeqCst);
    let login = json!({ "username": "ana", "password": PASSWORD });
    let answer = app.anonymous().act("login", login).await.answer;
    assert_eq!((answer.status, answer.error()), (500, "INTERNAL_SERVER_ERROR"));
    assert_eq!(
        answer.body["errors"][0]["extensions"]["requestId"],
        answer.headers["x-request-id"].to_str().expect("a text")
    );
    assert!(answer.body.get("data").is_none());
    for leak in ["mistake of ours", "panicked", ".rs", "Uuid"] {
        assert!(!answer.body.to_string().contains(leak), "{:#}", answer.body);
    }
    assert_eq!(ana.ask("{ me { username } }").await.data()["me"]["username"], "ana");
    let _ = app.login("ana").await;
}
