//! Two concurrent changes on two replicas are serialized.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{App, Client, MutationResult, PROMISED, eventually};

/// Waits until the client's responses on this replica know the role.
async fn knows_role(client: &Client, id: &str) {
    let document = "query ($id: ID!) { role(id: $id) { id } }";
    let ask = async || client.graphql(document, json!({ "id": id })).await.data()["role"]["id"].is_string();
    eventually(PROMISED, ask, |known| *known).await;
}

fn done(acted: &MutationResult) -> bool {
    acted.user_errors().is_empty()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_opposite_inheritances_never_create_a_cycle() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    for round in 0..10 {
        let (a, b) = (app.role(&format!("a{round}")).create().await, app.role(&format!("b{round}")).create().await);
        knows_role(&there, &b).await;
        let link = |senior: &str, junior: &str| json!({ "roleId": senior, "inheritsFromIds": [junior] });
        let (one, two) = tokio::join!(
            here.mutate("roleAddInheritance", link(&a, &b)),
            there.mutate("roleAddInheritance", link(&b, &a)),
        );
        assert!(done(&one) != done(&two), "round {round}: {one:?} {two:?}");
        let refused = if done(&one) { &two } else { &one };
        assert_eq!(refused.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    }
    let links = here.ask("{ roleHierarchy { links { role { name } } } }").await;
    assert_eq!(links.data()["roleHierarchy"]["links"].as_array().expect("links").len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_edges_never_create_a_longer_cycle() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let mut roles = Vec::new();
    for number in 0..8 {
        roles.push(app.role(&format!("r{number}")).create().await);
    }
    knows_role(&there, &roles[7]).await;
    let attempts = (0..8).map(|number| {
        let link = json!({ "roleId": roles[number], "inheritsFromIds": [roles[(number + 1) % 8]] });
        let client: &Client = if number % 2 == 0 { &here } else { &there };
        async move { client.mutate("roleAddInheritance", link).await }
    });
    let tried = join_all(attempts).await;
    assert_eq!(tried.iter().filter(|tried| done(tried)).count(), 7, "{tried:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_deleted_during_assignment_leaves_no_user_with_its_permissions() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    for round in 0..10 {
        let role = app.role(&format!("r{round}")).granting("desk:use").create().await;
        knows_role(&there, &role).await;
        let assigned = json!({ "userId": ana.id, "roleIds": [role] });
        let (deleted, assigned) =
            tokio::join!(here.mutate("roleDelete", json!({ "id": role })), there.mutate("userAssignRoles", assigned));
        assert!(done(&deleted), "{deleted:?}");
        assert!(done(&assigned) || assigned.refused() == "NOT_FOUND roleIds.0", "{assigned:?}");
        assert_eq!(
            ana.ask("{ viewer { roles permissions } }").await.data()["viewer"],
            json!({ "roles": ["user"], "permissions": [] })
        );
        let gone = json!({ "userId": ana.id, "roleIds": [role] });
        assert_eq!(here.mutate("userAssignRoles", gone).await.refused(), "NOT_FOUND roleIds.0");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_identical_assignments_are_made_once() {
    let app = App::start().await;
    let other = app.replica().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    knows_role(&there, &clerk).await;
    let attempts = (0..8).map(|number| {
        let client: &Client = if number % 2 == 0 { &here } else { &there };
        client.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] }))
    });
    assert!(join_all(attempts).await.iter().all(done));
    let held = ana.ask("{ me { roleAssignments { role { name } } } }").await;
    let clerks = held.data()["me"]["roleAssignments"].as_array().expect("assignments").iter();
    assert_eq!(clerks.filter(|held| held["role"]["name"] == "clerk").count(), 1);
    let log = here.ask(r#"{ auditLog(filter: { actions: ["user.assign_roles"] }) { totalCount } }"#).await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_has_its_own_revision() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let revision = async |client: &Client| {
        client.ask("{ viewer { policyRevision } }").await.data()["viewer"]["policyRevision"].as_i64().expect("a number")
    };
    let before = revision(&here).await;
    let attempts = (0..20).map(|number| {
        let client: &Client = if number % 2 == 0 { &here } else { &there };
        client.mutate("permissionCreate", json!({ "input": { "name": format!("p:{number}") } }))
    });
    assert!(join_all(attempts).await.iter().all(done));
    for client in [&*here, &there] {
        eventually(PROMISED, async || revision(client).await, |now| *now == before + 20).await;
    }
    let count = there.ask(r#"{ permissions(filter: { resource: "p" }) { totalCount } }"#).await;
    assert_eq!(count.data()["permissions"]["totalCount"], json!(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_concurrent_creations_of_a_role_name_succeeds() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let new = |name: &str| json!({ "input": { "name": name } });
    let (one, two): (MutationResult, MutationResult) =
        tokio::join!(here.mutate("roleCreate", new("clerk")), there.mutate("roleCreate", new("CLERK")));
    assert!(done(&one) != done(&two), "{one:?} {two:?}");
    assert_eq!(if done(&one) { two.refused() } else { one.refused() }, "TAKEN input.name");
    let roles: Value =
        here.ask(r#"{ roles(filter: { search: "clerk" }) { totalCount } }"#).await.data()["roles"]["totalCount"]
            .clone();
    assert_eq!(roles, 1);
}
