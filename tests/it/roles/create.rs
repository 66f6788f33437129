//! Creating roles (AddRole, AddAscendant, AddDescendant).

use super::{names, role};
use serde_json::json;
use tests::{App, input};

#[tokio::test]
async fn a_new_role_has_exactly_the_given_values() {
    let app = App::start().await;
    let root = app.admin().await;
    let made = root.mutate("roleCreate", input(json!({ "name": "Clerk", "description": "keeps the books 📚" }))).await;
    let clerk = role(root, &made.id("role")).await;
    assert_eq!((&clerk["name"], &clerk["description"]), (&json!("Clerk"), &json!("keeps the books 📚")));
    assert_eq!((&clerk["isSystem"], &clerk["isDefault"]), (&json!(false), &json!(false)));
    for empty in ["permissions", "effectivePermissions", "inheritsFrom", "inheritedBy"] {
        assert_eq!(clerk[empty], json!([]), "{empty}");
    }
    let again = root.ask(r#"{ roleByName(name: "cLERK") { id } }"#).await;
    assert_eq!(again.data()["roleByName"]["id"], clerk["id"]);
}

#[tokio::test]
async fn a_role_is_created_within_the_hierarchy() {
    let app = App::start().await;
    let root = app.admin().await;
    let junior = app.role("junior").granting("desk:use").create().await;
    let senior = app.role("senior").create().await;
    let permission = app.permission_id("safe:open").await;
    let new = json!({
        "name": "middle", "permissionIds": [permission, permission],
        "inheritsFromIds": [junior], "inheritedByIds": [senior, senior],
    });
    let middle = role(root, &root.mutate("roleCreate", input(new)).await.id("role")).await;
    assert_eq!(names(&middle["permissions"]), ["safe:open"]);
    assert_eq!((names(&middle["inheritsFrom"]), names(&middle["inheritedBy"])), (vec!["junior"], vec!["senior"]));
    let senior = role(root, &senior).await;
    assert_eq!(names(&senior["inheritsFromAll"]), ["junior", "middle"]);
    let held = json!([
        { "permission": { "name": "desk:use" }, "source": { "name": "junior" }, "isInherited": true },
        { "permission": { "name": "safe:open" }, "source": { "name": "middle" }, "isInherited": true },
    ]);
    assert_eq!(senior["effectivePermissions"], held);
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    let app = App::start().await;
    let root = app.admin().await;
    let first = app.role("Night Clerk").create().await;
    for name in ["Night Clerk", "night clerk", "NIGHT CLERK", "User", "SuperAdmin"] {
        let refused = root.mutate("roleCreate", input(json!({ "name": name }))).await.refused();
        assert_eq!(refused, "TAKEN input.name", "{name}");
    }
    let _ = root.mutate("roleDelete", json!({ "id": first })).await.done();
    let second = root.mutate("roleCreate", input(json!({ "name": "night clerk" }))).await.id("role");
    assert_ne!(first, second, "an id is never used again");
}

#[tokio::test]
async fn confusable_names_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let long = "x".repeat(256);
    let cases = [
        ("", "REQUIRED"),
        (long.as_str(), "TOO_LONG"),
        (" clerk", "INVALID"),
        ("clerk ", "INVALID"),
        ("night  clerk", "INVALID"),
        ("*", "INVALID"),
        ("cl*rk", "INVALID"),
        ("cl\"erk", "INVALID"),
        ("cl\\erk", "INVALID"),
        ("cl\u{435}rk", "INVALID"),
        ("clerk\u{200b}", "INVALID"),
        ("\u{202e}clerk", "INVALID"),
        ("cl\0erk", "INVALID"),
        ("clerk\n", "INVALID"),
    ];
    for (name, code) in cases {
        let refused = root.mutate("roleCreate", input(json!({ "name": name }))).await.refused();
        assert_eq!(refused, format!("{code} input.name"), "{name:?}");
    }
    let _ = root.mutate("roleCreate", input(json!({ "name": "x".repeat(255) }))).await.done();
    for name in ["'; DROP TABLE roles; --", "100%", "a_b", "a", "roles/owner"] {
        assert_eq!(root.mutate("roleCreate", input(json!({ "name": name }))).await.done()["role"]["name"], name);
    }
}

#[tokio::test]
async fn a_description_is_stored_exactly_or_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let long = "ü".repeat(2_000);
    for (number, text) in ["", " ", "\u{202e}abc", "'; --", "a\tb\nc", "\u{e9} e\u{301}", &long].iter().enumerate() {
        let made = root.mutate("roleCreate", input(json!({ "name": format!("r{number}"), "description": text }))).await;
        assert_eq!(role(root, &made.id("role")).await["description"], **text);
    }
    for (text, code) in [("a\0b".to_owned(), "INVALID"), ("ü".repeat(2_001), "TOO_LONG")] {
        let refused = root.mutate("roleCreate", input(json!({ "name": "bad", "description": text }))).await.refused();
        assert_eq!(refused, format!("{code} input.description"));
    }
}

#[tokio::test]
async fn a_role_is_created_with_all_its_references_or_not_at_all() {
    let app = App::start().await;
    let root = app.admin().await;
    let (known, permission) = (app.role("known").create().await, app.permission_id("a:b").await);
    let gone = app.role("gone").create().await;
    let _ = root.mutate("roleDelete", json!({ "id": gone })).await.done();
    let cases = [
        (json!({ "permissionIds": [permission, permission, known] }), "NOT_FOUND input.permissionIds.2"),
        (json!({ "inheritsFromIds": [known, gone] }), "NOT_FOUND input.inheritsFromIds.1"),
        (json!({ "inheritedByIds": ["", known] }), "NOT_FOUND input.inheritedByIds.0"),
        (json!({ "inheritsFromIds": [known], "inheritedByIds": [known] }), "HIERARCHY_CYCLE input.inheritedByIds"),
        (json!({ "permissionIds": vec![permission.as_str(); 101] }), "TOO_LONG input.permissionIds"),
    ];
    for (mut new, refusal) in cases {
        new["name"] = json!("new");
        assert_eq!(root.mutate("roleCreate", input(new)).await.refused(), refusal);
    }
    assert!(root.ask(r#"{ roleByName(name: "new") { id } }"#).await.data()["roleByName"].is_null());
    let superadmin = app.role_id("superadmin").await;
    let above = json!({ "name": "new", "inheritedByIds": [superadmin] });
    assert_eq!(root.mutate("roleCreate", input(above)).await.refused(), "IMMUTABLE input.inheritedByIds");
}

#[tokio::test]
async fn grants_at_creation_require_the_permission_to_grant() {
    let app = App::start().await;
    let writer = app.user("writer").with_permission("role:write").create().await;
    let permission = app.permission_id("a:b").await;
    let made = writer.mutate("roleCreate", input(json!({ "name": "empty", "permissionIds": [] }))).await;
    let _ = made.done();
    let refused = writer.mutate("roleCreate", input(json!({ "name": "new", "permissionIds": [permission] }))).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.permissionIds");
    let error = &refused.user_errors()[0];
    assert_eq!((&error["__typename"], &error["missing"]), (&json!("AuthorityError"), &json!(["permission:grant"])));
}
