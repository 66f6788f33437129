//! Registering permissions.

use serde_json::json;
use tests::{App, input};

#[tokio::test]
async fn a_name_gives_resource_and_action() {
    let app = App::start().await;
    let root = app.admin().await;
    let cases = [
        ("invoice:approve", "invoice", "approve"),
        ("a:b:c", "a:b", "c"),
        ("compute.instances.get", "compute.instances", "get"),
        ("a.b:c.d", "a.b", "c.d"),
        ("plain", "plain", "access"),
        ("GET /users/{id}", "GET /users/{id}", "access"),
        (":", "", ""),
    ];
    for (name, resource, action) in cases {
        let made = root.mutate("permissionCreate", input(json!({ "name": name, "description": "😀" }))).await;
        let permission = &made.done()["permission"];
        assert_eq!((&permission["name"], &permission["description"]), (&json!(name), &json!("😀")));
        assert_eq!((&permission["resource"], &permission["action"]), (&json!(resource), &json!(action)), "{name}");
    }
}

#[tokio::test]
async fn names_are_compared_exactly() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    for other in ["Invoice:read", "invoice:READ", "invoice:rea", "invoice:read2"] {
        let ask = json!({ "permission": other });
        let answer = ana.graphql("query ($permission: PermissionName!) { can(permission: $permission) }", ask).await;
        assert_eq!(answer.data()["can"], false, "{other}");
        let _ = root.mutate("permissionCreate", input(json!({ "name": other }))).await.done();
    }
    let again = root.mutate("permissionCreate", input(json!({ "name": "invoice:read" }))).await;
    assert_eq!(again.refused(), "TAKEN input.name");
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!(["invoice:read"]));
}

#[tokio::test]
async fn malformed_names_and_descriptions_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let (long, huge) = ("x".repeat(256), "x".repeat(900_000));
    let cases = [
        ("", "REQUIRED"),
        (long.as_str(), "TOO_LONG"),
        (huge.as_str(), "TOO_LONG"),
        ("*", "INVALID"),
        ("invoice:*", "INVALID"),
        (" invoice:read", "INVALID"),
        ("invoice:read ", "INVALID"),
        ("a  b", "INVALID"),
        ("a\\b", "INVALID"),
        ("a\"b", "INVALID"),
        ("a\0b", "INVALID"),
        ("a\tb", "INVALID"),
        ("inv\u{43e}ice:read", "INVALID"),
        ("🦀", "INVALID"),
    ];
    for (name, code) in cases {
        let refused = root.mutate("permissionCreate", input(json!({ "name": name }))).await.refused();
        assert_eq!(refused, format!("{code} input.name"), "{name:.40}");
    }
    let _ = root.mutate("permissionCreate", input(json!({ "name": "x".repeat(255) }))).await.done();
    let long = json!({ "name": "a:b", "description": "ü".repeat(2_001) });
    assert_eq!(root.mutate("permissionCreate", input(long)).await.refused(), "TOO_LONG input.description");
}

#[tokio::test]
async fn a_checked_permission_must_be_a_valid_name() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "query ($permission: PermissionName!) { can(permission: $permission) }";
    for name in ["", "invoice:*", " a", "a\0b", "🦀", &"x".repeat(256), &"x".repeat(900_000)] {
        let answer = root.graphql(document, json!({ "permission": name })).await;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{name:.40}");
    }
}

#[tokio::test]
async fn no_name_is_a_wildcard() {
    let app = App::start().await;
    let ana = app.user("ana").with_permission("invoice:%").with_permission("invoice:_").create().await;
    app.permission_id("invoice:x").await;
    for name in ["invoice:x", "invoice:read", "user:read"] {
        let answer = ana.graphql("query ($p: PermissionName!) { can(permission: $p) }", json!({ "p": name })).await;
        assert_eq!(answer.data()["can"], false, "{name}");
    }
    assert_eq!(ana.ask("{ users { totalCount } }").await.error(), "FORBIDDEN");
}
