//! F2 to F5, F8, F9 and F14: malformed HTTP, load, and internal errors. Tests of the other rows of F are beside their
//! features.

use crate::raw::{Raw, connect, exchange};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::json;
use service::{IdSource, RandomIds};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use tests::{App, PASSWORD};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

/// A query of one field.
const NAME: &str = r#"{"query":"{ serviceInfo { name } }"}"#;
/// Headers of a POST of JSON, up to the length.
const POST: &str = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n";

/// The status of each response.
fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer.match_indices("HTTP/1.1 ").map(|(at, start)| &answer[at + start.len()..]);
    lines.map(|rest| rest[..3].parse().expect("a status")).collect()
}

#[tokio::test]
async fn f2_every_response_has_a_content_type_with_charset() {
    let app = App::start().await;
    for (path, ty) in [
        ("/graphql?query=%7B__typename%7D", "application/json; charset=utf-8"),
        ("/graphql?query=%7B", "application/json; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/readyz", "application/json; charset=utf-8"),
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
async fn f3_no_path_accepts_an_unused_method() {
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
async fn f4_the_framing_of_a_request_is_unambiguous() {
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
        let answer = exchange(&app.url, request.as_bytes()).await;
        let statuses = statuses(&answer);
        assert!(statuses.len() <= 1, "{what}: {answer}");
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{what}: {answer}");
        assert!(!answer.contains("alive"), "{what}: {answer}");
    }
    // Chunked encoding overrides a length (RFC 9112, 6.3), and the connection ends after it.
    let both =
        format!("{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{NAME}\r\n0\r\n\r\n");
    let answer = exchange(&app.url, format!("{both}{smuggled}").as_bytes()).await;
    assert!(statuses(&answer).len() <= 1 && !answer.contains("alive"), "{answer}");
    let alive = exchange(&app.url, smuggled.as_bytes()).await;
    assert!(alive.contains("alive"), "{alive}");
}

#[tokio::test]
async fn f5_targets_headers_and_compressed_bodies_are_limited() {
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
    let answer = exchange(&app.url, format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes()).await;
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
async fn f8_idle_and_partial_requests_block_no_others() {
    let app = App::start().await;
    let mut held = Vec::new();
    for number in 0..1_000 {
        let mut stream = connect(&app.url).await;
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
async fn f8_pipelined_requests_get_responses_in_order() {
    let app = App::start().await;
    let get = |document: &str, end: &str| {
        format!("GET /graphql?query={document} HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n{end}\r\n")
    };
    let ahead: String = (0..50).map(|number| get(&format!("%7Bn{number}:__typename%7D"), "")).collect();
    let answer =
        exchange(&app.url, format!("{ahead}{}", get("%7Blast:__typename%7D", "Connection: close\r\n")).as_bytes())
            .await;
    assert_eq!(statuses(&answer), [200; 51]);
    let places: Vec<_> = (0..50).map(|number| answer.find(&format!("\"n{number}\"")).expect("an answer")).collect();
    assert!(places.is_sorted() && answer.contains("\"last\""), "{places:?}");
}

/// Durations are measured by `scripts/flood`.
#[tokio::test]
async fn f9_a_flood_of_logins_is_rejected_beyond_a_short_queue_and_guarded_queries_continue() {
    let app = App::builder().config(|config| {
        (config.password.memory_kib, config.password.threads, config.password.queue) = (4_096, Some(1), 2);
    });
    let app = app.start().await;
    let ana = app.user("ana").create().await;
    let login = json!({ "username": "ana", "password": PASSWORD });
    let flood = join_all((0..16).map(|_| async {
        let mut codes = Vec::new();
        for _ in 0..4 {
            let answer = app.anonymous().mutate("login", login.clone()).await.response;
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

/// A source of identifiers that panics at the next but one, once armed.
#[derive(Clone, Debug)]
struct Breaking(Arc<AtomicI32>);

impl IdSource for Breaking {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        assert!(self.0.fetch_sub(1, Ordering::SeqCst) != 1, "a mistake of ours, at {now}");
        RandomIds.next(now)
    }
}

#[tokio::test]
async fn f14_a_panic_is_a_500_of_one_request_and_the_process_continues() {
    let countdown = Arc::new(AtomicI32::new(0));
    let app = App::builder().ids(Breaking(Arc::clone(&countdown))).start().await;
    let ana = app.user("ana").create().await;
    // The first identifier is that of the request, the second that of the session.
    countdown.store(2, Ordering::SeqCst);
    let login = json!({ "username": "ana", "password": PASSWORD });
    let answer = app.anonymous().mutate("login", login).await.response;
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
