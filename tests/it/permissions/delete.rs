//! Deleting permissions.

use serde_json::json;
use tests::App;

#[tokio::test]
async fn a_deleted_permission_loses_its_grants() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("invoice:read").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").with_permission("invoice:read").create().await;
    let id = app.permission_id("invoice:read").await;
    assert_eq!(root.mutate("permissionDelete", json!({ "id": id })).await.done()["deletedId"], id);
    let view = ana.ask("{ viewer { permissions } me { directPermissions { name } } }").await;
    assert_eq!(view.data(), &json!({ "viewer": { "permissions": ["desk:use"] }, "me": { "directPermissions": [] } }));
    let role =
        root.graphql("query ($id: ID!) { role(id: $id) { permissions { name } } }", json!({ "id": clerk })).await;
    assert_eq!(role.data()["role"]["permissions"], json!([{ "name": "desk:use" }]));

    // Registered again, it is another permission, without holders.
    assert_ne!(app.permission_id("invoice:read").await, id);
    assert_eq!(ana.ask(r#"{ can(permission: "invoice:read") }"#).await.data()["can"], false);
}

#[tokio::test]
async fn deleted_and_unknown_objects_are_not_found() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.permission_id("invoice:read").await;
    let _ = root.mutate("permissionDelete", json!({ "id": id })).await.done();
    for unknown in [&id, "", "perm_", "invoice:read", &root.id] {
        assert_eq!(root.mutate("permissionDelete", json!({ "id": unknown })).await.refused(), "NOT_FOUND id");
    }
}

#[tokio::test]
async fn system_permissions_cannot_be_deleted() {
    let app = App::start().await;
    let root = app.admin().await;
    let system = root.ask("{ permissions(first: 100, filter: { isSystem: true }) { nodes { id name } } }").await;
    let system = system.data()["permissions"]["nodes"].as_array().expect("permissions").clone();
    assert!(system.len() > 10 && system.iter().any(|permission| permission["name"] == "rbac:escalate"), "{system:?}");
    for permission in system {
        let refused = root.mutate("permissionDelete", json!({ "id": permission["id"] })).await;
        assert_eq!(refused.refused(), "IMMUTABLE id", "{permission}");
    }
}
