//! Denials and failures are audited, repeated ones once.

use super::{Since, actions, log};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, input};

#[tokio::test]
async fn f16_a_denied_change_has_an_entry_with_its_code() {
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
        let refused = root.mutate(field, arguments).await;
        assert!(refused.refused().starts_with(code), "{}", refused.refused());
        let entries = since.entries(root).await;
        assert_eq!(actions(&entries), [action]);
        let entry = &entries[0];
        assert_eq!((&entry["outcome"], &entry["reason"]), (&json!("DENIED"), &json!(code)), "{field}");
        assert_eq!((&entry["actorLabel"], &entry["actor"]["id"]), (&json!("root"), &json!(root.id)));
        assert_eq!((&entry["before"], &entry["after"]), (&Value::Null, &Value::Null));
        let request = refused.response.headers.get("x-request-id").expect("the request's id");
        assert_eq!(entry["requestId"], request.to_str().expect("ASCII"));
    }
}

#[tokio::test]
async fn f16_a_mutation_denied_by_a_guard_is_audited_and_a_query_is_not() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let since = Since::now(&app);
    assert_eq!(ana.ask("{ users { totalCount } auditLog { totalCount } }").await.error(), "FORBIDDEN");
    assert_eq!(ana.mutate("roleCreate", input(json!({ "name": "x" }))).await.denied(), "FORBIDDEN");
    assert_eq!(app.anonymous().mutate("roleCreate", input(json!({ "name": "x" }))).await.denied(), "UNAUTHENTICATED");
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
async fn f16_failed_logins_are_counted_by_name_and_minute() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let since = Since::now(&app);
    let fail = async |name: &str| {
        let tried = app.anonymous().mutate("login", json!({ "username": name, "password": "not the password" })).await;
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
    // A new minute gets a new entry.
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
        assert_eq!(ana.mutate("roleDelete", json!({ "id": "x" })).await.denied(), "FORBIDDEN");
        assert_eq!(root.mutate("roleDelete", json!({ "id": "x" })).await.refused(), "NOT_FOUND id");
    }
    let mut found = since.entries(root).await;
    found.sort_by_key(|entry| entry["action"].to_string());
    assert_eq!(actions(&found), ["access.deny", "role.delete"]);
}

#[tokio::test]
async fn a_login_to_a_suspended_account_is_audited_when_reported() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    let since = Since::now(&app);
    let tried = app.anonymous().mutate("login", json!({ "username": "ana", "password": tests::PASSWORD })).await;
    assert_eq!(tried.refused(), "ACCOUNT_NOT_ACTIVE");
    let entries = since.entries(root).await;
    assert_eq!((&entries[0]["outcome"], &entries[0]["reason"]), (&json!("FAILURE"), &json!("ACCOUNT_NOT_ACTIVE")));
}

/// A /64 of its own for each number.
fn address(number: usize) -> String {
    format!("2001:db8:0:{number:x}::1")
}

/// 16.3.1, 16.3.2.
#[tokio::test]
async fn f16_a_flood_of_junk_names_hides_no_attempt_on_an_account_or_by_a_user() {
    let proxies = api::config::TrustedProxies::parse("127.0.0.0/8").expect("a list");
    let app = App::builder().http(|http| http.proxies = proxies).start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let since = app.service.now();
    let tried = async |name: String, address: String| {
        let document =
            format!(r#"mutation {{ login(username: "{name}", password: "x") {{ userErrors {{ code }} }} }}"#);
        let headers = [("X-Forwarded-For", address.as_str())];
        let answer = app.anonymous().post(&json!({ "query": document }), &headers).await;
        // The hashing queue may be full.
        assert!(answer.status == 200 || answer.error() == "SERVICE_UNAVAILABLE", "{}", answer.body);
    };
    for number in 0..1_024 {
        tried(format!("more{number}"), "192.0.2.9".to_owned()).await;
    }
    let flood = (0..2_300).map(|number| tried(format!("junk{number}"), address(number)));
    futures_util::StreamExt::collect::<Vec<()>>(futures_util::StreamExt::buffer_unordered(
        futures_util::stream::iter(flood),
        32,
    ))
    .await;
    for _ in 0..4 {
        tried("root".to_owned(), "192.0.2.7".to_owned()).await;
    }
    let denied =
        ["permissionDelete", "roleDelete", "sodConstraintDelete", "userDelete", "userReactivate", "userSuspend"];
    for field in denied {
        assert_eq!(ana.mutate(field, json!({ "id": ana.id })).await.denied(), "FORBIDDEN");
    }

    app.clock.advance(TimeDelta::minutes(1));
    app.service.flush().await.expect("written");
    let on_root = log(root, json!({ "targetId": root.id, "outcome": ["FAILURE"] })).await;
    assert_eq!(actions(&on_root), ["session.login", "session.login"]);
    assert!(on_root[1]["summary"].as_str().is_some_and(|text| text.ends_with("… and 3 more times")), "{on_root:?}");
    let by_ana = log(root, json!({ "actorId": ana.id, "actions": ["access.deny"] })).await;
    let mut fields: Vec<_> = by_ana.iter().map(|entry| entry["targetLabel"].as_str().expect("a field")).collect();
    fields.sort_unstable();
    assert_eq!(fields, denied.map(|field| format!("Mutation.{field}")));
    // What had no room, and the many names of one address, are counted without names.
    let since = since.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    for search in ["only counted … and", "on several names"] {
        let counts = log(root, json!({ "search": search, "since": since })).await;
        assert_eq!((counts.len(), &counts[0]["targetLabel"]), (1, &Value::Null), "{counts:?}");
        assert_eq!((&counts[0]["actor"], &counts[0]["actorLabel"]), (&Value::Null, &json!("anonymous")));
    }
}
