//! Rotation: a new key signs at once, and valid tokens stay valid.

use super::{keys, kid, published, rotate, states};
use crate::identity::{refresh, whoami};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tests::{Actor, App, PASSWORD};

#[tokio::test]
async fn a_new_key_signs_at_once_and_the_old_one_verifies_for_the_grace_period() {
    let app = App::start().await;
    let root = app.admin().await;
    let old = keys(root).await.remove(0);
    let new = rotate(root, 60).await;
    assert_eq!(
        (&new["status"], &new["algorithm"], &new["retiresAt"]),
        (&json!("ACTIVE"), &json!("EdDSA"), &Value::Null)
    );
    assert_eq!(kid(root.token()), old["kid"].as_str().expect("an id"));
    assert_eq!(kid(app.login("root").await.token()), new["kid"].as_str().expect("an id"));
    let [first, second] = keys(root).await.try_into().expect("two keys");
    assert_eq!(first, new, "newest first");
    assert_eq!((&second["id"], &second["status"]), (&old["id"], &json!("RETIRING")));
    let retires_at = second["retiresAt"].as_str().expect("a time");
    let retires_at = DateTime::parse_from_rfc3339(retires_at).expect("a time");
    assert_eq!(retires_at, app.service.now() + TimeDelta::minutes(60));
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(states(&*app.login("root").await).await, ["ACTIVE", "RETIRED"]);
}

#[tokio::test]
async fn a_grace_period_longer_than_tokens_live_covers_every_token() {
    let hour = |config: &mut service::Config| {
        config.token.access_lifetime = Duration::from_secs(60 * 60);
        config.session.idle = Duration::from_secs(2 * 60 * 60);
    };
    let app = App::builder().config(hour).start().await;
    let root = app.admin().await;
    let _ = rotate(root, 60).await;
    let retires_at = keys(root).await[1]["retiresAt"].clone();
    let retires_at = DateTime::parse_from_rfc3339(retires_at.as_str().expect("a time")).expect("a time");
    let after_the_last = TimeDelta::minutes(60) + TimeDelta::seconds(5);
    assert_eq!(retires_at, app.service.now() + after_the_last, "other replicas may sign with it for some moments");
    app.clock.advance(TimeDelta::minutes(60) - TimeDelta::seconds(1));
    assert_eq!(whoami(root).await, "root");
}

#[tokio::test]
async fn after_a_shorter_grace_period_a_refresh_succeeds() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let _ = rotate(root, 5).await;
    app.clock.advance(TimeDelta::minutes(5) - TimeDelta::milliseconds(1));
    assert_eq!(whoami(&ana).await, "ana");
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(whoami(&ana).await, "EXPIRED", "clients refresh without a login");
    assert_eq!(whoami(&ana.at(&app.replica().await)).await, "EXPIRED");
    let refreshed = refresh(&app, &ana.refresh_token).await;
    let token = refreshed.done()["accessToken"].as_str().expect("a token");
    assert_eq!(whoami(&app.anonymous().with_token(token)).await, "ana");
}

#[tokio::test]
async fn without_a_grace_period_the_old_key_is_rejected() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let _ = rotate(root, 0).await;
    assert_eq!(whoami(&ana).await, "EXPIRED");
    assert_eq!(published(&app).await.len(), 1);
}

#[tokio::test]
async fn after_a_rotation_a_client_refreshes_without_a_login() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let _ = rotate(root, 10).await;
    app.clock.advance(TimeDelta::minutes(29));
    assert_eq!(whoami(&ana).await, "EXPIRED", "the key is gone, and the session is not");
    let _ = refresh(&app, &ana.refresh_token).await.done();
    // A logout with such a token succeeds.
    let late = app.login("ana").await;
    let _ = rotate(&*app.login("root").await, 0).await;
    assert_eq!(late.mutate("logout", json!({})).await.done()["endedSessions"], 1);
}

#[tokio::test]
async fn a_grace_period_is_at_most_thirty_days() {
    let app = App::start().await;
    let root = app.admin().await;
    let refused =
        async |minutes: i32| root.mutate("signingKeyRotate", json!({ "graceMinutes": minutes })).await.refused();
    assert_eq!(refused(-1).await, "INVALID graceMinutes");
    assert_eq!(refused(30 * 24 * 60 + 1).await, "INVALID graceMinutes");
    assert_eq!(refused(i32::MAX).await, "INVALID graceMinutes");
    assert_eq!(keys(root).await.len(), 1, "nothing was done");
    let _ = rotate(root, 30 * 24 * 60).await;
    let document = "mutation { signingKeyRotate { signingKey { status } userErrors { code } } }";
    assert_eq!(root.ask(document).await.payload("signingKeyRotate")["signingKey"]["status"], "ACTIVE");
    assert_eq!(states(root).await, ["ACTIVE", "RETIRING", "RETIRING"]);
}

#[tokio::test]
async fn concurrent_rotations_leave_one_signing_key() {
    let app = App::start().await;
    let other = app.replica().await;
    let root = app.admin().await;
    let elsewhere = root.at(&other);
    tokio::join!(rotate(root, 60), rotate(&elsewhere, 60), rotate(root, 60), rotate(&elsewhere, 60));
    let states = states(root).await;
    assert_eq!(states.iter().filter(|state| *state == "ACTIVE").count(), 1, "{states:?}");
    assert_eq!(states.len(), 5);
}

#[tokio::test]
async fn keys_survive_a_restart() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let _ = rotate(app.admin().await, 60).await;
    let before = published(&app).await;
    let late = app.login("ana").await;
    let app = app.restart().await;
    assert_eq!(published(&app).await, before);
    for token in [ana.token(), late.token()] {
        assert_eq!(whoami(&app.anonymous().with_token(token)).await, "ana");
    }
}

/// Sends requests with a token to both replicas until stopped; counts the responses.
async fn send_on(apps: [&App; 2], who: &Actor, stop: &AtomicBool, sent: &AtomicUsize) {
    let clients = apps.map(|app| who.at(app));
    while !stop.load(Ordering::Acquire) {
        for client in &clients {
            assert_eq!(whoami(client).await, who.name);
            sent.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// Logs in on one replica and sends a request to the other at once, until stopped.
async fn log_in_on(apps: [&App; 2], stop: &AtomicBool, sent: &AtomicUsize) {
    let credentials = json!({ "username": "ana", "password": PASSWORD });
    while !stop.load(Ordering::Acquire) {
        for [here, there] in [apps, [apps[1], apps[0]]] {
            let acted = here.anonymous().mutate("login", credentials.clone()).await;
            let token = acted.done()["accessToken"].as_str().expect("a token").to_owned();
            assert_eq!(whoami(&there.anonymous().with_token(token)).await, "ana", "signed on the other replica");
            sent.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[tokio::test]
async fn s25_rotation_under_load_rejects_no_valid_token_on_any_replica() {
    let app = App::start().await;
    let other = app.replica().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let elsewhere = root.at(&other);
    let (stop, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    let apps = [&app, &other];
    let rotating = async {
        for round in 0..4 {
            let kids = rotate(if round % 2 == 0 { root } else { &elsewhere }, 60).await;
            // Until tokens of the new key were used as well.
            let enough = sent.load(Ordering::Acquire) + 40;
            while sent.load(Ordering::Acquire) < enough {
                tokio::task::yield_now().await;
            }
            assert!(kids["kid"].is_string());
        }
        stop.store(true, Ordering::Release);
    };
    tokio::join!(
        rotating,
        send_on(apps, &ana, &stop, &sent),
        log_in_on(apps, &stop, &sent),
        log_in_on(apps, &stop, &sent)
    );
    assert_eq!(published(&app).await.len(), 5);
    assert!(sent.load(Ordering::Acquire) >= 160);
}
