//! Suspending and reactivating users.

use super::{audited, user};
use serde_json::json;
use tests::{App, PASSWORD};

#[tokio::test]
async fn a_suspended_user_holds_nothing_and_regains_everything() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let suspended = root.mutate("userSuspend", json!({ "id": ana.id, "reason": "on leave" })).await;
    assert_eq!(suspended.done()["user"]["status"], "SUSPENDED");
    let suspended = user(root, &ana.id).await;
    assert_eq!((&suspended["permissionNames"], &suspended["sessions"]["totalCount"]), (&json!([]), &json!(0)));
    let reactivated = root.mutate("userReactivate", json!({ "id": ana.id })).await;
    assert_eq!(reactivated.done()["user"]["status"], "ACTIVE");
    assert_eq!(user(root, &ana.id).await["permissionNames"], json!(["desk:use"]));
    let again = app.anonymous().mutate("login", json!({ "username": "ana", "password": PASSWORD })).await;
    assert_eq!(again.done()["viewer"]["permissions"], json!(["desk:use"]));
}

#[tokio::test]
async fn suspending_and_reactivating_twice_changes_nothing() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    for field in ["userSuspend", "userReactivate"] {
        let _ = root.mutate(field, json!({ "id": ana.id })).await.done();
        let (before, entries) = (user(root, &ana.id).await, audited(&app).await);
        let _ = root.mutate(field, json!({ "id": ana.id })).await.done();
        assert_eq!((user(root, &ana.id).await, audited(&app).await), (before, entries), "{field}");
    }
}

#[tokio::test]
async fn unknown_users_and_invalid_reasons_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let gone = app.user("gone").create().await;
    let _ = root.mutate("userDelete", json!({ "id": gone.id })).await.done();
    for unknown in ["", "user_", "ana", gone.id.as_str(), &app.role_id("user").await] {
        for field in ["userSuspend", "userReactivate"] {
            assert_eq!(root.mutate(field, json!({ "id": unknown })).await.refused(), "NOT_FOUND id", "{unknown}");
        }
    }
    for (reason, code) in [("a\0b".to_owned(), "INVALID"), ("x".repeat(1_001), "TOO_LONG")] {
        let refused = root.mutate("userSuspend", json!({ "id": ana.id, "reason": reason })).await;
        assert_eq!(refused.refused(), format!("{code} reason"));
    }
    assert_eq!(user(root, &ana.id).await["status"], "ACTIVE");
}
