//! Access tokens that are rejected.

use super::*;

#[test]
fn no_header_but_ours_is_accepted() {
    let keys = keys();
    let bad = [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS256")),
        ("alg", json!("ES256")),
        ("alg", json!("")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("refresh+jwt")),
        ("typ", json!("application/jwt")),
        ("typ", Value::Null),
        ("kid", Value::Null),
        ("kid", json!(5)),
        ("jku", json!("http://localhost/keys")),
        ("x5u", json!("http://localhost/cert")),
        ("jwk", serde_json::from_str(&keys.public_jwk).unwrap()),
        ("x5c", json!(["AAAA"])),
        ("x5t", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("b64", json!(false)),
    ];
    for (name, value) in bad {
        let mut header = good_header(&keys);
        header[name] = value.clone();
        let token = forge(&keys, &header, &good_claims());
        assert_eq!(check(&keys, &token), Err(TokenError::Invalid), "{name}: {value}");
    }
    let mut header = good_header(&keys);
    header["kid"] = json!("another");
    assert_eq!(check(&keys, &forge(&keys, &header, &good_claims())), Err(TokenError::UnknownKey));
}

#[test]
fn every_claim_is_needed_with_its_type_and_value() {
    let keys = keys();
    for name in ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "pv"] {
        let mut claims = good_claims();
        claims.as_object_mut().unwrap().remove(name);
        let token = forge(&keys, &good_header(&keys), &claims);
        assert_eq!(check(&keys, &token), Err(TokenError::Invalid), "without {name}");
    }
    let bad = [
        ("iss", json!("Keyward")),
        ("iss", json!(["keyward"])),
        ("aud", json!("other")),
        ("aud", json!(["app"])),
        ("aud", json!(["app", "other"])),
        ("sub", json!("")),
        ("sub", json!(1)),
        ("sub", json!("' OR 1=1 --")),
        ("sub", json!(typeid(SESSION, Uuid::from_u128(1)))),
        ("sid", json!(typeid(USER, Uuid::from_u128(2)))),
        ("jti", json!("")),
        ("exp", json!((NOW + 600).to_string())),
        ("exp", json!(1.9e9)),
        ("exp", Value::Null),
        ("exp", json!([NOW + 600])),
        ("exp", json!(u64::MAX)),
        ("nbf", json!((NOW - 60).to_string())),
        ("nbf", json!(NOW + 60)),
        ("nbf", json!(1.5)),
        ("iat", json!("now")),
        ("iat", json!(NOW + 3600)),
        ("pv", json!(-1)),
        ("pv", json!("7")),
        ("roles", json!("clerk")),
        ("roles", json!([1])),
    ];
    for (name, value) in bad {
        let mut claims = good_claims();
        claims[name] = value.clone();
        let token = forge(&keys, &good_header(&keys), &claims);
        assert_eq!(check(&keys, &token), Err(TokenError::Invalid), "{name}: {value}");
    }
}

#[test]
fn a_signature_of_another_kind_or_key_is_refused() {
    let keys = keys();
    let header = BASE64.encode(json!({ "alg": "HS256", "typ": "at+jwt", "kid": keys.signing.kid() }).to_string());
    let message = format!("{header}.{}", BASE64.encode(good_claims().to_string()));
    for secret in
        [b"".as_slice(), keys.public_jwk.as_bytes(), keys.verifying.verifier.key().try_get_as_bytes().unwrap()]
    {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let mac = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        assert_eq!(check(&keys, &format!("{message}.{}", BASE64.encode(mac))), Err(TokenError::Invalid));
    }

    let forged = forge(&super::keys(), &good_header(&keys), &good_claims());
    assert_eq!(check(&keys, &forged), Err(TokenError::Invalid));
}

#[test]
fn a_damaged_token_is_refused() {
    let keys = keys();
    let token = signed(&keys);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let none = BASE64.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let bad = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{token}."),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{header}.{}.{signature}", BASE64.encode(good_claims().to_string().replace("clerk", "chief"))),
        "a".repeat(MAX_LEN + 1),
        format!("{header}.{}.{signature}", "a".repeat(1_000_000)),
        "\0".to_owned(),
        "é.é.é".to_owned(),
    ];
    for token in bad {
        assert_eq!(check(&keys, &token), Err(TokenError::Invalid), "{:.80}", token);
    }
}
