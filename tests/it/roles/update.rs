//! Renaming and describing roles, and making them default roles.

use super::{audited, role};
use chrono::TimeDelta;
use serde_json::json;
use tests::App;

#[tokio::test]
async fn what_is_omitted_stays_and_null_takes_a_description_away() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let update = async |input: serde_json::Value| {
        let _ = root.act("roleUpdate", json!({ "id": id, "input": input })).await.done();
        let role = role(root, &id).await;
        (role["name"].clone(), role["description"].clone(), role["isDefault"].clone())
    };
    assert_eq!(update(json!({ "description": "books" })).await, (json!("clerk"), json!("books"), json!(false)));
    assert_eq!(update(json!({ "name": "Accountant" })).await, (json!("Accountant"), json!("books"), json!(false)));
    assert_eq!(update(json!({ "isDefault": true })).await, (json!("Accountant"), json!("books"), json!(true)));
    assert_eq!(update(json!({ "description": null })).await, (json!("Accountant"), json!(null), json!(true)));
    assert_eq!(update(json!({ "name": "ACCOUNTANT" })).await.0, "ACCOUNTANT", "its own name in another case");
}

#[tokio::test]
async fn a_renamed_role_keeps_its_members_and_frees_its_name() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let _ = root.act("roleUpdate", json!({ "id": id, "input": { "name": "scribe" } })).await.done();
    let viewer = ana.ask("{ viewer { roles permissions } }").await;
    assert_eq!(viewer.data()["viewer"], json!({ "roles": ["scribe", "user"], "permissions": ["desk:use"] }));
    app.role("clerk").create().await;
    let again = root.act("roleUpdate", json!({ "id": id, "input": { "name": "CLERK" } })).await;
    assert_eq!(again.refused(), "TAKEN input.name");
}

#[tokio::test]
async fn bad_values_are_refused_where_they_stand() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let cases = [
        (json!({ "name": "" }), "REQUIRED input.name"),
        (json!({ "name": null }), "REQUIRED input.name"),
        (json!({ "name": " x" }), "INVALID input.name"),
        (json!({ "name": "x".repeat(256) }), "TOO_LONG input.name"),
        (json!({ "name": "User" }), "TAKEN input.name"),
        (json!({ "description": "x".repeat(2_001) }), "TOO_LONG input.description"),
    ];
    for (input, refusal) in cases {
        assert_eq!(root.act("roleUpdate", json!({ "id": id, "input": input })).await.refused(), refusal);
    }
    let permission = app.permission_id("a:b").await;
    for unknown in ["", "role_", "rubbish", &permission, "role_00000000000000000000000000"] {
        let refused = root.act("roleUpdate", json!({ "id": unknown, "input": { "name": "x" } })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
    }
}

#[tokio::test]
async fn a_version_that_has_passed_is_stale() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let version = async || role(root, &id).await["version"].as_i64().expect("a number");
    let seen = version().await;
    let update = async |text: &str, version: i64| {
        let update = json!({ "id": id, "input": { "description": text }, "expectedVersion": version });
        root.act("roleUpdate", update).await
    };
    let _ = update("one", seen).await.done();
    let late = update("two", seen).await;
    assert_eq!(late.refused(), "STALE expectedVersion");
    assert_eq!(late.user_errors()[0]["currentVersion"], version().await);
    assert_eq!(role(root, &id).await["description"], "one");
    let _ = update("two", version().await).await.done();

    // Grants and inheritance are changes of the role too.
    let before = version().await;
    let permission = app.permission_id("a:b").await;
    let _ = root.act("roleGrantPermissions", json!({ "roleId": id, "permissionIds": [permission] })).await.done();
    assert_eq!(version().await, before + 1);
    let junior = app.role("junior").create().await;
    let _ = root.act("roleAddInheritance", json!({ "roleId": id, "inheritsFromIds": [junior] })).await.done();
    assert_eq!(version().await, before + 2);
}

#[tokio::test]
async fn what_changes_nothing_leaves_no_trace() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let (before, entries) = (role(root, &id).await, audited(&app).await);
    app.clock.advance(TimeDelta::seconds(1));
    for input in [json!({}), json!({ "name": "clerk", "description": null, "isDefault": false })] {
        let _ = root.act("roleUpdate", json!({ "id": id, "input": input })).await.done();
    }
    assert_eq!((role(root, &id).await, audited(&app).await), (before.clone(), entries));
    let _ = root.act("roleUpdate", json!({ "id": id, "input": { "name": "scribe" } })).await.done();
    assert_ne!(role(root, &id).await["updatedAt"], before["updatedAt"]);
}

#[tokio::test]
async fn built_in_roles_keep_their_names_and_can_be_described() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let renamed = root.act("roleUpdate", json!({ "id": superadmin, "input": { "name": "boss" } })).await;
    assert_eq!(renamed.refused(), "IMMUTABLE id");
    let described = root.act("roleUpdate", json!({ "id": superadmin, "input": { "description": "careful" } })).await;
    assert_eq!(described.done()["role"]["description"], "careful");
}

#[tokio::test]
async fn making_a_role_default_needs_what_assigning_needs() {
    let app = App::start().await;
    let id = app.role("clerk").create().await;
    let writer = app.user("writer").with_permission("role:write").create().await;
    for input in [json!({ "isDefault": true }), json!({ "isDefault": true, "description": "x" })] {
        let refused = writer.act("roleUpdate", json!({ "id": id, "input": input })).await;
        assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.isDefault");
        assert_eq!(refused.user_errors()[0]["missing"], json!(["role:assign"]));
    }
    assert!(role(app.admin().await, &id).await["description"].is_null());
}
