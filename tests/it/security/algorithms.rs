//! D2: signing algorithms.

use super::tokens::{identity, parts};
use crate::identity::{decode, encode, whoami};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use service::keys::SigningAlgorithm;
use tests::App;

#[tokio::test]
async fn d2_unsigned_tokens_of_all_27_shapes_are_rejected() {
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
            assert_eq!(identity(&app, &token).await, "INVALID", "{algorithm} {signature}");
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
            // Its own algorithm fails as well: the header is signed, and is encoded differently here.
            assert_eq!(identity(&app, &token).await, "INVALID", "{other} for {algorithm}");
        }
    }
}

/// A public key in every form available to others: DER (SubjectPublicKeyInfo), PEM with and without white space, the
/// JWK, its raw numbers, and no bytes at all.
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

/// DER: a tag, a length of two bytes, the content.
fn tagged(tag: u8, inside: &[u8]) -> Vec<u8> {
    let length = u16::try_from(inside.len()).expect("short enough").to_be_bytes();
    [&[tag, 0x82], length.as_slice(), inside].concat()
}

fn positive(number: &[u8]) -> Vec<u8> {
    tagged(0x02, &[&[0], number].concat())
}

#[tokio::test]
async fn d2_a_public_key_cannot_be_used_as_an_hmac_secret() {
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
                assert_eq!(identity(&app, &token).await, "INVALID", "{name} {shown}");
            }
        }
    }
}
