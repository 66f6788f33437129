//! A change is judged by what its author holds when the lock is theirs, not when they asked: check and act
//! are one step (E14, E16).

use super::House;
use serde_json::json;
use tests::{App, Client, PROMISED, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_stripped_on_one_replica_restores_nothing_on_the_other() {
    let house = House::build().await;
    let other = house.app.replica().await;
    let root = house.app.admin().await;
    let desk = json!({ "userId": house.manager.id, "roleIds": [house.desk_role] });
    let there = house.manager.at(&other);
    for round in 0..5 {
        let can = async || there.ask(r#"{ can(permission: "role:assign") }"#).await.data()["can"].clone();
        eventually(PROMISED, can, |can| *can == true).await;
        let (stripped, restored) =
            tokio::join!(root.act("userUnassignRoles", desk.clone()), there.act("userAssignRoles", desk.clone()),);
        let _ = stripped.done();
        // Done before, and so undone; or refused for good.
        let told = match restored.answer.body.get("errors") {
            Some(_) => restored.denied().to_owned(),
            None if restored.user_errors().is_empty() => "done".to_owned(),
            None => restored.refused(),
        };
        assert!(["done", "FORBIDDEN"].contains(&told.as_str()), "round {round}: {told}");
        assert_eq!(house.manager.ask(r#"{ can(permission: "role:assign") }"#).await.data()["can"], false);
        assert_eq!(house.manager.act("userAssignRoles", desk.clone()).await.denied(), "FORBIDDEN");
        let _ = root.act("userAssignRoles", desk.clone()).await.done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_barred_while_acting_acts_before_or_not_at_all() {
    let house = House::build().await;
    let other = house.app.replica().await;
    let root = house.app.admin().await;
    let there: Client = house.manager.at(&other);
    let (barred, made) = tokio::join!(
        root.act("userSuspend", json!({ "id": house.manager.id })),
        there.act("roleCreate", json!({ "input": { "name": "late" } })),
    );
    let _ = barred.done();
    match made.answer.body.get("errors") {
        Some(_) => assert_eq!(made.denied(), "UNAUTHENTICATED"),
        None => drop(made.done()),
    }
    let again = there.act("roleCreate", json!({ "input": { "name": "later" } })).await;
    assert_eq!(again.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_change_by_rights_of_the_past_is_refused_though_the_request_was_let_in() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").with_permission("role:write").with_permission("permission:grant").create().await;
    let grant = app.permission_id("role:write").await;
    // One request, let in as a whole: its first field takes from ana what its second needs.
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
        r#"{ auditLog(first: 5, filter: { outcome: DENIED, actions: ["role.update"] }) {
        nodes { reason } } }"#,
    );
    assert_eq!(log.await.data()["auditLog"]["nodes"][0]["reason"], r#"@hasPermission(permission: "role:write")"#);
}
