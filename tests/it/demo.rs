//! The demo company: loaded into an empty installation, and removed without a trace but the audit log.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use service::Clock as _;
use std::time::Duration;
use tests::{App, Client, input};

/// An application with time for the whole company in one request: tests are built without optimization and run side by side.
async fn start() -> App {
    App::builder().http(|http| http.response_time = Duration::from_secs(60)).start().await
}

async fn status(client: &Client) -> Value {
    client.ask("{ demo { isLoaded canLoad } }").await.data()["demo"].clone()
}

async fn counts(client: &Client) -> Value {
    let document = "{ users { totalCount } roles { totalCount } permissions { totalCount } sodConstraints { id } }";
    client.ask(document).await.data().clone()
}

/// Whether a user of the company holds a permission.
async fn allows(root: &Client, username: &str, permission: &str) -> bool {
    let found = root.ask(&format!("{{ userByUsername(username: \"{username}\") {{ id }} }}")).await;
    let document = "query ($user: ID!, $permission: PermissionName!) {
        checkAccess(userId: $user, permission: $permission) { allowed } }";
    let variables = json!({ "user": found.data()["userByUsername"]["id"], "permission": permission });
    let answer = root.graphql(document, variables).await;
    answer.data()["checkAccess"]["allowed"].as_bool().expect("a decision")
}

#[tokio::test]
async fn the_company_is_what_its_story_says() {
    let app = start().await;
    let root = app.admin().await;
    assert_eq!(status(root).await, json!({ "isLoaded": false, "canLoad": true }));
    let loaded = root.mutate("demoLoad", json!({})).await;
    assert_eq!((&loaded.done()["users"], &loaded.done()["roles"]), (&json!(26), &json!(15)));
    assert_eq!(status(root).await, json!({ "isLoaded": true, "canLoad": false }));
    assert_eq!(
        root.ask("{ sodConstraints { id } }").await.data()["sodConstraints"].as_array().expect("a list").len(),
        3
    );

    assert!(allows(root, "ana", "invoice:approve").await && allows(root, "ana", "invoice:read").await);
    assert!(!allows(root, "ana", "payment:execute").await, "separation of duty");
    assert!(!allows(root, "carla", "ledger:post").await, "has expired");
    assert!(allows(root, "rosa", "report:read").await, "a direct grant");
    assert!(!allows(root, "farid", "invoice:approve").await, "begins later");
    app.clock.advance(TimeDelta::days(11));
    let root = app.login("root").await;
    assert!(allows(&root, "farid", "invoice:approve").await);
}

#[tokio::test]
async fn its_events_lie_in_the_past_month() {
    let app = start().await;
    let root = app.admin().await;
    let now = app.clock.now();
    let _ = root.mutate("demoLoad", json!({})).await.done();
    let document = "{ auditLog(first: 100, filter: { actions: [\"user.*\", \"policy.apply\"] }) { totalCount
        nodes { action at outcome reason actorLabel } } }";
    let log = root.ask(document).await;
    let events = log.data()["auditLog"]["nodes"].as_array().expect("events").clone();
    let time = |event: &Value| event["at"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let past =
        events.iter().filter(|event| event["actorLabel"] == "operator" && time(event).is_some_and(|at| at < now));
    let past: Vec<&Value> = past.collect();
    assert!(past.len() > 60, "{}", past.len());
    assert!(past.iter().all(|event| time(event).is_some_and(|at| at > now - TimeDelta::days(32))));
    assert!(past.iter().any(|event| event["outcome"] == "DENIED"), "a refused assignment");
    assert!(past.iter().any(|event| event["action"] == "user.suspend" && event["reason"] == "Left the company"));
}

#[tokio::test]
async fn it_is_loaded_into_an_empty_installation_only() {
    for what in ["user", "role", "permission"] {
        let app = start().await;
        let root = app.admin().await;
        match what {
            "user" => drop(app.user("ana").create().await),
            "role" => drop(root.mutate("roleCreate", input(json!({ "name": "clerk" }))).await),
            _ => drop(app.permission_id("desk:use").await),
        }
        let before = counts(root).await;
        assert_eq!(status(root).await["canLoad"], false, "{what}");
        assert_eq!(root.mutate("demoLoad", json!({})).await.refused(), "INVALID", "{what}");
        assert_eq!(counts(root).await, before, "{what}");
    }
}

#[tokio::test]
async fn it_is_loaded_once() {
    let app = start().await;
    let root = app.admin().await;
    let _ = root.mutate("demoLoad", json!({})).await.done();
    assert_eq!(root.mutate("demoLoad", json!({})).await.refused(), "INVALID");
}

#[tokio::test]
async fn nobody_of_the_company_can_log_in() {
    let app = start().await;
    let _ = app.admin().await.mutate("demoLoad", json!({})).await.done();
    for name in ["ana", "ben", "eve"] {
        for password in ["", name, "password", "demo", tests::PASSWORD] {
            let arguments = json!({ "username": name, "password": password });
            assert_eq!(app.anonymous().mutate("login", arguments).await.refused(), "INVALID_CREDENTIALS", "{name}");
        }
    }
}

#[tokio::test]
async fn removal_deletes_what_was_loaded_and_nothing_else() {
    let app = start().await;
    let root = app.admin().await;
    let empty = counts(root).await;
    let _ = root.mutate("demoLoad", json!({})).await.done();

    // Changed since: a role and a user renamed, a user deleted.
    let clerk = root.ask("{ roleByName(name: \"clerk\") { id } }").await.data()["roleByName"]["id"].clone();
    let _ = root.mutate("roleUpdate", json!({ "id": clerk, "input": { "name": "teller" } })).await.done();
    let by_name = |name: &str| format!("{{ userByUsername(username: \"{name}\") {{ id }} }}");
    let ben = root.ask(&by_name("ben")).await.data()["userByUsername"]["id"].clone();
    let _ = root.mutate("userUpdate", json!({ "id": ben, "input": { "username": "benjamin" } })).await.done();
    let carla = root.ask(&by_name("carla")).await.data()["userByUsername"]["id"].clone();
    let _ = root.mutate("userDelete", json!({ "id": carla })).await.done();

    // Objects of others that hold parts of it.
    let mine = app.role("mine").granting("desk:use").create().await;
    let _ = root.mutate("roleAddInheritance", json!({ "roleId": mine, "inheritsFromIds": [clerk] })).await.done();
    let other = app.user("other").with_role("mine").create().await;
    let _ = root.mutate("userAssignRoles", json!({ "userId": other.id, "roleIds": [clerk] })).await.done();

    let removed = root.mutate("demoRemove", json!({})).await;
    assert_eq!((&removed.done()["users"], &removed.done()["roles"]), (&json!(25), &json!(15)));
    let left = counts(root).await;
    let one_more = |field: &str| json!(empty[field]["totalCount"].as_u64().expect("a number") + 1);
    for field in ["users", "roles", "permissions"] {
        assert_eq!(left[field]["totalCount"], one_more(field), "{field}");
    }
    assert_eq!(left["sodConstraints"], json!([]));
    let kept = root.ask("{ userByUsername(username: \"other\") { roles { name inheritsFrom { name } } } }").await;
    let roles = kept.data()["userByUsername"]["roles"].as_array().expect("roles").clone();
    assert!(roles.contains(&json!({ "name": "mine", "inheritsFrom": [] })), "{roles:?}");
    assert_eq!(root.mutate("demoRemove", json!({})).await.refused(), "NOT_FOUND");
    assert_eq!(status(root).await, json!({ "isLoaded": false, "canLoad": false }));
}

#[tokio::test]
async fn after_its_removal_it_can_be_loaded_again() {
    let app = start().await;
    let root = app.admin().await;
    for _ in 0..2 {
        assert_eq!(root.mutate("demoLoad", json!({})).await.done()["users"], 26);
        assert_eq!(root.mutate("demoRemove", json!({})).await.done()["users"], 26);
    }
    let log = root
        .ask("{ auditLog(filter: { actions: [\"demo.load\"] }) { totalCount nodes { actorLabel summary } } }")
        .await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 2);
    assert_eq!(
        log.data()["auditLog"]["nodes"][0],
        json!({ "actorLabel": "root", "summary": "root loaded the demo company" })
    );
}

#[tokio::test]
async fn a_constraint_of_others_keeps_the_company() {
    let app = start().await;
    let root = app.admin().await;
    let _ = root.mutate("demoLoad", json!({})).await.done();
    let role = |name: &'static str| async move {
        let found = root.ask(&format!("{{ roleByName(name: \"{name}\") {{ id }} }}")).await;
        found.data()["roleByName"]["id"].clone()
    };
    let roles = [role("sales-manager").await, role("hr-manager").await];
    let set = json!({ "name": "mine", "kind": "STATIC", "roleIds": roles });
    let _ = root.mutate("sodConstraintCreate", input(set)).await.done();
    let before = counts(root).await;
    assert_eq!(root.mutate("demoRemove", json!({})).await.refused(), "SOD_VIOLATION");
    assert_eq!(counts(root).await, before);
}
