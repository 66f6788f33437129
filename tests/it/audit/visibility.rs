//! Visibility of audit log entries.

use serde_json::{Value, json};
use tests::{App, Client};

const TRAIL: &str = "{ me { auditTrail(first: 100) { nodes {
    action actorLabel actor { username } ipAddress userAgent reason summary } } } }";

async fn trail(who: &Client) -> Vec<Value> {
    who.ask(TRAIL).await.data()["me"]["auditTrail"]["nodes"].as_array().expect("entries").clone()
}

fn entry<'a>(entries: &'a [Value], action: &str) -> &'a Value {
    entries.iter().find(|entry| entry["action"] == action).unwrap_or_else(|| panic!("no {action}: {entries:#?}"))
}

#[tokio::test]
async fn users_see_entries_about_themselves_without_addresses_of_others() {
    let app = App::start().await;
    let root = app.admin().await;
    let _ = app.user("ana").create().await;
    let ana = app.login("ana").await;
    let wrong = json!({ "username": "ana", "password": "not the password" });
    assert_eq!(app.anonymous().mutate("login", wrong).await.refused(), "INVALID_CREDENTIALS");
    let clerk = app.role("clerk").create().await;
    let assign = json!({ "userId": ana.id, "roleIds": [clerk], "reason": "because" });
    let _ = root.mutate("userAssignRoles", assign).await.done();
    let _ = ana.mutate("profileUpdate", json!({ "input": { "displayName": "A" } })).await.done();
    // Entries about others only are left out.
    app.user("ben").create().await;

    let own = trail(&ana).await;
    let assigned = entry(&own, "user.assign_roles");
    assert_eq!((&assigned["actorLabel"], &assigned["summary"]), (&json!("root"), &json!("root assigned clerk to ana")));
    for hidden in ["ipAddress", "userAgent", "reason", "actor"] {
        assert_eq!(assigned[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(entry(&own, "profile.update")["ipAddress"], "127.0.0.1");
    assert_eq!(entry(&own, "profile.update")["actor"]["username"], "ana");
    let failed = own.iter().find(|entry| entry["reason"] == "INVALID_CREDENTIALS").expect("the wrong password");
    assert_eq!((&failed["actorLabel"], &failed["ipAddress"]), (&json!("anonymous"), &json!("127.0.0.1")));
    assert!(own.iter().all(|entry| !entry["summary"].to_string().contains("ben")), "{own:#?}");

    let document = "query ($id: ID!) { auditLog(filter: { involvingId: $id }) { nodes { action ipAddress reason } } }";
    let seen = root.graphql(document, json!({ "id": ana.id })).await;
    let seen = seen.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
    assert_eq!(
        (&entry(&seen, "user.assign_roles")["reason"], &entry(&seen, "user.assign_roles")["ipAddress"]),
        (&json!("because"), &json!("127.0.0.1"))
    );
}

#[tokio::test]
async fn the_whole_log_requires_audit_read() {
    let app = App::start().await;
    let (ana, auditor) =
        (app.user("ana").create().await, app.user("auditor").with_permission("audit:read").create().await);
    assert_eq!(ana.ask("{ auditLog { totalCount } }").await.error(), "FORBIDDEN");
    assert_eq!(app.anonymous().ask("{ auditLog { totalCount } }").await.error(), "UNAUTHENTICATED");
    let others = "query ($id: ID!) { user(id: $id) { auditTrail { totalCount } } }";
    assert_eq!(ana.graphql(others, json!({ "id": auditor.id })).await.error(), "FORBIDDEN");

    // An auditor reads every field of an entry, but not the users without `user:read`.
    let answer = auditor
        .ask(
            r#"{ auditLog(filter: { actions: ["user.grant_permissions"] }) {
        nodes { id actorLabel ipAddress actor { username } targetLabel } } }"#,
        )
        .await;
    let granted = answer.data()["auditLog"]["nodes"][0].clone();
    assert_eq!((&granted["actorLabel"], &granted["ipAddress"]), (&json!("root"), &json!("127.0.0.1")));
    assert_eq!((&granted["targetLabel"], &granted["actor"]), (&json!("auditor"), &Value::Null));

    // By id, an entry is visible to its actor and its subject.
    let node = "query ($id: ID!) { node(id: $id) { ... on AuditEvent { action ipAddress } } }";
    let seen = async |who: &Client| who.graphql(node, json!({ "id": granted["id"] })).await.data()["node"].clone();
    assert_eq!(seen(&ana).await, Value::Null);
    assert_eq!(seen(&auditor).await["ipAddress"], "127.0.0.1");
}

#[tokio::test]
async fn entries_of_deleted_users_stay_readable() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").with_permission("role:write").create().await;
    let _ = ana.mutate("roleCreate", json!({ "input": { "name": "clerk" } })).await.done();
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    let answer = root
        .ask(
            r#"{ auditLog(filter: { actions: ["role.create"], search: "clerk" }) {
        nodes { actorLabel summary actor { id status username } } } }"#,
        )
        .await;
    let entry = &answer.data()["auditLog"]["nodes"][0];
    assert_eq!((&entry["actorLabel"], &entry["summary"]), (&json!("ana"), &json!("ana created role clerk")));
    assert_eq!((&entry["actor"]["id"], &entry["actor"]["status"]), (&json!(ana.id), &json!("DELETED")));
}
