//! A change is checked against the permissions that its actor holds under the policy lock, not at the time of the
//! request (E14, E16).

use super::Fixture;
use serde_json::json;
use tests::{App, Client, PROMISED, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_revoked_on_one_replica_restores_nothing_on_the_other() {
    let fixture = Fixture::create().await;
    let other = fixture.app.replica().await;
    let root = fixture.app.admin().await;
    let desk = json!({ "userId": fixture.manager.id, "roleIds": [fixture.desk_role] });
    let there = fixture.manager.at(&other);
    for round in 0..5 {
        let can = async || there.ask(r#"{ can(permission: "role:assign") }"#).await.data()["can"].clone();
        eventually(PROMISED, can, |can| *can == true).await;
        let (stripped, restored) = tokio::join!(
            root.mutate("userUnassignRoles", desk.clone()),
            there.mutate("userAssignRoles", desk.clone()),
        );
        let _ = stripped.done();
        // Done before, hence undone; or denied permanently.
        let outcome = match restored.response.body.get("errors") {
            Some(_) => restored.denied().to_owned(),
            None if restored.user_errors().is_empty() => "done".to_owned(),
            None => restored.refused(),
        };
        assert!(["done", "FORBIDDEN"].contains(&outcome.as_str()), "round {round}: {outcome}");
        assert_eq!(fixture.manager.ask(r#"{ can(permission: "role:assign") }"#).await.data()["can"], false);
        assert_eq!(fixture.manager.mutate("userAssignRoles", desk.clone()).await.denied(), "FORBIDDEN");
        let _ = root.mutate("userAssignRoles", desk.clone()).await.done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_suspended_during_a_change_completes_it_before_or_not_at_all() {
    let fixture = Fixture::create().await;
    let other = fixture.app.replica().await;
    let root = fixture.app.admin().await;
    let there: Client = fixture.manager.at(&other);
    let (suspended, made) = tokio::join!(
        root.mutate("userSuspend", json!({ "id": fixture.manager.id })),
        there.mutate("roleCreate", json!({ "input": { "name": "late" } })),
    );
    let _ = suspended.done();
    match made.response.body.get("errors") {
        Some(_) => assert_eq!(made.denied(), "UNAUTHENTICATED"),
        None => drop(made.done()),
    }
    let again = there.mutate("roleCreate", json!({ "input": { "name": "later" } })).await;
    assert_eq!(again.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_field_is_denied_once_an_earlier_one_revoked_its_permission() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").with_permission("role:write").with_permission("permission:grant").create().await;
    let grant = app.permission_id("role:write").await;
    // One authorized request: its first field revokes what its second requires.
    let take = format!(
        r#"mutation {{ a: userRevokePermissions(userId: "{}", permissionIds: ["{grant}"]) {{ userErrors {{ code }} }}
            b: roleUpdate(id: "{clerk}", input: {{ description: "late" }}) {{ userErrors {{ code }} }} }}"#,
        ana.id
    );
    let answer = ana.ask(&take).await;
    assert_eq!(answer.body["data"]["a"]["userErrors"], json!([]), "{:#}", answer.body);
    assert!(answer.body["data"]["b"].is_null(), "{:#}", answer.body);
    assert_eq!(answer.error(), "FORBIDDEN");
    let log = root.ask(
        r#"{ auditLog(first: 5, filter: { outcome: DENIED, actions: ["access.deny"] }) {
        nodes { reason } } }"#,
    );
    assert_eq!(log.await.data()["auditLog"]["nodes"][0]["reason"], r#"@hasPermission(permission: "role:write")"#);
}
