//! `/.well-known/jwks.json`: the keys with which other services verify tokens.

use super::{jwks, keys, kid, published, revoke, rotate};
use crate::raw::Raw;
use chrono::TimeDelta;
use serde_json::Value;
use service::keys::SigningAlgorithm;
use tests::{App, PROMISED, eventually};

fn names(jwk: &Value) -> String {
    jwk.as_object().expect("a key").keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn d20_only_public_keys_are_published_with_id_use_and_algorithm() {
    let expected = [
        (SigningAlgorithm::EdDsa, "alg crv kid kty use x"),
        (SigningAlgorithm::Es256, "alg crv kid kty use x y"),
        (SigningAlgorithm::Rs256, "alg e kid kty n use"),
    ];
    for (algorithm, members) in expected {
        let app = App::builder().config(|config| config.token.algorithm = algorithm).start().await;
        let ana = app.user("ana").create().await;
        let jwks = jwks(&app).await;
        assert_eq!(names(&jwks), "keys");
        let [key] = jwks["keys"].as_array().expect("a list").as_slice() else { panic!("one key: {jwks}") };
        assert_eq!(names(key), members, "and nothing private");
        assert_eq!((&key["use"], &key["alg"]), (&"sig".into(), &algorithm.as_str().into()));
        assert_eq!(key["kid"], kid(ana.token()).as_str());
        assert_eq!(key["kid"].as_str().map(str::len), Some(43), "the thumbprint of RFC 7638");
    }
}

#[tokio::test]
async fn d20_a_secret_is_never_published() {
    let app = App::builder().config(|config| config.token.algorithm = SigningAlgorithm::Hs256).start().await;
    let ana = app.user("ana").create().await;
    assert_eq!(jwks(&app).await, serde_json::json!({ "keys": [] }));
    assert_eq!(crate::identity::whoami(&ana).await, "ana");
    assert_eq!(crate::identity::whoami(&ana.at(&app.replica().await)).await, "ana");
}

#[tokio::test]
async fn d20_keys_overlap_during_a_rotation() {
    let app = App::start().await;
    let other = app.replica().await;
    let root = app.admin().await;
    let first = published(&app).await;
    let second = rotate(root, 60).await;
    let both = vec![second["kid"].as_str().expect("an id").to_owned(), first[0].clone()];
    assert_eq!(published(&app).await, both);
    eventually(PROMISED, async || published(&other).await, |kids| *kids == both).await;
    app.clock.advance(TimeDelta::minutes(60) - TimeDelta::milliseconds(1));
    assert_eq!(published(&app).await, both);
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(published(&app).await, both[..1], "until the grace has ended");
    assert_eq!(published(&other).await, both[..1]);
}

#[tokio::test]
async fn a_revoked_key_is_not_published() {
    let app = App::start().await;
    let other = app.replica().await;
    let root = app.admin().await;
    let old = keys(root).await.remove(0);
    let _ = rotate(root, 60).await;
    let _ = revoke(&*app.login("root").await, &old).await;
    for app in [&app, &other] {
        let is_gone = |kids: &Vec<String>| kids.len() == 1 && old["kid"] != kids[0].as_str();
        eventually(PROMISED, async || published(app).await, is_gone).await;
    }
}

#[tokio::test]
async fn caches_store_it_for_a_minute_and_revalidate() {
    let app = App::start().await;
    let get = Raw::new("GET", "/.well-known/jwks.json");
    let answer = get.send(&app.url).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("public, max-age=60")));
    assert_eq!(answer.header("content-type"), Some("application/jwk-set+json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("set-cookie"), None);
    let tag = answer.header("etag").expect("a tag").to_owned();
    let known = Raw::new("GET", "/.well-known/jwks.json").header("If-None-Match", tag.clone());
    let unchanged = known.send(&app.url).await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
    let _ = rotate(app.admin().await, 60).await;
    let changed = known.send(&app.url).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn the_key_set_is_read_only() {
    let app = App::start().await;
    let length = Raw::new("GET", "/.well-known/jwks.json").send(&app.url).await.text.len().to_string();
    let head = Raw::new("HEAD", "/.well-known/jwks.json").send(&app.url).await;
    assert_eq!((head.status, head.text.as_str(), head.header("content-length")), (200, "", Some(length.as_str())));
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let answer = Raw::new(method, "/.well-known/jwks.json").send(&app.url).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}
