//! Granting permissions to roles (GrantPermission, RevokePermission).

use super::{audited, names, role};
use serde_json::json;
use tests::App;

#[tokio::test]
async fn users_gain_and_lose_the_permissions_of_their_role() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let ana = app.user("ana").with_role("boss").create().await;
    let (one, two) = (app.permission_id("desk:use").await, app.permission_id("safe:open").await);
    let held = async || ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"].clone();

    let granted = root.mutate("roleGrantPermissions", json!({ "roleId": clerk, "permissionIds": [one, two] })).await;
    assert_eq!(names(&granted.done()["role"]["permissions"]), ["desk:use", "safe:open"]);
    assert_eq!(held().await, json!(["desk:use", "safe:open"]));
    let revoked = root.mutate("roleRevokePermissions", json!({ "roleId": clerk, "permissionIds": [one] })).await;
    assert_eq!(names(&revoked.done()["role"]["permissions"]), ["safe:open"]);
    assert_eq!(held().await, json!(["safe:open"]));
}

#[tokio::test]
async fn existing_and_missing_items_change_nothing() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let (held, other) = (app.permission_id("desk:use").await, app.permission_id("safe:open").await);
    let (before, entries) = (role(root, &clerk).await, audited(&app).await);
    for (field, permissions) in [
        ("roleGrantPermissions", json!([held, held])),
        ("roleGrantPermissions", json!([])),
        ("roleRevokePermissions", json!([other])),
        ("roleRevokePermissions", json!([])),
    ] {
        let _ = root.mutate(field, json!({ "roleId": clerk, "permissionIds": permissions })).await.done();
    }
    assert_eq!((role(root, &clerk).await, audited(&app).await), (before, entries));
}

#[tokio::test]
async fn all_are_granted_or_none() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let (held, new) = (app.permission_id("desk:use").await, app.permission_id("safe:open").await);
    for field in ["roleGrantPermissions", "roleRevokePermissions"] {
        let act = async |role: &str, permissions: serde_json::Value| {
            root.mutate(field, json!({ "roleId": role, "permissionIds": permissions })).await.refused()
        };
        assert_eq!(act(&clerk, json!([new, held, clerk])).await, "NOT_FOUND permissionIds.2", "{field}");
        assert_eq!(act(&clerk, json!(["", new])).await, "NOT_FOUND permissionIds.0", "{field}");
        assert_eq!(act(&new, json!([new])).await, "NOT_FOUND roleId", "{field}");
        assert_eq!(act(&clerk, json!(vec![new.as_str(); 101])).await, "TOO_LONG permissionIds", "{field}");
    }
    assert_eq!(names(&role(root, &clerk).await["permissions"]), ["desk:use"]);
}

#[tokio::test]
async fn superadmin_holds_every_permission_by_rule_and_no_grant_changes_that() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let new = app.permission_id("brand:new").await;
    assert_eq!(root.ask(r#"{ can(permission: "brand:new") }"#).await.data()["can"], true);
    for field in ["roleGrantPermissions", "roleRevokePermissions"] {
        let refused = root.mutate(field, json!({ "roleId": superadmin, "permissionIds": [new] })).await;
        assert_eq!(refused.refused(), "IMMUTABLE roleId", "{field}");
    }
}

#[tokio::test]
async fn a_role_lists_its_operations_on_a_resource() {
    let app = App::start().await;
    let mut role = app.role("clerk").granting("invoice:read").granting("invoice:approve").granting("invoice");
    role = role.granting("desk.use").granting("a:b:c");
    let clerk = role.create().await;
    let document = "query ($id: ID!, $resource: String!) { role(id: $id) { operationsOn(resource: $resource) } }";
    let cases = [
        ("invoice", json!(["access", "approve", "read"])),
        ("desk", json!(["use"])),
        ("a:b", json!(["c"])),
        ("a", json!([])),
        ("INVOICE", json!([])),
        ("", json!([])),
    ];
    for (resource, actions) in cases {
        let answer = app.admin().await.graphql(document, json!({ "id": clerk, "resource": resource })).await;
        assert_eq!(answer.data()["role"]["operationsOn"], actions, "{resource}");
    }
}
