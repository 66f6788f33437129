//! D1, D3, D10 and D11: signatures, keys, and malformed tokens.

use super::forger::Forger;
use crate::identity::{decode, encode, who, whoami};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use tests::{App, Client};

pub(super) async fn identity(app: &App, token: &str) -> String {
    whoami(&app.anonymous().with_token(token)).await
}

/// Header, claims and signature, as they are written.
pub(super) fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<&str> = token.split('.').collect();
    parts.try_into().expect("three parts")
}

#[tokio::test]
async fn d1_no_part_of_a_token_can_be_altered() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let (header, claims) = decode(ana.token());
    let [head, body, signature] = parts(ana.token());
    let with_header = |member: &str, value: Value| {
        let mut header = header.clone();
        header[member] = value;
        format!("{}.{body}.{signature}", encode(&header))
    };
    let with_claim = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        format!("{head}.{}.{signature}", encode(&claims))
    };
    let reversed: String = signature.chars().rev().collect();
    let altered = [
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}.{body}.{signature}.{signature}"),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{head}.{body}.{signature}="),
        format!("{head}.{body}.{reversed}"),
        format!("{head}.{body}.A{signature}"),
        format!("{head}.{body}.{}", parts(ben.token())[2]),
        with_header("kid", json!("another")),
        with_claim("sub", json!(ben.id)),
        with_claim("exp", json!(4_000_000_000_u64)),
        with_claim("roles", json!(["superadmin"])),
        with_claim("exp", Value::Null),
    ];
    for token in altered {
        assert_eq!(identity(&app, &token).await, "INVALID", "{token}");
    }
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn d1_every_changed_character_of_the_signature_is_detected() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let start = ana.token().rfind('.').expect("a signature") + 1;
    for at in (start..ana.token().len()).step_by(5).chain([ana.token().len() - 1]) {
        let mut token = ana.token().to_owned().into_bytes();
        token[at] = if token[at] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(token).expect("ASCII");
        assert_eq!(identity(&app, &token).await, "INVALID", "{at}");
    }
}

#[tokio::test]
async fn d3_keys_come_from_the_service_and_never_from_a_token() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener that does not wait");
    let url = |path: &str| json!(format!("http://{}/{path}", listener.local_addr().expect("an address")));
    let (forger, trusted) = (Forger::untrusted(), Forger::trusted_by(&app).await);
    let (header, _) = decode(ana.token());
    let mut jwk = forger.jwk();
    jwk["kid"] = header["kid"].clone();
    let members = [
        ("jku", url("jwks.json")),
        ("x5u", url("cert.pem")),
        ("jwk", jwk),
        ("x5c", json!(["AAAA"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
        ("epk", forger.jwk()),
        ("url", url("account")),
    ];
    for (member, value) in &members {
        // Signed with an attacker's key, under its id and under ours; and with a trusted key.
        for kid in [header["kid"].clone(), json!(forger.kid), value.clone()] {
            let mut header = header.clone();
            header["kid"] = kid;
            header[*member] = value.clone();
            let token = forger.sign(&header, &decode(ana.token()).1);
            assert_eq!(identity(&app, &token).await, "INVALID", "{member}");
        }
        let token = trusted.with_header(&ana, member, Some(value.clone()));
        assert_eq!(identity(&app, &token).await, "INVALID", "{member}, signed with a key that is trusted");
    }
    let kids = [
        json!("../../../../dev/null"),
        json!("' UNION SELECT 'AA' --"),
        json!("/etc/passwd"),
        url("key"),
        json!("x".repeat(5_000)),
        json!(""),
        json!(1),
        json!([header["kid"]]),
        Value::Null,
    ];
    for kid in kids {
        let mut header = header.clone();
        header["kid"] = kid.clone();
        let token = forger.sign(&header, &decode(ana.token()).1);
        assert_eq!(identity(&app, &token).await, "INVALID", "{kid:.80}");
    }
    let called = listener.accept().map(|(_, from)| from);
    assert!(called.is_err(), "a key was fetched: {called:?}");
}

#[tokio::test]
async fn d10_malformed_tokens_are_rejected_at_once() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let elsewhere = App::start().await.user("ana").create().await;
    let [head, body, signature] = parts(ana.token());
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let bad = [
        "x".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "null".to_owned(),
        "eyJ9.e30.".to_owned(),
        "x".repeat(20_000),
        format!("{}{}", ana.token(), "A".repeat(10_000)),
        format!("{head}.{}.{signature}", BASE64.encode(&deep)),
        format!("{}.{body}.{signature}", BASE64.encode(&deep)),
        format!("{}.{body}.{signature}", BASE64.encode("{\"alg\":\"EdDSA\"")),
        format!("{}.{body}.{signature}", BASE64.encode([0xff, 0xfe])),
        format!("{}.{body}.{signature}", STANDARD.encode(r#"{"alg":"EdDSA"}??>>"#)),
        elsewhere.token().to_owned(),
    ];
    for token in bad {
        let begun = Instant::now();
        assert_eq!(identity(&app, &token).await, "INVALID", "{token:.60}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{token:.60}");
    }
    assert_eq!(whoami(&ana).await, "ana");
}

async fn who_by(client: &Client, headers: &[(&str, &str)]) -> String {
    who(&client.post(&json!({ "query": "{ me { username } }" }), headers).await)
}

#[tokio::test]
async fn d11_one_credential_is_accepted_in_the_authorization_header() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let anyone = app.anonymous();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(who_by(anyone, &[("authorization", &format!("{scheme} {}", ana.token()))]).await, "ana");
    }
    let (a, b) = (format!("Bearer {}", ana.token()), format!("Bearer {}", ben.token()));
    let bad: [&[(&str, &str)]; 8] = [
        &[("authorization", &a), ("authorization", &b)],
        &[("authorization", &format!("{a}, {b}"))],
        &[("authorization", &format!("Basic {}", ana.token()))],
        &[("authorization", &format!("Bearer: {}", ana.token()))],
        &[("authorization", &format!("Bearer\"{}\"", ana.token()))],
        &[("authorization", ana.token())],
        &[("authorization", "Bearer")],
        &[("authorization", &format!("{a} x"))],
    ];
    for headers in bad {
        assert_eq!(who_by(anyone, headers).await, "INVALID", "{headers:?}");
    }
}
