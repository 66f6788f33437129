//! Decisions about the caller and about other users, with their reason codes.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, Client};

const CHECK: &str = "query ($user: ID!, $permission: PermissionName!, $session: ID) {
    checkAccess(userId: $user, permission: $permission, sessionId: $session) { permission userId allowed reason } }";

/// `checkAccess`: allowed, and the reason.
async fn check(client: &Client, user: &str, permission: &str) -> (bool, String) {
    let answer = client.graphql(CHECK, json!({ "user": user, "permission": permission })).await;
    let decision = &answer.data()["checkAccess"];
    assert_eq!((&decision["permission"], &decision["userId"]), (&json!(permission), &json!(user)));
    verdict(decision)
}

fn verdict(decision: &Value) -> (bool, String) {
    (decision["allowed"].as_bool().expect("an answer"), decision["reason"].as_str().expect("a reason").to_owned())
}

/// The same decision, as the user itself reads it.
async fn check_self(who: &Client, permission: &str) -> (bool, String) {
    let document = "query ($permissions: [PermissionName!]!) { canEach(permissions: $permissions) { allowed reason } }";
    verdict(&who.graphql(document, json!({ "permissions": [permission] })).await.data()["canEach"][0])
}

fn reason(allowed: bool, reason: &str) -> (bool, String) {
    (allowed, reason.to_owned())
}

/// Assigns or grants for a time, in minutes from now.
async fn give(app: &App, field: &str, mut arguments: Value, from: i64, until: i64) {
    let at = |minutes| (app.service.now() + TimeDelta::minutes(minutes)).to_rfc3339();
    arguments["validFrom"] = json!(at(from));
    arguments["expiresAt"] = json!(at(until));
    let _ = app.admin().await.mutate(field, arguments).await.done();
}

#[tokio::test]
async fn reasons_are_reported_by_precedence() {
    let app = App::start().await;
    let root = app.admin().await;
    let role = app.role("clerk").granting("a:role").granting("a:both").create().await;
    let ana = app.user("ana").with_role("clerk").with_permission("a:direct").with_permission("a:both").create().await;
    for (permission, from, until) in [("a:soon", 5, 9), ("a:brief", 0, 1)] {
        let id = app.permission_id(permission).await;
        give(&app, "userGrantPermissions", json!({ "userId": ana.id, "permissionIds": [id] }), from, until).await;
    }
    // One path expired, another not yet valid: the latter is the reason.
    let brief = app.role("brief").granting("a:mixed").granting("a:once").create().await;
    let soon = app.role("soon").granting("a:mixed").create().await;
    give(&app, "userAssignRoles", json!({ "userId": ana.id, "roleIds": [brief] }), 0, 1).await;
    give(&app, "userAssignRoles", json!({ "userId": ana.id, "roleIds": [soon] }), 5, 9).await;
    app.permission_id("a:none").await;
    app.clock.advance(TimeDelta::minutes(2));

    let expected = [
        ("a:role", true, "GRANTED_BY_ROLE"),
        ("a:direct", true, "GRANTED_DIRECTLY"),
        ("a:both", true, "GRANTED_DIRECTLY"),
        ("a:soon", false, "GRANT_NOT_YET_VALID"),
        ("a:brief", false, "GRANT_EXPIRED"),
        ("a:once", false, "GRANT_EXPIRED"),
        ("a:mixed", false, "GRANT_NOT_YET_VALID"),
        ("a:none", false, "NOT_GRANTED"),
    ];
    for (permission, allowed, why) in expected {
        assert_eq!(check(root, &ana.id, permission).await, reason(allowed, why), "{permission}");
        assert_eq!(check_self(&ana, permission).await, reason(allowed, why), "{permission}");
    }
    assert_eq!(check(root, &ana.id, "no:such").await, reason(false, "UNKNOWN_PERMISSION"));
    assert_eq!(check_self(root, "no:such").await, reason(false, "UNKNOWN_PERMISSION"));

    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    for permission in ["a:role", "a:direct", "no:such"] {
        assert_eq!(check(root, &ana.id, permission).await, reason(false, "ACCOUNT_NOT_ACTIVE"), "{permission}");
    }
    let _ = root.mutate("userReactivate", json!({ "id": ana.id })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": role })).await.done();
    assert_eq!(check(root, &ana.id, "a:role").await, reason(false, "NOT_GRANTED"));
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(check(root, &ana.id, "a:direct").await, reason(false, "ACCOUNT_NOT_ACTIVE"));
}

#[tokio::test]
async fn the_existence_of_permissions_is_revealed_only_to_their_readers() {
    let app = App::start().await;
    app.permission_id("a:none").await;
    let checker = app.user("checker").with_permission("access:check").create().await;
    let reader = app.user("reader").with_permission("access:check").with_permission("permission:read").create().await;
    for permission in ["a:none", "no:such"] {
        assert_eq!(check(&checker, &reader.id, permission).await, reason(false, "NOT_GRANTED"), "{permission}");
        assert_eq!(check_self(&checker, permission).await, reason(false, "NOT_GRANTED"), "{permission}");
    }
    assert_eq!(check(&reader, &checker.id, "no:such").await, reason(false, "UNKNOWN_PERMISSION"));
    assert_eq!(check_self(&reader, "no:such").await, reason(false, "UNKNOWN_PERMISSION"));
}

#[tokio::test]
async fn an_anonymous_caller_holds_no_permission() {
    let app = App::start().await;
    app.permission_id("a:b").await;
    let anyone = app.anonymous();
    assert_eq!(check_self(anyone, "a:b").await, reason(false, "NOT_SIGNED_IN"));
    assert_eq!(check_self(anyone, "no:such").await, reason(false, "NOT_SIGNED_IN"));
    let document = r#"{ can(permission: "a:b") canAll(permissions: ["a:b"]) canAny(permissions: ["a:b"]) me { id } viewer { id } }"#;
    let answer = anyone.ask(document).await;
    assert_eq!(answer.data(), &json!({ "can": false, "canAll": false, "canAny": false, "me": null, "viewer": null }));
}

#[tokio::test]
async fn many_permissions_are_decided_in_the_requested_order() {
    let app = App::start().await;
    let ana: Actor = app.user("ana").with_permission("a:b").with_permission("c:d").create().await;
    app.permission_id("e:f").await;
    let document = r#"{ all: canAll(permissions: ["a:b", "c:d"]) some: canAll(permissions: ["a:b", "e:f"])
        any: canAny(permissions: ["e:f", "c:d"]) none: canAny(permissions: ["e:f", "no:such"])
        nothing: canAll(permissions: []) nobody: canAny(permissions: [])
        each: canEach(permissions: ["e:f", "a:b", "e:f"]) { permission allowed } }"#;
    let answer = ana.ask(document).await;
    let answers =
        ["all", "some", "any", "none", "nothing", "nobody"].map(|key| answer.data()[key].as_bool().expect("a flag"));
    assert_eq!(answers, [true, false, true, false, true, false]);
    let one = |name: &str, allowed| json!({ "permission": name, "allowed": allowed });
    assert_eq!(answer.data()["each"], json!([one("e:f", false), one("a:b", true), one("e:f", false)]));

    let document = "query ($p: [PermissionName!]!) { canEach(permissions: $p) { allowed } }";
    let many = ana.graphql(document, json!({ "p": vec!["a:b"; 100] })).await;
    assert_eq!(many.data()["canEach"].as_array().expect("answers").len(), 100);
    assert_eq!(ana.graphql(document, json!({ "p": vec!["a:b"; 101] })).await.error(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_decision_can_be_made_for_a_live_session_of_the_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let (ana, ben) = (app.user("ana").with_permission("a:b").create().await, app.user("ben").create().await);
    let session =
        async |who: &Actor| who.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone();
    let (own, foreign) = (session(&ana).await, session(&ben).await);
    let ask = async |session: &Value| {
        root.graphql(CHECK, json!({ "user": ana.id, "permission": "a:b", "session": session })).await
    };
    assert_eq!(verdict(&ask(&own).await.data()["checkAccess"]), reason(true, "GRANTED_DIRECTLY"));
    for bad in [foreign, json!(""), json!("rubbish"), json!(ana.id)] {
        assert_eq!(ask(&bad).await.error(), "BAD_USER_INPUT", "{bad}");
    }
    let _ = ana.mutate("logout", json!({})).await.done();
    assert_eq!(ask(&own).await.error(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_unknown_user_is_an_error_for_those_who_may_ask_about_any_user() {
    let app = App::start().await;
    let role = app.role_id("user").await;
    let explain = "query ($user: ID!, $permission: PermissionName!) {
        explainAccess(userId: $user, permission: $permission) { summary } }";
    let root = app.admin().await;
    let plain = app.user("plain").create().await;
    let ana = app.user("ana").create().await;
    for unknown in ["", "rubbish", "user_00000000000000000000000000", &role] {
        for document in [CHECK, explain] {
            let variables = json!({ "user": unknown, "permission": "a:b" });
            let answer = root.graphql(document, variables.clone()).await;
            assert_eq!(answer.error(), "BAD_USER_INPUT", "{unknown}");
            assert_eq!(answer.body["errors"][0]["message"], "`userId` is not the id of a user", "{unknown}");
            // For others it is like that of an existing user.
            let hidden = plain.graphql(document, variables).await;
            let existing = plain.graphql(document, json!({ "user": ana.id, "permission": "a:b" })).await;
            assert_eq!(hidden.error(), "FORBIDDEN");
            assert_eq!(hidden.body, existing.body);
        }
    }
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    let answer = root.graphql(CHECK, json!({ "user": ana.id, "permission": "user:read" })).await;
    assert_eq!(verdict(&answer.data()["checkAccess"]), reason(false, "ACCOUNT_NOT_ACTIVE"), "its id stays known");
}
