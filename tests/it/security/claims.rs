//! D4 to D9: required claims. Every token here is signed by a trusted key.

use super::forger::Forger;
use crate::identity::{decode, refresh, whoami};
use serde_json::{Value, json};
use tests::{Actor, App};
use uuid::Uuid;

/// An application, a user, and a forger with a trusted key.
struct World {
    app: App,
    ana: Actor,
    forger: Forger,
}

async fn world() -> World {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let forger = Forger::trusted_by(&app).await;
    let plain = forger.sign(&forger.header(), &decode(ana.token()).1);
    assert_eq!(whoami(&app.anonymous().with_token(plain)).await, "ana", "the forger is good at it");
    World { app, ana, forger }
}

async fn identity(app: &App, token: &str) -> String {
    whoami(&app.anonymous().with_token(token)).await
}

/// Each of these values of a claim makes the token invalid.
async fn assert_invalid(app: &App, ana: &Actor, forger: &Forger, claims: &[(&str, Value)]) {
    for (claim, value) in claims {
        let token = forger.with_claim(ana, claim, Some(value.clone()));
        assert_eq!(identity(app, &token).await, "INVALID", "{claim}: {value}");
    }
}

#[tokio::test]
async fn d4_times_are_whole_seconds_within_range() {
    let World { app, ana, forger } = world().await;
    let now = app.service.now().timestamp();
    let bad = [
        ("exp", json!((now + 600).to_string())),
        ("exp", json!(now as f64 + 600.5)),
        ("exp", Value::Null),
        ("exp", json!([now + 600])),
        ("exp", json!({ "at": now + 600 })),
        ("exp", json!(true)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!((now - 60).to_string())),
        ("nbf", json!(1.5)),
        ("nbf", Value::Null),
        ("nbf", json!(now + 31)),
        ("iat", json!("now")),
        ("iat", json!(now + 3600)),
    ];
    assert_invalid(&app, &ana, &forger, &bad).await;
    // Expired at the second of `exp`; never before it was issued.
    assert_eq!(identity(&app, &forger.with_claim(&ana, "exp", Some(json!(now)))).await, "EXPIRED");
    assert_eq!(identity(&app, &forger.with_claim(&ana, "exp", Some(json!(now + 1)))).await, "ana");
    assert_invalid(&app, &ana, &forger, &[("exp", json!(now - 600)), ("exp", json!(-1)), ("exp", json!(0))]).await;
}

#[tokio::test]
async fn d5_issuer_and_audience_are_exact() {
    let World { app, ana, forger } = world().await;
    let mut bad = Vec::new();
    for claim in ["iss", "aud"] {
        let values = [
            json!("Keyward"),
            json!("keyward "),
            json!(""),
            json!("other"),
            json!(["keyward"]),
            json!(["keyward", "other"]),
            json!([]),
            json!(1),
            Value::Null,
            json!({ "keyward": true }),
        ];
        bad.extend(values.map(|value| (claim, value)));
    }
    assert_invalid(&app, &ana, &forger, &bad).await;
}

#[tokio::test]
async fn d6_a_token_of_another_type_is_no_access_token() {
    let World { app, ana, forger } = world().await;
    for typ in ["JWT", "jwt", "refresh+jwt", "id+jwt", "logout+jwt", "at", "at+jwt ", "application/jwt", ""] {
        let token = forger.with_header(&ana, "typ", Some(json!(typ)));
        assert_eq!(identity(&app, &token).await, "INVALID", "{typ}");
    }
    for typ in [None, Some(Value::Null), Some(json!(1)), Some(json!(["at+jwt"]))] {
        assert_eq!(identity(&app, &forger.with_header(&ana, "typ", typ.clone())).await, "INVALID", "{typ:?}");
    }
    // Media types are case-insensitive, and `application/` is optional (RFC 9068, 4).
    for typ in ["AT+JWT", "application/at+jwt"] {
        assert_eq!(identity(&app, &forger.with_header(&ana, "typ", Some(json!(typ)))).await, "ana", "{typ}");
    }
    assert_eq!(identity(&app, &ana.refresh_token).await, "INVALID", "a refresh token");
    assert_eq!(refresh(&app, ana.token()).await.refused(), "REFRESH_TOKEN_INVALID", "and the other way round");
}

#[tokio::test]
async fn d7_the_subject_exists_and_owns_the_session() {
    let World { app, ana, forger } = world().await;
    let ben = app.user("ben").create().await;
    let unknown = |prefix: &str| json!(service::typeid(prefix, Uuid::from_u128(7)));
    let bad = [
        ("sub", json!(ben.id)),
        ("sub", unknown("user")),
        ("sub", unknown("ses")),
        ("sub", json!("")),
        ("sub", json!("ana")),
        ("sub", json!(1)),
        ("sub", json!("' OR 1=1 --")),
        ("sub", json!([ana.id])),
        ("sub", json!(ana.id.to_uppercase())),
        ("sid", json!("")),
        ("sid", json!(ana.id)),
        ("sid", json!(7)),
    ];
    assert_invalid(&app, &ana, &forger, &bad).await;
    let token = forger.with_claim(&ana, "sid", Some(unknown("ses")));
    assert_eq!(identity(&app, &token).await, "REVOKED", "a session that is not there");
    let _ = app.admin().await.mutate("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(identity(&app, &forger.with_claim(&ana, "pv", Some(json!(1)))).await, "REVOKED");
}

#[tokio::test]
async fn d8_every_claim_is_required() {
    let World { app, ana, forger } = world().await;
    for claim in ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "pv"] {
        assert_eq!(identity(&app, &forger.with_claim(&ana, claim, None)).await, "INVALID", "{claim}");
    }
    assert_eq!(identity(&app, &forger.sign(&forger.header(), &json!({}))).await, "INVALID");
    for claims in [json!([]), json!("ana"), json!(1), Value::Null] {
        assert_eq!(identity(&app, &forger.sign(&forger.header(), &claims)).await, "INVALID", "{claims}");
    }
}

#[tokio::test]
async fn d9_a_token_is_valid_for_minutes_and_holds_no_personal_data() {
    let app = App::start().await;
    let new = json!({
        "username": "ana-maria", "password": tests::PASSWORD, "email": "ana@example.com", "displayName": "Ana Maria",
    });
    let document = "mutation ($username: String!, $password: String!, $email: String, $displayName: String) {
        signup(username: $username, password: $password, email: $email, displayName: $displayName) {
            accessToken userErrors { code path } } }";
    let answer = app.anonymous().graphql(document, new).await;
    let (header, claims) = decode(answer.payload("signup")["accessToken"].as_str().expect("a token"));
    let seconds = |claim: &str| claims[claim].as_i64().expect("seconds");
    assert!((1..=15 * 60).contains(&(seconds("exp") - seconds("iat"))), "{claims}");
    let text = format!("{header}{claims}").to_lowercase();
    for word in ["ana", "maria", "example", "email", "name", "127.0.0.1", "password"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}
