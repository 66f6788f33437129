//! Deleting roles (DeleteRole).

use super::{names, role};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn a_deleted_role_loses_grants_assignments_and_edges() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("junior").granting("desk:use").create().await;
    let middle = app.role("middle").granting("safe:open").inheriting("junior").create().await;
    let senior = app.role("senior").inheriting("middle").create().await;
    let (ana, ben) =
        (app.user("ana").with_role("middle").create().await, app.user("ben").with_role("senior").create().await);
    assert_eq!(root.mutate("roleDelete", json!({ "id": middle })).await.done()["deletedId"], middle);

    for who in [&ana, &ben] {
        assert_eq!(who.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!([]));
    }
    assert_eq!(ana.ask("{ me { roles { name } } }").await.data()["me"]["roles"], json!([{ "name": "user" }]));
    let senior = role(root, &senior).await;
    assert_eq!((names(&senior["inheritsFrom"]), names(&senior["inheritsFromAll"])), (vec![], vec![]));
    let gone = root.graphql("query ($id: ID!) { role(id: $id) { id } node(id: $id) { id } }", json!({ "id": middle }));
    assert_eq!(gone.await.data(), &json!({ "role": null, "node": null }));
}

#[tokio::test]
async fn a_role_of_the_same_name_is_another_role() {
    let app = App::start().await;
    let root = app.admin().await;
    let old = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let _ = root.mutate("roleDelete", json!({ "id": old })).await.done();
    let new = app.role("clerk").granting("desk:use").create().await;
    assert_ne!(old, new);
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!([]));
    let assigned = json!({ "userId": ana.id, "roleIds": [old] });
    assert_eq!(root.mutate("userAssignRoles", assigned).await.refused(), "NOT_FOUND roleIds.0");
}

#[tokio::test]
async fn deleted_and_unknown_objects_are_not_found() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let _ = root.mutate("roleDelete", json!({ "id": clerk })).await.done();
    let permission = app.permission_id("a:b").await;
    for unknown in [&clerk, "", "clerk", "role_", &permission, &root.id, &"x".repeat(900_000)] {
        let refused = root.mutate("roleDelete", json!({ "id": unknown })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown:.40}");
        assert_eq!(refused.response.data()["roleDelete"]["deletedId"], Value::Null);
    }
}

#[tokio::test]
async fn superadmin_cannot_be_deleted_and_the_default_role_can() {
    let app = App::start().await;
    let root = app.admin().await;
    let (superadmin, user) = (app.role_id("superadmin").await, app.role_id("user").await);
    assert_eq!(root.mutate("roleDelete", json!({ "id": superadmin })).await.refused(), "IMMUTABLE id");
    let _ = root.mutate("roleDelete", json!({ "id": user })).await.done();
}

#[tokio::test]
async fn deletion_requires_a_recent_login() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    let root = app.login("root").await;
    app.clock.advance(TimeDelta::minutes(9));
    let _ = root.mutate("roleDelete", json!({ "id": "role_" })).await.refused();
    let fresh = app.anonymous().mutate("refresh", json!({ "refreshToken": root.refresh_token })).await;
    let root = app.anonymous().with_token(fresh.done()["accessToken"].as_str().expect("a token"));
    app.clock.advance(TimeDelta::minutes(2));
    let refused = root.mutate("roleDelete", json!({ "id": clerk })).await;
    assert_eq!(refused.denied(), "REAUTHENTICATION_REQUIRED");
    let _ = app.login("root").await.mutate("roleDelete", json!({ "id": clerk })).await.done();
}
