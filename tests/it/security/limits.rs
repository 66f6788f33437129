//! A12 with Redis between the replicas: attempts are counted by all replicas together, and by each alone during an
//! outage. Windows follow the clock of Redis.

use crate::identity::redis::{ask, redis, start_with};
use crate::identity::{login, refresh, signup};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::servers::Server;
use tests::{App, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

/// Two replicas with a limit of three attempts per account and minute.
async fn replicas(redis: &Server) -> [App; 2] {
    let change = |config: &mut service::Config| {
        config.limits.login_per_account = 3;
        config.limits.signup_per_address = 3;
        config.limits.refresh_per_session = 3;
    };
    let app = start_with(redis, change).await;
    let other = app.replica().await;
    [app, other]
}

#[tokio::test]
async fn a12_replicas_count_together() {
    let Some(redis) = redis() else { return };
    let [app, other] = replicas(&redis).await;
    let ana = app.user("ana").create().await;
    for app in [&app, &other, &app] {
        assert_eq!(login(app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    for app in [&app, &other] {
        let limited = login(app, "ana", PASSWORD).await;
        assert_eq!(limited.denied(), "RATE_LIMITED");
        let wait = limited.response.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(login(app, "nobody", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    for app in [&other, &app] {
        assert_eq!(signup(app, "ana", PASSWORD).await.refused(), "TAKEN username");
    }
    for app in [&other, &app] {
        assert_eq!(signup(app, "ben", PASSWORD).await.denied(), "RATE_LIMITED");
    }
    for app in [&app, &other, &app] {
        let _ = refresh(app, &ana.refresh_token).await.done();
    }
    assert_eq!(refresh(&other, &ana.refresh_token).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn a12_one_account_has_one_limit_by_all_its_names_on_all_replicas() {
    let Some(redis) = redis() else { return };
    let [app, other] = replicas(&redis).await;
    let new = json!({ "username": "ana", "email": "ana@example.com", "password": PASSWORD });
    let _ = app.anonymous().mutate("signup", new).await.done();
    for (app, name) in [(&app, "ana"), (&other, "ana@example.com"), (&app, "ana")] {
        assert_eq!(login(app, name, WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    for app in [&app, &other] {
        let right = login(app, "ana@example.com", PASSWORD).await;
        assert_eq!(right.refused(), "INVALID_CREDENTIALS", "the password is not looked at");
    }
    assert_eq!(login(&other, "ana@example.com", PASSWORD).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn concurrent_attempts_on_two_replicas_stay_within_the_limit() {
    let Some(redis) = redis() else { return };
    let [app, other] = replicas(&redis).await;
    let attempts = (0..24).map(|number| login(if number % 2 == 0 { &app } else { &other }, "ana", WRONG));
    let answers = futures_util::future::join_all(attempts).await;
    let taken = answers.iter().filter(|tried| tried.response.body["errors"].is_null()).count();
    assert_eq!(taken, 3);
}

#[tokio::test]
async fn the_right_password_resets_the_count_on_all_replicas() {
    let Some(redis) = redis() else { return };
    let [app, other] = replicas(&redis).await;
    let _ = app.user("ana").create().await;
    for _ in 0..2 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    let _ = login(&other, "ana", PASSWORD).await.done();
    for _ in 0..3 {
        assert_eq!(login(&other, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn redis_keys_are_anonymous_and_expire_within_a_minute() {
    let Some(redis) = redis() else { return };
    let [app, _other] = replicas(&redis).await;
    let ana = app.user("ana.maria").create().await;
    let _ = login(&app, "ana.maria", WRONG).await.refused();
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let change = json!({ "currentPassword": WRONG, "newPassword": "rough-waters-under-9-skies" });
    let _ = ana.mutate("passwordChange", change).await.refused();
    let keys: Vec<String> = ask(&redis, &["KEYS", "*"]).await;
    assert_eq!(keys.len(), 7, "{keys:?}");
    for key in keys {
        let (bucket, hash) = key.strip_prefix("keyward:limit:").and_then(|key| key.split_once(':')).expect("a window");
        assert!(bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{key}");
        assert!(hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        let left: i64 = ask(&redis, &["PTTL", &key]).await;
        assert!((1..=60_000).contains(&left), "{key} {left}");
    }
}

#[tokio::test]
async fn a_flushed_redis_grants_no_attempts_beyond_the_limit_of_a_replica() {
    let Some(redis) = redis() else { return };
    let [app, _other] = replicas(&redis).await;
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
        let _: String = ask(&redis, &["FLUSHALL"]).await;
    }
    assert_eq!(login(&app, "ana", WRONG).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn f22_without_its_redis_each_replica_counts_alone() {
    let Some(redis) = redis() else { return };
    let [app, other] = replicas(&redis).await;
    let _ = app.user("ana").create().await;
    assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    drop(redis);
    for (app, left) in [(&app, 2), (&other, 3)] {
        for _ in 0..left {
            assert_eq!(login(app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
        }
        assert_eq!(login(app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
    }
    app.clock.advance(chrono::TimeDelta::minutes(1));
    for app in [&app, &other] {
        let _ = login(app, "ana", PASSWORD).await.done();
    }
}

/// Each timeout costs a fifth of a second; each of these attempts would wait at least twice.
#[tokio::test]
async fn f21_no_request_waits_for_an_unresponsive_redis() {
    let Some(redis) = redis() else { return };
    let app = start_with(&redis, |_| ()).await;
    let _ = app.user("ana").create().await;
    let _: String = ask(&redis, &["CLIENT", "PAUSE", "60000", "ALL"]).await;
    let begun = Instant::now();
    for _ in 0..40 {
        let _ = login(&app, "ana", WRONG).await.refused();
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
