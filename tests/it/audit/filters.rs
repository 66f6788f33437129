//! Filters of the audit log.

use super::{Since, actions, log};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{Actor, App, List};

/// An installation with several changes, a second apart.
struct Story {
    app: App,
    ana: Actor,
    clerk: String,
    permission: String,
    since: Since,
}

async fn story() -> Story {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").with_permission("role:write").create().await;
    let permission = app.permission_id("desk:use").await;
    let since = Since::now(&app);
    let _ = ana.mutate("roleCreate", json!({ "input": { "name": "clerk" } })).await.done();
    let clerk = app.role_id("clerk").await;
    for (field, arguments) in [
        ("roleGrantPermissions", json!({ "roleId": clerk, "permissionIds": [permission] })),
        ("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })),
        ("userSuspend", json!({ "id": ana.id })),
        ("userReactivate", json!({ "id": ana.id })),
    ] {
        app.clock.advance(TimeDelta::seconds(1));
        let _ = root.mutate(field, arguments).await.done();
    }
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(root.mutate("roleDelete", json!({ "id": "x" })).await.refused(), "NOT_FOUND id");
    Story { app, ana, clerk, permission, since }
}

#[tokio::test]
async fn conditions_are_combined_with_and() {
    let Story { app, ana, clerk, permission, since } = story().await;
    let root = app.admin().await;
    let found = async |mut filter: Value| {
        filter["since"] = filter.get("since").cloned().unwrap_or(json!(since.0));
        actions(&log(root, filter).await).join(" ")
    };
    let all = "role.create role.grant_permissions user.assign_roles user.suspend user.reactivate role.delete";
    let cases = [
        (json!({}), all),
        (json!({ "actorId": ana.id }), "role.create"),
        (json!({ "actorId": root.id }), all.trim_start_matches("role.create ")),
        (json!({ "actorId": "rubbish" }), ""),
        (json!({ "targetId": clerk }), "role.create role.grant_permissions"),
        (json!({ "targetId": ana.id }), "user.assign_roles user.suspend user.reactivate"),
        (json!({ "targetId": "rubbish" }), ""),
        (json!({ "involvingId": clerk }), "role.create role.grant_permissions user.assign_roles"),
        (json!({ "involvingId": permission }), "role.grant_permissions"),
        (json!({ "involvingId": ana.id }), "role.create user.assign_roles user.suspend user.reactivate"),
        (json!({ "involvingId": "rubbish" }), ""),
        (json!({ "actions": ["user.suspend"] }), "user.suspend"),
        (json!({ "actions": ["role.*"] }), "role.create role.grant_permissions role.delete"),
        (
            json!({ "actions": ["role.*", "user.suspend"] }),
            "role.create role.grant_permissions user.suspend role.delete",
        ),
        (json!({ "actions": [] }), ""),
        (json!({ "actions": ["policy.import", "sod_constraint.*"] }), ""),
        (json!({ "outcome": ["DENIED"] }), "role.delete"),
        (json!({ "outcome": ["DENIED", "FAILURE"] }), "role.delete"),
        (json!({ "outcome": [] }), ""),
        (json!({ "search": "CLERK" }), "role.create role.grant_permissions user.assign_roles"),
        (json!({ "search": "desk:use" }), "role.grant_permissions"),
        (json!({ "search": "%" }), ""),
        (json!({ "search": "clerk", "actorId": root.id, "targetId": clerk }), "role.grant_permissions"),
        (json!({ "actions": ["role.*"], "outcome": ["SUCCESS"], "actorId": ana.id }), "role.create"),
    ];
    for (filter, expected) in cases {
        assert_eq!(found(filter.clone()).await, expected, "{filter:.100}");
    }
}

#[tokio::test]
async fn times_include_the_beginning_and_exclude_the_end() {
    let Story { app, since, .. } = story().await;
    let root = app.admin().await;
    let start = since.0.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant");
    let second = |n: i64| (start + TimeDelta::seconds(n)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let found = async |from: i64, until: i64| {
        actions(&log(root, json!({ "since": second(from), "until": second(until) })).await).join(" ")
    };
    assert_eq!(found(0, 1).await, "role.create");
    assert_eq!(found(1, 3).await, "role.grant_permissions user.assign_roles");
    assert_eq!(found(3, 3).await, "");
    assert_eq!(found(5, 60).await, "role.delete");
    assert_eq!(found(60, 0).await, "");
    let before = log(root, json!({ "until": since.0 })).await;
    let total = log(root, json!({})).await.len();
    assert_eq!(before.len() + 6, total);
    let edges = json!({ "since": "1970-01-01T00:00:00Z", "until": "9999-12-31T23:59:59Z" });
    assert_eq!(log(root, edges).await.len(), total);
}

#[tokio::test]
async fn pages_are_consistent_in_both_orders_and_directions() {
    let Story { app, .. } = story().await;
    let root = app.admin().await;
    let mut entries = log(root, json!({})).await;
    entries.sort_by_key(|entry| (entry["at"].to_string(), entry["id"].to_string()));
    let mut ids: Vec<String> = entries.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect();
    List::with("auditLog", "orderBy: { direction: ASC }").is(root, &ids).await;
    ids.reverse();
    List::with("auditLog", "orderBy: { direction: DESC }").is(root, &ids).await;
    List::new("auditLog").is(root, &ids).await;
}

#[tokio::test]
async fn entries_of_related_objects_are_found() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let second = app.login("ana").await;
    let session = ana.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone();
    let since = Since::now(&app);
    let _ = second.mutate("sessionRevoke", json!({ "id": session })).await.done();
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    let found = log(root, json!({ "involvingId": ana.id, "since": since.0 })).await;
    let mut found = actions(&found);
    found.sort_unstable();
    assert_eq!(found, ["session.revoke", "user.delete"]);
    assert_eq!(actions(&log(root, json!({ "involvingId": session, "since": since.0 })).await), ["session.revoke"]);
    let roles = "query ($id: ID!) { role(id: $id) { auditTrail { nodes { action } } } }";
    let user = app.role_id("user").await;
    let trail = root.graphql(roles, json!({ "id": user })).await;
    let trail = trail.data()["role"]["auditTrail"]["nodes"].as_array().expect("entries").clone();
    assert!(actions(&trail).contains(&"user.delete"), "{trail:?}");
}
