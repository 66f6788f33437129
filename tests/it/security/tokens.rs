//! D1 to D3, D10 and D11: signatures, algorithms, keys, and what is no token at all.

use super::forger::Forger;
use crate::identity::{decode, encode, who, whoami};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use service::keys::SigningAlgorithm;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use tests::{App, Client};

async fn told(app: &App, token: &str) -> String {
    whoami(&app.anonymous().with_token(token)).await
}

/// Header, claims and signature, as they are written.
fn parts(token: &str) -> [&str; 3] {
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
        assert_eq!(told(&app, &token).await, "INVALID", "{token}");
    }
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn d1_every_changed_character_of_the_signature_counts() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let start = ana.token().rfind('.').expect("a signature") + 1;
    for at in (start..ana.token().len()).step_by(5).chain([ana.token().len() - 1]) {
        let mut token = ana.token().to_owned().into_bytes();
        token[at] = if token[at] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(token).expect("ASCII");
        assert_eq!(told(&app, &token).await, "INVALID", "{at}");
    }
}

#[tokio::test]
async fn d2_unsigned_tokens_of_all_27_shapes_are_refused() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let (header, _) = decode(ana.token());
    let [_, body, signature] = parts(ana.token());
    let algorithms = [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!(" none"),
        json!("none\0"),
        json!(""),
        Value::Null,
        json!(["none"]),
    ];
    for algorithm in algorithms {
        let mut header = header.clone();
        header["alg"] = algorithm.clone();
        for signature in ["", signature, "AA"] {
            let token = format!("{}.{body}.{signature}", encode(&header));
            assert_eq!(told(&app, &token).await, "INVALID", "{algorithm} {signature}");
        }
    }
}

#[tokio::test]
async fn d2_only_the_keys_own_algorithm_is_accepted() {
    for algorithm in SigningAlgorithm::ALL {
        let app = App::builder().config(|config| config.token.algorithm = algorithm).start().await;
        let ana = app.user("ana").create().await;
        let (header, _) = decode(ana.token());
        assert_eq!((&header["alg"], whoami(&ana).await.as_str()), (&json!(algorithm.as_str()), "ana"));
        let [_, body, signature] = parts(ana.token());
        for other in ["EdDSA", "ES256", "ES384", "RS256", "RS512", "PS256", "HS256", "HS384", "HS512", "ES256K"] {
            let mut header = header.clone();
            header["alg"] = json!(other);
            let token = format!("{}.{body}.{signature}", encode(&header));
            // Its own is refused as well: the header is signed, and here it is written in another order.
            assert_eq!(told(&app, &token).await, "INVALID", "{other} for {algorithm}");
        }
    }
}

/// A public key as others may have it at hand: DER (SubjectPublicKeyInfo), PEM with and without white space,
/// the JWK, its bare numbers, and nothing at all.
fn forms(jwk: &Value) -> Vec<Vec<u8>> {
    let bytes = |member: &str| BASE64.decode(jwk[member].as_str().expect("a number")).expect("base64url");
    let der = match jwk["kty"].as_str() {
        Some("OKP") => [&hex("302a300506032b6570032100"), bytes("x").as_slice()].concat(),
        Some("EC") => {
            let prefix = hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
            [&prefix, bytes("x").as_slice(), &bytes("y")].concat()
        }
        _ => {
            let numbers = [positive(&bytes("n")), positive(&bytes("e"))].concat();
            let key = [vec![0], tagged(0x30, &numbers)].concat();
            let named = hex("300d06092a864886f70d0101010500");
            tagged(0x30, &[named, tagged(0x03, &key)].concat())
        }
    };
    let text = STANDARD.encode(&der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    let main = if jwk["kty"] == "RSA" { bytes("n") } else { bytes("x") };
    vec![
        der,
        pem.clone().into_bytes(),
        format!("{pem}\n").into_bytes(),
        format!("\n{pem}\n").into_bytes(),
        format!("  {pem}").into_bytes(),
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "").into_bytes(),
        text.into_bytes(),
        jwk.to_string().into_bytes(),
        jwk["kid"].as_str().expect("an id").as_bytes().to_vec(),
        main,
        Vec::new(),
    ]
}

fn hex(text: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(pair).collect()
}

/// DER: a tag, a length of two bytes, what is inside.
fn tagged(tag: u8, inside: &[u8]) -> Vec<u8> {
    let length = u16::try_from(inside.len()).expect("short enough").to_be_bytes();
    [&[tag, 0x82], length.as_slice(), inside].concat()
}

fn positive(number: &[u8]) -> Vec<u8> {
    tagged(0x02, &[&[0], number].concat())
}

#[tokio::test]
async fn d2_a_public_key_is_no_secret_to_sign_with() {
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Es256, SigningAlgorithm::Rs256] {
        let app = App::builder().config(|config| config.token.algorithm = algorithm).start().await;
        let ana = app.user("ana").create().await;
        let jwks = crate::keys::jwks(&app).await;
        let [_, body, _] = parts(ana.token());
        let hashes = [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)];
        for (name, hash) in hashes {
            for secret in forms(&jwks["keys"][0]) {
                let header = json!({ "alg": name, "typ": "at+jwt", "kid": jwks["keys"][0]["kid"] });
                let message = format!("{}.{body}", encode(&header));
                let signature = hmac::sign(&hmac::Key::new(hash, &secret), message.as_bytes());
                let token = format!("{message}.{}", BASE64.encode(signature));
                let shown = String::from_utf8_lossy(&secret).into_owned();
                assert_eq!(told(&app, &token).await, "INVALID", "{name} {shown}");
            }
        }
    }
}

#[tokio::test]
async fn d3_keys_come_from_the_service_and_never_from_a_token() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener that does not wait");
    let url = |path: &str| json!(format!("http://{}/{path}", listener.local_addr().expect("an address")));
    let (stranger, trusted) = (Forger::stranger(), Forger::trusted_by(&app).await);
    let (header, _) = decode(ana.token());
    let mut jwk = stranger.jwk();
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
        ("epk", stranger.jwk()),
        ("url", url("account")),
    ];
    for (member, value) in &members {
        // Signed with a key of the attacker's own, under its id and under ours; and with a key that is trusted.
        for kid in [header["kid"].clone(), json!(stranger.kid), value.clone()] {
            let mut header = header.clone();
            header["kid"] = kid;
            header[*member] = value.clone();
            let token = stranger.sign(&header, &decode(ana.token()).1);
            assert_eq!(told(&app, &token).await, "INVALID", "{member}");
        }
        let token = trusted.with_header(&ana, member, Some(value.clone()));
        assert_eq!(told(&app, &token).await, "INVALID", "{member}, signed with a key that is trusted");
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
        let token = stranger.sign(&header, &decode(ana.token()).1);
        assert_eq!(told(&app, &token).await, "INVALID", "{kid:.80}");
    }
    let called = listener.accept().map(|(_, from)| from);
    assert!(called.is_err(), "somebody fetched a key: {called:?}");
}

#[tokio::test]
async fn d10_whatever_is_no_token_is_refused_at_once() {
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
        assert_eq!(told(&app, &token).await, "INVALID", "{token:.60}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{token:.60}");
    }
    assert_eq!(whoami(&ana).await, "ana");
}

async fn who_by(client: &Client, headers: &[(&str, &str)]) -> String {
    who(&client.post(&json!({ "query": "{ me { username } }" }), headers).await)
}

#[tokio::test]
async fn d11_one_credential_comes_in_the_authorization_header() {
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
