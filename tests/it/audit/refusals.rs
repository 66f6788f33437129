//! What was refused or failed is on record, once however often it is repeated.

use super::{Since, actions};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, input};

#[tokio::test]
async fn f16_a_refused_change_is_a_denied_entry_with_its_code() {
    let app = App::start().await;
    let root = app.admin().await;
    let (a, superadmin) = (app.role("a").create().await, app.role_id("superadmin").await);
    let cases = [
        ("roleCreate", input(json!({ "name": "a" })), "role.create", "TAKEN"),
        ("roleCreate", input(json!({ "name": "" })), "role.create", "REQUIRED"),
        ("roleUpdate", json!({ "id": superadmin, "input": { "name": "x" } }), "role.update", "IMMUTABLE"),
        (
            "roleAddInheritance",
            json!({ "roleId": a, "inheritsFromIds": [a] }),
            "role.add_inheritance",
            "HIERARCHY_CYCLE",
        ),
        ("roleDelete", json!({ "id": "rubbish" }), "role.delete", "NOT_FOUND"),
        ("userDelete", json!({ "id": root.id }), "user.delete", "WOULD_LOCK_OUT"),
        (
            "userAssignRoles",
            json!({ "userId": root.id, "roleIds": [a], "expiresAt": "1999-01-01T00:00:00Z" }),
            "user.assign_roles",
            "INVALID",
        ),
        ("permissionCreate", input(json!({ "name": "*" })), "permission.create", "INVALID"),
    ];
    for (field, arguments, action, code) in cases {
        let since = Since::now(&app);
        let refused = root.act(field, arguments).await;
        assert!(refused.refused().starts_with(code), "{}", refused.refused());
        let entries = since.entries(root).await;
        assert_eq!(actions(&entries), [action]);
        let entry = &entries[0];
        assert_eq!((&entry["outcome"], &entry["reason"]), (&json!("DENIED"), &json!(code)), "{field}");
        assert_eq!((&entry["actorLabel"], &entry["actor"]["id"]), (&json!("root"), &json!(root.id)));
        assert_eq!((&entry["before"], &entry["after"]), (&Value::Null, &Value::Null));
        let request = refused.answer.headers.get("x-request-id").expect("the request's id");
        assert_eq!(entry["requestId"], request.to_str().expect("ASCII"));
    }
}

#[tokio::test]
async fn f16_a_mutation_that_a_guard_denied_is_on_record_and_a_query_is_not() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let since = Since::now(&app);
    assert_eq!(ana.ask("{ users { totalCount } auditLog { totalCount } }").await.error(), "FORBIDDEN");
    assert_eq!(ana.act("roleCreate", input(json!({ "name": "x" }))).await.denied(), "FORBIDDEN");
    assert_eq!(app.anonymous().act("roleCreate", input(json!({ "name": "x" }))).await.denied(), "UNAUTHENTICATED");
    let entries = since.entries(root).await;
    assert_eq!(actions(&entries), ["access.deny", "access.deny"]);
    for (actor, label) in [(json!(ana.id), "ana"), (Value::Null, "anonymous")] {
        let entry = entries.iter().find(|entry| entry["actorLabel"] == label).expect("an entry");
        assert_eq!((&entry["outcome"], &entry["actor"]["id"]), (&json!("DENIED"), &actor));
        assert_eq!((&entry["targetType"], &entry["targetLabel"]), (&json!("Field"), &json!("Mutation.roleCreate")));
        assert_eq!(entry["reason"], r#"@hasPermission(permission: "role:write")"#);
        assert_eq!(entry["targetId"], Value::Null);
    }
    assert!(root.ask(r#"{ roleByName(name: "x") { id } }"#).await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn f16_failed_sign_ins_are_counted_by_name_and_minute() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let since = Since::now(&app);
    let fail = async |name: &str| {
        let tried = app.anonymous().act("login", json!({ "username": name, "password": "not the password" })).await;
        assert_eq!(tried.refused(), "INVALID_CREDENTIALS");
    };
    for _ in 0..20 {
        fail("ana").await;
    }
    fail("nobody").await;
    let entries = since.entries(root).await;
    assert_eq!(actions(&entries), ["session.login", "session.login"]);
    let of = |label: &str| entries.iter().find(|entry| entry["targetLabel"] == label).expect("an entry");
    for (label, target) in [("ana", json!(ana.id)), ("nobody", Value::Null)] {
        let entry = of(label);
        assert_eq!((&entry["outcome"], &entry["reason"]), (&json!("FAILURE"), &json!("INVALID_CREDENTIALS")));
        assert_eq!((&entry["actor"], &entry["actorLabel"]), (&Value::Null, &json!("anonymous")));
        assert_eq!((&entry["targetId"], &entry["ipAddress"]), (&target, &json!("127.0.0.1")));
    }

    app.clock.advance(TimeDelta::minutes(1));
    app.service.flush().await.expect("written");
    let entries = since.entries(root).await;
    assert_eq!(entries.len(), 3);
    assert!(
        entries[2]["summary"].as_str().is_some_and(|summary| summary.ends_with("… and 19 more times")),
        "{entries:?}"
    );
    // A new minute is written anew.
    fail("ana").await;
    assert_eq!(since.entries(root).await.len(), 4);
}

#[tokio::test]
async fn repeated_denials_are_counted_too() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let since = Since::now(&app);
    for _ in 0..10 {
        assert_eq!(ana.act("roleDelete", json!({ "id": "x" })).await.denied(), "FORBIDDEN");
        assert_eq!(root.act("roleDelete", json!({ "id": "x" })).await.refused(), "NOT_FOUND id");
    }
    let mut found = since.entries(root).await;
    found.sort_by_key(|entry| entry["action"].to_string());
    assert_eq!(actions(&found), ["access.deny", "role.delete"]);
}

#[tokio::test]
async fn a_suspended_account_is_on_record_when_it_is_told() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let _ = root.act("userSuspend", json!({ "id": ana.id })).await.done();
    let since = Since::now(&app);
    let tried = app.anonymous().act("login", json!({ "username": "ana", "password": tests::PASSWORD })).await;
    assert_eq!(tried.refused(), "ACCOUNT_NOT_ACTIVE");
    let entries = since.entries(root).await;
    assert_eq!((&entries[0]["outcome"], &entries[0]["reason"]), (&json!("FAILURE"), &json!("ACCOUNT_NOT_ACTIVE")));
}
