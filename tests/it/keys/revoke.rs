//! Revocation: tokens signed by a leaked key are rejected at once, everywhere, permanently.

use super::{keys, kid, revoke, rotate, states};
use crate::identity::{refresh, whoami};
use chrono::TimeDelta;
use serde_json::json;
use tests::{App, PROMISED, permanently};

#[tokio::test]
async fn tokens_of_a_revoked_key_are_rejected_here_at_once_and_soon_on_other_replicas() {
    let app = App::start().await;
    let other = app.replica().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    // Both replicas have verified these tokens before.
    assert_eq!((whoami(&ana).await, whoami(&ana.at(&other)).await), ("ana".to_owned(), "ana".to_owned()));
    let key = keys(root).await.remove(0);
    let revoked = revoke(root, &key).await;
    assert_eq!((&revoked["id"], &revoked["status"]), (&key["id"], &json!("REVOKED")));
    for client in [ana.at(&app), root.at(&app)] {
        assert_eq!(whoami(&client).await, "EXPIRED");
    }
    permanently(PROMISED, async || whoami(&ana.at(&other)).await, |who| who == "EXPIRED").await;
    permanently(PROMISED, async || whoami(&ana).await, |who| who == "EXPIRED").await;
    assert_eq!(whoami(&ana.at(&app.replica().await)).await, "EXPIRED", "and where it was never known");
}

#[tokio::test]
async fn a_revocation_requires_no_new_login() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let key = keys(root).await.remove(0);
    let _ = revoke(root, &key).await;
    let refreshed = refresh(&app, &ana.refresh_token).await;
    let token = refreshed.done()["accessToken"].as_str().expect("a token");
    assert_eq!(whoami(&app.anonymous().with_token(token)).await, "ana");
    assert_ne!(kid(token), kid(ana.token()));
}

#[tokio::test]
async fn revoking_the_signing_key_creates_another_first() {
    let app = App::start().await;
    let root = app.admin().await;
    let key = keys(root).await.remove(0);
    let _ = revoke(root, &key).await;
    let root = app.login("root").await;
    assert_eq!(states(&root).await, ["ACTIVE", "REVOKED"]);
    // Revoking a key that no longer signs creates none.
    let old = keys(&root).await.remove(0);
    let _ = rotate(&root, 60).await;
    let _ = revoke(&*app.login("root").await, &old).await;
    assert_eq!(states(&*app.login("root").await).await, ["ACTIVE", "REVOKED", "REVOKED"]);
}

#[tokio::test]
async fn a_replica_with_a_slow_clock_rejects_them_too() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let key = keys(root).await.remove(0);
    let _ = revoke(root, &key).await;
    app.clock.advance(-TimeDelta::seconds(50));
    assert_eq!(whoami(&ana).await, "EXPIRED");
}

#[tokio::test]
async fn a_leaked_key_cannot_log_others_out() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let key = keys(root).await.remove(0);
    let _ = revoke(root, &key).await;
    assert_eq!(ana.mutate("logout", json!({ "everywhere": true })).await.done()["endedSessions"], 0);
    let _ = refresh(&app, &ana.refresh_token).await.done();
}

#[tokio::test]
async fn revoking_a_key_twice_has_no_effect() {
    let app = App::start().await;
    let root = app.admin().await;
    let key = keys(root).await.remove(0);
    let _ = revoke(root, &key).await;
    let root = app.login("root").await;
    let again = revoke(&root, &key).await;
    assert_eq!(again["status"], "REVOKED");
    assert_eq!(states(&root).await, ["ACTIVE", "REVOKED"]);
    let log = root.ask("{ auditLog(filter: { actions: [\"signing_key.revoke\"] }) { totalCount } }").await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 1);
}

#[tokio::test]
async fn a_reason_and_an_existing_key_are_required() {
    let app = App::start().await;
    let root = app.admin().await;
    let key = keys(root).await.remove(0);
    let refused = async |id: &serde_json::Value, reason: &str| {
        root.mutate("signingKeyRevoke", json!({ "id": id, "reason": reason })).await.refused()
    };
    for id in ["", "sig_", "sig_00000000000000000000000000", root.id.as_str(), key["kid"].as_str().expect("an id")] {
        assert_eq!(refused(&json!(id), "leaked").await, "NOT_FOUND id", "{id}");
    }
    assert_eq!(refused(&key["id"], "").await, "REQUIRED reason");
    assert_eq!(refused(&key["id"], " \n").await, "REQUIRED reason");
    assert_eq!(refused(&key["id"], &"x".repeat(1_001)).await, "TOO_LONG reason");
    assert_eq!(refused(&key["id"], "a\0b").await, "INVALID reason");
    assert_eq!(states(root).await, ["ACTIVE"]);
    let long = json!({ "id": key["id"], "reason": "x".repeat(1_000) });
    let _ = root.mutate("signingKeyRevoke", long).await.done();
}
