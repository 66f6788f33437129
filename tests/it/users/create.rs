//! Creating users (AddUser).

use super::user;
use serde_json::json;
use tests::{App, PASSWORD, input};

#[tokio::test]
async fn a_new_user_has_the_default_role_the_given_roles_and_no_password() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let default = app.role_id("user").await;
    let new = json!({ "username": "Ana", "email": "ana@example.com", "displayName": "Ana 🦀", "roleIds": [clerk, default, clerk] });
    let ana = user(root, &root.mutate("userCreate", input(new)).await.id("user")).await;
    assert_eq!(
        (&ana["username"], &ana["email"], &ana["displayName"]),
        (&json!("Ana"), &json!("ana@example.com"), &json!("Ana 🦀"))
    );
    assert_eq!((&ana["kind"], &ana["status"], &ana["lastLoginAt"]), (&json!("HUMAN"), &json!("ACTIVE"), &json!(null)));
    let mut roles: Vec<_> =
        ana["roles"].as_array().expect("roles").iter().filter_map(|role| role["name"].as_str()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["clerk", "user"]);
    assert_eq!((&ana["permissionNames"], &ana["sessions"]["totalCount"]), (&json!(["desk:use"]), &json!(0)));
    for password in ["", PASSWORD] {
        let login = app.anonymous().mutate("login", json!({ "username": "ana", "password": password })).await;
        assert_eq!(login.refused(), "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn names_follow_the_rules_of_signup() {
    let app = App::start().await;
    let root = app.admin().await;
    let _ = root.mutate("userCreate", input(json!({ "username": "Ana", "email": "ana@example.com" }))).await.done();
    let cases = [
        (json!({ "username": "ANA" }), "TAKEN input.username"),
        (json!({ "username": "Ana@Example.com" }), "TAKEN input.username"),
        (json!({ "username": "ben", "email": "ANA@example.com" }), "TAKEN input.email"),
        (json!({ "username": "root", "email": "ana@example.com" }), "TAKEN input.username, TAKEN input.email"),
        (json!({ "username": "" }), "REQUIRED input.username"),
        (json!({ "username": "x".repeat(129) }), "TOO_LONG input.username"),
        (json!({ "username": "a b" }), "INVALID input.username"),
        (json!({ "username": "deleted-x" }), "INVALID input.username"),
        (json!({ "username": "ben", "email": "nobody" }), "INVALID input.email"),
        (json!({ "username": "ben", "displayName": "" }), "REQUIRED input.displayName"),
        (json!({ "username": "ben", "displayName": "x".repeat(201) }), "TOO_LONG input.displayName"),
        (json!({ "username": "ben", "displayName": "a\0b" }), "INVALID input.displayName"),
        (
            json!({ "username": "", "email": "", "displayName": " " }),
            "REQUIRED input.username, INVALID input.email, REQUIRED input.displayName",
        ),
    ];
    for (new, refusal) in cases {
        assert_eq!(root.mutate("userCreate", input(new)).await.refused(), refusal);
    }
}

#[tokio::test]
async fn a_user_is_created_with_all_roles_or_not_at_all() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let refused = root.mutate("userCreate", input(json!({ "username": "ana", "roleIds": [clerk, root.id] }))).await;
    assert_eq!(refused.refused(), "NOT_FOUND input.roleIds.1");
    let refused = root.mutate("userCreate", input(json!({ "username": "ana", "roleIds": vec![clerk; 101] }))).await;
    assert_eq!(refused.refused(), "TOO_LONG input.roleIds");
    assert!(root.ask(r#"{ userByUsername(username: "ana") { id } }"#).await.data()["userByUsername"].is_null());
}

#[tokio::test]
async fn roles_at_creation_require_the_permission_to_assign() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    let writer = app.user("writer").with_permission("user:write").create().await;
    let _ = writer.mutate("userCreate", input(json!({ "username": "ana", "roleIds": [] }))).await.done();
    let refused = writer.mutate("userCreate", input(json!({ "username": "ben", "roleIds": [clerk] }))).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.roleIds");
    assert_eq!(refused.user_errors()[0]["missing"], json!(["role:assign"]));
}

#[tokio::test]
async fn a_user_is_found_by_name_without_regard_to_case() {
    let app = App::start().await;
    let ana = app.user("Ana").create().await;
    let root = app.admin().await;
    let document = "query ($name: String!) { userByUsername(username: $name) { id } }";
    for name in ["Ana", "ANA", "\u{ff21}na"] {
        assert_eq!(
            root.graphql(document, json!({ "name": name })).await.data()["userByUsername"]["id"],
            ana.id,
            "{name}"
        );
    }
    for name in ["", "an", "anna", "A%", "a\0", &"x".repeat(900_000)] {
        assert!(root.graphql(document, json!({ "name": name })).await.data()["userByUsername"].is_null(), "{name:.40}");
    }
}
