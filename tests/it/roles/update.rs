//! Renaming and describing roles, and making them default roles.

use super::{audited, role};
use chrono::TimeDelta;
use serde_json::json;
use tests::App;

#[tokio::test]
async fn omitted_fields_stay_and_null_removes_a_description() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let update = async |input: serde_json::Value| {
        let _ = root.mutate("roleUpdate", json!({ "id": id, "input": input })).await.done();
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
    let _ = root.mutate("roleUpdate", json!({ "id": id, "input": { "name": "scribe" } })).await.done();
    let viewer = ana.ask("{ viewer { roles permissions } }").await;
    assert_eq!(viewer.data()["viewer"], json!({ "roles": ["scribe", "user"], "permissions": ["desk:use"] }));
    app.role("clerk").create().await;
    let again = root.mutate("roleUpdate", json!({ "id": id, "input": { "name": "CLERK" } })).await;
    assert_eq!(again.refused(), "TAKEN input.name");
}

#[tokio::test]
async fn invalid_values_are_rejected_with_their_path() {
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
        assert_eq!(root.mutate("roleUpdate", json!({ "id": id, "input": input })).await.refused(), refusal);
    }
    let permission = app.permission_id("a:b").await;
    for unknown in ["", "role_", "rubbish", &permission, "role_00000000000000000000000000"] {
        let refused = root.mutate("roleUpdate", json!({ "id": unknown, "input": { "name": "x" } })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
    }
}

#[tokio::test]
async fn an_old_version_is_stale() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let version = async || role(root, &id).await["version"].as_i64().expect("a number");
    let seen = version().await;
    let update = async |text: &str, version: i64| {
        let update = json!({ "id": id, "input": { "description": text }, "expectedVersion": version });
        root.mutate("roleUpdate", update).await
    };
    let _ = update("one", seen).await.done();
    let late = update("two", seen).await;
    assert_eq!(late.refused(), "STALE expectedVersion");
    assert_eq!(late.user_errors()[0]["currentVersion"], version().await);
    assert_eq!(role(root, &id).await["description"], "one");
    let _ = update("two", version().await).await.done();

    // Grants and inheritance change the version of the role too.
    let before = version().await;
    let permission = app.permission_id("a:b").await;
    let _ = root.mutate("roleGrantPermissions", json!({ "roleId": id, "permissionIds": [permission] })).await.done();
    assert_eq!(version().await, before + 1);
    let junior = app.role("junior").create().await;
    let _ = root.mutate("roleAddInheritance", json!({ "roleId": id, "inheritsFromIds": [junior] })).await.done();
    assert_eq!(version().await, before + 2);
}

#[tokio::test]
async fn an_update_without_change_leaves_no_trace() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    let (before, entries) = (role(root, &id).await, audited(&app).await);
    app.clock.advance(TimeDelta::seconds(1));
    for input in [json!({}), json!({ "name": "clerk", "description": null, "isDefault": false })] {
        let _ = root.mutate("roleUpdate", json!({ "id": id, "input": input })).await.done();
    }
    assert_eq!((role(root, &id).await, audited(&app).await), (before.clone(), entries));
    let _ = root.mutate("roleUpdate", json!({ "id": id, "input": { "name": "scribe" } })).await.done();
    assert_ne!(role(root, &id).await["updatedAt"], before["updatedAt"]);
}

#[tokio::test]
async fn built_in_roles_keep_their_names_and_can_be_described() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let renamed = root.mutate("roleUpdate", json!({ "id": superadmin, "input": { "name": "boss" } })).await;
    assert_eq!(renamed.refused(), "IMMUTABLE id");
    let described = root.mutate("roleUpdate", json!({ "id": superadmin, "input": { "description": "careful" } })).await;
    assert_eq!(described.done()["role"]["description"], "careful");
}

#[tokio::test]
async fn superadmin_cannot_be_made_to_require_activation() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    for input in [json!({ "requiresActivation": true }), json!({ "requiresActivation": true, "description": "x" })] {
        let refused = root.mutate("roleUpdate", json!({ "id": superadmin, "input": input })).await;
        assert_eq!(refused.refused(), "IMMUTABLE input.requiresActivation");
    }
    assert!(
        app.login("root").await.ask("{ viewer { inactiveRoles { name } } }").await.data()["viewer"]["inactiveRoles"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );
    let user = json!({ "id": app.role_id("user").await, "input": { "requiresActivation": true } });
    let _ = root.mutate("roleUpdate", user).await.done();
}

#[tokio::test]
async fn a_superadmin_that_requires_activation_already_can_be_made_active_at_login_again() {
    use entity::role::{Column, Entity};
    use sea_orm::sea_query::Expr;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let app = App::start().await;
    let superadmin = app.role_id("superadmin").await;
    let update = Entity::update_many().col_expr(Column::RequiresActivation, Expr::value(true));
    update.filter(Column::Name.eq("superadmin")).exec(app.database.connection()).await.expect("an update");
    let app = app.restart().await;
    let root = app.login("root").await;
    let activated = root.mutate("sessionActivateRoles", json!({ "roleIds": [superadmin] })).await;
    let root = app.anonymous().with_token(activated.done()["accessToken"].as_str().expect("a token"));
    let update = json!({ "id": superadmin, "input": { "requiresActivation": false } });
    let _ = root.mutate("roleUpdate", update).await.done();
    let viewer = app.login("root").await.ask("{ viewer { roles } }").await;
    assert_eq!(viewer.data()["viewer"]["roles"], json!(["superadmin", "user"]));
}

#[tokio::test]
async fn names_of_roles_are_of_one_script() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    // Cyrillic, Greek, and letters without a script of their own.
    for name in ["\u{430}dmin", "r\u{3bf}ot", "superadmin\u{301}", "\u{ff53}uperadmin"] {
        let created = root.mutate("roleCreate", json!({ "input": { "name": name } })).await;
        assert_eq!(created.refused(), "INVALID input.name", "{name}");
        let renamed = root.mutate("roleUpdate", json!({ "id": id, "input": { "name": name } })).await;
        assert_eq!(renamed.refused(), "INVALID input.name", "{name}");
    }
}

#[tokio::test]
async fn making_a_role_default_requires_the_permission_to_assign() {
    let app = App::start().await;
    let id = app.role("clerk").create().await;
    let writer = app.user("writer").with_permission("role:write").create().await;
    for input in [json!({ "isDefault": true }), json!({ "isDefault": true, "description": "x" })] {
        let refused = writer.mutate("roleUpdate", json!({ "id": id, "input": input })).await;
        assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.isDefault");
        assert_eq!(refused.user_errors()[0]["missing"], json!(["role:assign"]));
    }
    assert!(role(app.admin().await, &id).await["description"].is_null());
}
