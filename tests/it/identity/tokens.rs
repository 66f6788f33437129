//! Access tokens: claims, lifetime, and invalid ones.

use super::{decode, refresh, text, whoami};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client};

#[tokio::test]
async fn a_token_has_subject_audience_expiry_and_roles() {
    let app = App::start().await;
    app.role("clerk").create().await;
    app.role("accountant").inheriting("clerk").create().await;
    let _ = app.user("ana").with_role("accountant").create().await;
    let ana = app.login("ana").await;
    let viewer = ana.ask("{ viewer { policyRevision session { id } user { id } } }").await;
    let viewer = &viewer.data()["viewer"];

    let (header, claims) = decode(ana.token());
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    assert!(header["kid"].as_str().is_some_and(|kid| !kid.is_empty()));
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("keyward"), &json!("keyward")));
    assert_eq!((&claims["sub"], &claims["sid"]), (&viewer["user"]["id"], &viewer["session"]["id"]));
    assert_eq!(claims["pv"], viewer["policyRevision"]);
    let mut roles: Vec<_> = claims["roles"].as_array().expect("roles").iter().filter_map(Value::as_str).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["accountant", "clerk", "user"]);

    let now = app.service.now().timestamp();
    let seconds = |claim: &str| claims[claim].as_i64().unwrap_or_else(|| panic!("{claim} in whole seconds"));
    assert_eq!((seconds("iat"), seconds("exp")), (now, now + 600));
    assert!(seconds("nbf") <= now);
    let names: Vec<_> = claims.as_object().expect("claims").keys().map(String::as_str).collect();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "jti", "nbf", "pv", "roles", "sid", "sub"], "and nothing else");
}

#[tokio::test]
async fn every_token_has_a_unique_id() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let refreshed = text(&refresh(&app, &ana.refresh_token).await, "accessToken");
    let ids = [ana.token(), &refreshed, app.login("ana").await.token()].map(|token| decode(token).1["jti"].clone());
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn issuer_audience_and_lifetime_are_configurable_and_verified() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let other =
        app.replica_builder().config(|config| config.token.audience = "somewhere else".to_owned()).start().await;
    assert_eq!(whoami(&ana.at(&other)).await, "INVALID");
    let there = other.login("ana").await;
    assert_eq!(decode(there.token()).1["aud"], "somewhere else");
    assert_eq!(whoami(&there.at(&app)).await, "INVALID");

    let other =
        app.replica_builder().config(|config| config.token.issuer = "https://id.example".to_owned()).start().await;
    assert_eq!(whoami(&ana.at(&other)).await, "INVALID");
    assert_eq!(whoami(&other.login("ana").await.at(&app)).await, "INVALID");
}

#[tokio::test]
async fn a_token_expires_by_the_clock() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::seconds(599));
    assert_eq!(whoami(&ana).await, "ana");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(whoami(&ana).await, "EXPIRED");
    assert_eq!(whoami(&ana.at(&app.replica().await)).await, "EXPIRED");
}

#[tokio::test]
async fn fields_that_depend_on_the_caller_report_a_bad_token_and_others_ignore_it() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(11));
    let answer = ana.ask("{ me { id } serviceInfo { name } users { totalCount } }").await;
    assert_eq!(answer.body["data"], json!({ "me": null, "serviceInfo": { "name": "Keyward" }, "users": null }));
    let errors = answer.body["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error["extensions"]["reason"] == "EXPIRED"), "{errors:?}");
    let answer = ana.ask(r#"{ can(permission: "a:b") }"#).await;
    assert_eq!((&answer.body["data"], answer.error()), (&Value::Null, "UNAUTHENTICATED"));
    let answer = ana.ask("{ viewer { id } }").await;
    assert_eq!((&answer.body["data"]["viewer"], answer.error()), (&Value::Null, "UNAUTHENTICATED"));
}

async fn who_by(client: &Client, headers: &[(&str, &str)]) -> String {
    super::who(&client.post(&json!({ "query": "{ me { username } }" }), headers).await)
}

#[tokio::test]
async fn only_the_token_identifies_the_caller() {
    let app = App::start().await;
    let (ana, root) = (app.user("ana").create().await, app.admin().await);
    let spoofed = [
        ("x-user-id", root.id.as_str()),
        ("x-user", "root"),
        ("x-remote-user", "root"),
        ("x-hasura-role", "superadmin"),
        ("x-role", "superadmin"),
        ("cookie", &format!("access_token={}", root.token())),
    ];
    assert_eq!(who_by(&ana, &spoofed).await, "ana");
    let answer = app.anonymous().post(&json!({ "query": "{ me { username } }" }), &spoofed).await;
    assert_eq!(answer.data()["me"], Value::Null);
    let in_the_address = Client::new(format!("{}/graphql?access_token={}&token={0}", app.url, root.token()));
    assert_eq!(in_the_address.ask("{ me { username } }").await.data()["me"], Value::Null);
}

#[tokio::test]
async fn tokens_of_a_deleted_or_suspended_account_are_rejected_at_once() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let root = app.admin().await;
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    let _ = root.mutate("userSuspend", json!({ "id": ben.id })).await.done();
    assert_eq!((whoami(&ana).await, whoami(&ben).await), ("REVOKED".to_owned(), "REVOKED".to_owned()));
    // Reactivated, ben logs in again; the ended session stays ended.
    let _ = root.mutate("userReactivate", json!({ "id": ben.id })).await.done();
    assert_eq!(whoami(&ben).await, "REVOKED");
    assert_eq!(whoami(&*app.login("ben").await).await, "ben");
}

#[tokio::test]
async fn a_claim_with_too_many_roles_is_omitted() {
    let app = App::start().await;
    let mut ana = app.user("ana");
    for number in 0..20 {
        let name = format!("role-{number:02}-{}", "x".repeat(90));
        app.role(&name).create().await;
        ana = ana.with_role(&name);
    }
    let _ = ana.create().await;
    let ana = app.login("ana").await;
    assert!(decode(ana.token()).1.get("roles").is_none());
    let viewer = ana.ask("{ viewer { roles } }").await;
    assert_eq!(viewer.data()["viewer"]["roles"].as_array().expect("roles").len(), 21);
    assert!(viewer.body["extensions"].get("tokenStale").is_none(), "{:#}", viewer.body);
}
