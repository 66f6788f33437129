//! Assigning roles to one user (AssignUser, DeassignUser).

use super::{audited, permissions};
use serde_json::{Value, json};
use tests::{App, MutationResult};

async fn change(app: &App, field: &str, user: &str, roles: &[&str]) -> MutationResult {
    app.admin().await.mutate(field, json!({ "userId": user, "roleIds": roles })).await
}

#[tokio::test]
async fn assigned_roles_add_and_remove_their_permissions() {
    let app = App::start().await;
    let (desk, safe) =
        (app.role("desk").granting("desk:use").create().await, app.role("safe").granting("safe:open").create().await);
    let ana = app.user("ana").create().await;
    let done = change(&app, "userAssignRoles", &ana.id, &[&desk, &safe, &desk]).await;
    assert_eq!(done.done()["user"]["username"], "ana");
    assert_eq!(permissions(&ana).await, json!(["desk:use", "safe:open"]));
    let _ = change(&app, "userUnassignRoles", &ana.id, &[&desk]).await.done();
    assert_eq!(permissions(&ana).await, json!(["safe:open"]));
}

#[tokio::test]
async fn an_assignment_has_an_assigner_a_time_a_reason_and_an_end() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    let from = app.service.now() - chrono::TimeDelta::hours(1);
    let until = app.service.now() + chrono::TimeDelta::hours(1);
    let written = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let terms = json!({
        "userId": ana.id, "roleIds": [clerk],
        "validFrom": written(from), "expiresAt": written(until), "reason": "holiday cover 🏖",
    });
    let _ = root.mutate("userAssignRoles", terms).await.done();
    let document = "{ me { roleAssignments { id role { name } user { username } assignedAt assignedBy { id }
        validFrom expiresAt reason } } }";
    let answer = ana.ask(document).await;
    let assignments = answer.data()["me"]["roleAssignments"].as_array().expect("assignments").clone();
    let assignment = assignments.iter().find(|held| held["role"]["name"] == "clerk").expect("the assignment");
    assert_eq!(assignment["user"]["username"], "ana");
    assert_eq!((&assignment["validFrom"], &assignment["expiresAt"]), (&json!(written(from)), &json!(written(until))));
    assert_eq!(assignment["assignedAt"], written(app.service.now()));
    assert_eq!(assignment["reason"], "holiday cover 🏖");
    // The assigning user is visible to holders of `user:read`.
    assert_eq!(assignment["assignedBy"], Value::Null);
    let node = "query ($id: ID!) { node(id: $id) { ... on RoleAssignment { assignedBy { id } } } }";
    let node = root.graphql(node, json!({ "id": assignment["id"] })).await;
    assert_eq!(node.data()["node"]["assignedBy"]["id"], root.id);
}

#[tokio::test]
async fn all_are_assigned_or_none() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").create().await;
    for field in ["userAssignRoles", "userUnassignRoles"] {
        assert_eq!(change(&app, field, &ana.id, &[&clerk, "role_", &clerk]).await.refused(), "NOT_FOUND roleIds.1");
        assert_eq!(change(&app, field, &ana.id, &[&clerk, &ana.id]).await.refused(), "NOT_FOUND roleIds.1");
        assert_eq!(change(&app, field, &clerk, &[&clerk]).await.refused(), "NOT_FOUND userId");
        assert_eq!(change(&app, field, &ana.id, &vec![clerk.as_str(); 101]).await.refused(), "TOO_LONG roleIds");
    }
    assert_eq!(permissions(&ana).await, json!([]));
    let gone = app.user("gone").create().await;
    let _ = app.admin().await.mutate("userDelete", json!({ "id": gone.id })).await.done();
    assert_eq!(change(&app, "userAssignRoles", &gone.id, &[&clerk]).await.refused(), "NOT_FOUND userId");
}

#[tokio::test]
async fn existing_and_missing_items_change_nothing() {
    let app = App::start().await;
    let (clerk, other) = (app.role("clerk").create().await, app.role("other").create().await);
    let ana = app.user("ana").with_role("clerk").create().await;
    let entries = audited(&app).await;
    let _ = change(&app, "userAssignRoles", &ana.id, &[&clerk, &clerk]).await.done();
    let _ = change(&app, "userAssignRoles", &ana.id, &[]).await.done();
    let _ = change(&app, "userUnassignRoles", &ana.id, &[&other]).await.done();
    let _ = change(&app, "userUnassignRoles", &ana.id, &[]).await.done();
    assert_eq!(audited(&app).await, entries);
    let answer = ana.ask("{ viewer { roles } }").await;
    assert_eq!(answer.data()["viewer"]["roles"], json!(["clerk", "user"]));
}

#[tokio::test]
async fn only_the_new_items_of_a_batch_are_audited() {
    let app = App::start().await;
    let (held, new) = (app.role("held").create().await, app.role("new").create().await);
    let ana = app.user("ana").with_role("held").create().await;
    let _ = change(&app, "userAssignRoles", &ana.id, &[&held, &new]).await.done();
    let log =
        app.admin().await.ask(r#"{ auditLog(filter: { actions: ["user.assign_roles"] }) { nodes { after } } }"#).await;
    let entries = log.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
    let roles: Vec<_> = entries.iter().map(|entry| entry["after"]["roles"].clone()).collect();
    assert!(roles.contains(&json!(["new"])) && roles.contains(&json!(["held"])) && roles.len() == 2, "{roles:?}");
}
