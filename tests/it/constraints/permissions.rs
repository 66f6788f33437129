//! Constraints over permissions.

use super::{constraint, create, roles, sod_error};
use serde_json::{Value, json};
use tests::{App, Client, MutationResult};

async fn create_over(client: &Client, kind: &str, permissions: &[&str]) -> MutationResult {
    let input = json!({ "name": "duties", "kind": kind, "permissionIds": permissions });
    client.mutate("sodConstraintCreate", json!({ "input": input })).await
}

/// Ids of the two permissions that conflict.
async fn duties(app: &App) -> [String; 2] {
    [app.permission_id("invoice:approve").await, app.permission_id("invoice:pay").await]
}

/// The permissions and the user in a SodError.
#[track_caller]
fn conflict(acted: &MutationResult) -> Value {
    let [error] = acted.user_errors() else { panic!("{acted:?}") };
    let names = error["permissions"].as_array().expect("permissions").iter().map(|known| known["name"].clone());
    json!([error["constraintName"], names.collect::<Vec<_>>(), error["roles"], error["userId"]])
}

fn both(user: &str) -> Value {
    json!(["duties", ["invoice:approve", "invoice:pay"], [], user])
}

#[tokio::test]
async fn an_accountant_with_a_direct_grant_cannot_be_made_a_payer() {
    let app = App::start().await;
    let root = app.admin().await;
    let [approve, pay] = duties(&app).await;
    let payer = app.role("payer").granting("invoice:pay").create().await;
    app.role("accountant").granting("invoice:read").create().await;
    let ana = app.user("ana").with_role("accountant").with_permission("invoice:approve").create().await;
    let made = create_over(root, "STATIC", &[&approve, &pay, &approve]).await;
    let seen = constraint(root, &made.id("sodConstraint")).await;
    assert_eq!((&seen["roles"], &seen["limit"]), (&json!([]), &json!(2)));
    assert_eq!(seen["permissions"], json!([{ "name": "invoice:approve" }, { "name": "invoice:pay" }]));

    let assign = json!({ "userId": ana.id, "roleIds": [payer] });
    let refused = root.mutate("userAssignRoles", assign.clone()).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert_eq!(conflict(&refused), both(&ana.id));
    let grant = json!({ "userId": ana.id, "permissionIds": [pay] });
    let refused = root.mutate("userGrantPermissions", grant).await;
    assert_eq!((refused.refused(), conflict(&refused)), ("SOD_VIOLATION permissionIds".to_owned(), both(&ana.id)));
    let _ = root.mutate("userRevokePermissions", json!({ "userId": ana.id, "permissionIds": [approve] })).await.done();
    let _ = root.mutate("userAssignRoles", assign).await.done();
    let grant = json!({ "userId": ana.id, "permissionIds": [approve] });
    assert_eq!(conflict(&root.mutate("userGrantPermissions", grant).await), both(&ana.id));
}

#[tokio::test]
async fn what_gives_a_role_the_other_permission_is_refused_for_its_users() {
    let app = App::start().await;
    let root = app.admin().await;
    let [approve, pay] = duties(&app).await;
    app.role("payer").granting("invoice:pay").create().await;
    let clerk = app.role("clerk").create().await;
    let controller = app.role("controller").granting("invoice:approve").create().await;
    let ana = app.user("ana").with_role("payer").with_role("clerk").create().await;
    let _ = create_over(root, "STATIC", &[&approve, &pay]).await.done();
    let by_name = json!({ "roleId": clerk, "permissionIds": [approve] });
    let by_name = root.mutate("roleGrantPermissions", by_name).await;
    assert_eq!((by_name.refused(), conflict(&by_name)), ("SOD_VIOLATION permissionIds".to_owned(), both(&ana.id)));
    let whole = json!({ "roleId": clerk, "permissionIds": [approve], "expectedVersion": 1 });
    let whole = root.mutate("roleSetPermissions", whole).await;
    assert_eq!((whole.refused(), conflict(&whole)), ("SOD_VIOLATION permissionIds".to_owned(), both(&ana.id)));
    let by_pattern = json!({ "roleId": clerk, "patterns": ["*:approve"] });
    assert_eq!(conflict(&root.mutate("roleGrantPatterns", by_pattern).await), both(&ana.id));
    let inherit = json!({ "roleId": clerk, "inheritsFromIds": [controller] });
    assert_eq!(conflict(&root.mutate("roleAddInheritance", inherit).await), both(&ana.id));
    // One role that would hold both is refused, also when no user has it.
    let by_itself = root.mutate("roleGrantPatterns", json!({ "roleId": controller, "patterns": ["invoice:*"] })).await;
    let none: [&str; 0] = [];
    assert_eq!(conflict(&by_itself), json!(["duties", ["invoice:approve", "invoice:pay"], none, null]));
}

#[tokio::test]
async fn a_constraint_that_a_user_violates_is_refused_and_superadmin_is_exempt() {
    let app = App::start().await;
    let root = app.admin().await;
    let [approve, pay] = duties(&app).await;
    let ana = app.user("ana").with_permission("invoice:approve").with_permission("invoice:pay").create().await;
    for kind in ["STATIC", "DYNAMIC"] {
        let refused = create_over(root, kind, &[&approve, &pay]).await;
        assert_eq!(refused.refused(), "SOD_VIOLATION input.permissionIds", "{kind}");
        assert_eq!(conflict(&refused), both(&ana.id));
    }
    let _ = root.mutate("userRevokePermissions", json!({ "userId": ana.id, "permissionIds": [pay] })).await.done();
    let _ = create_over(root, "STATIC", &[&approve, &pay]).await.done();
    let held = root.ask("{ can(permission: \"invoice:pay\") }").await;
    assert_eq!(held.data()["can"], json!(true));
}

#[tokio::test]
async fn a_session_leaves_out_roles_that_conflict_with_direct_grants() {
    let app = App::start().await;
    let root = app.admin().await;
    let [approve, pay] = duties(&app).await;
    let payer = app.role("payer").granting("invoice:pay").create().await;
    let _ = create_over(root, "DYNAMIC", &[&approve, &pay]).await.done();
    let ana = app.user("ana").with_role("payer").create().await;
    let held = async || ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"].clone();
    assert_eq!(held().await, json!(["invoice:pay"]));
    let grant = json!({ "userId": ana.id, "permissionIds": [approve] });
    let _ = root.mutate("userGrantPermissions", grant.clone()).await.done();
    assert_eq!(held().await, json!(["invoice:approve"]));
    let refused = ana.mutate("sessionActivateRoles", json!({ "roleIds": [payer] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    let _ = root.mutate("userRevokePermissions", grant.clone()).await.done();
    // A session that chose the role refuses the direct grant.
    let _ = ana.mutate("sessionActivateRoles", json!({ "roleIds": [payer] })).await.done();
    assert_eq!(conflict(&root.mutate("userGrantPermissions", grant).await), both(&ana.id));
}

#[tokio::test]
async fn a_session_does_not_keep_a_role_that_a_direct_grant_to_come_conflicts_with() {
    let app = App::start().await;
    let root = app.admin().await;
    let [approve, pay] = duties(&app).await;
    let payer = app.role("payer").granting("invoice:pay").create().await;
    let desk = app.role("desk").create().await;
    let _ = create_over(root, "DYNAMIC", &[&approve, &pay]).await.done();
    let ana = app.user("ana").with_role("payer").with_role("desk").create().await;
    let from = app.service.now() + chrono::TimeDelta::minutes(5);
    let grant = json!({ "userId": ana.id, "permissionIds": [approve], "validFrom": from.to_rfc3339() });
    let _ = root.mutate("userGrantPermissions", grant).await.done();

    let refused = ana.mutate("sessionDeactivateRoles", json!({ "roleIds": [desk] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    // The user may read the permission that she holds.
    assert_eq!(conflict(&refused), json!(["duties", ["invoice:pay"], [], ana.id]));
    let _ = ana.mutate("sessionDeactivateRoles", json!({ "roleIds": [payer] })).await.done();
    // The session stands in the way of no change of the user.
    let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [desk] })).await.done();
    app.clock.advance(chrono::TimeDelta::minutes(5));
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!(["invoice:approve"]));
}

#[tokio::test]
async fn a_constraint_names_either_roles_or_permissions() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let [approve, pay] = duties(&app).await;
    let input = json!({ "name": "x", "kind": "STATIC", "roleIds": [a, b], "permissionIds": [approve, pay] });
    let refused = root.mutate("sodConstraintCreate", json!({ "input": input })).await;
    assert_eq!(refused.refused(), "INVALID input.permissionIds");
    assert_eq!(create_over(root, "STATIC", &[&approve, &approve]).await.refused(), "INVALID input.permissionIds");
    assert_eq!(create_over(root, "STATIC", &[&approve, &a]).await.refused(), "NOT_FOUND input.permissionIds.1");
    let many = vec![approve.as_str(); 101];
    assert_eq!(create_over(root, "STATIC", &many).await.refused(), "TOO_LONG input.permissionIds");
    let empty = root.mutate("sodConstraintCreate", json!({ "input": { "name": "x", "kind": "STATIC" } })).await;
    assert_eq!(empty.refused(), "INVALID input.roleIds");
    let id = create_over(root, "STATIC", &[&approve, &pay]).await.id("sodConstraint");
    let add = root.mutate("sodConstraintAddRoles", json!({ "id": id, "roleIds": [a] })).await;
    assert_eq!(add.refused(), "INVALID roleIds");
    let limit = root.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 3 } })).await;
    assert_eq!(limit.refused(), "INVALID input.limit");
    let deleted = root.mutate("permissionDelete", json!({ "id": pay })).await;
    assert_eq!(deleted.refused(), "SOD_VIOLATION id");
    let _ = root.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
    let _ = root.mutate("permissionDelete", json!({ "id": pay })).await.done();
}

#[tokio::test]
async fn a_constraint_takes_its_permissions_and_authority_over_the_roles_that_hold_them() {
    let app = App::start().await;
    let [approve, pay] = duties(&app).await;
    app.role("boss").granting("invoice:pay").granting("safe:open").create().await;
    let officer = app.user("officer").with_permission("sod:write").with_permission("invoice:approve");
    let officer = officer.with_permission("invoice:pay").create().await;
    let refused = create_over(&officer, "DYNAMIC", &[&approve, &pay]).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.permissionIds.1");
    let other = app.permission_id("desk:use").await;
    assert_eq!(
        create_over(&officer, "DYNAMIC", &[&approve, &other]).await.refused(),
        "BEYOND_AUTHORITY input.permissionIds.1"
    );
}

#[tokio::test]
async fn who_bypasses_a_constraint_over_roles_is_counted() {
    let app = App::start().await;
    let root = app.admin().await;
    let controller = app.role("controller").granting("invoice:approve").granting("invoice:read").create().await;
    let payer = app.role("payer").granting("invoice:pay").create().await;
    app.role("accountant").granting("invoice:read").create().await;
    let id = create(root, "STATIC", "money", &[&controller, &payer], 2).await.id("sodConstraint");
    let count = async || {
        let document = "query ($id: ID!) { sodConstraint(id: $id) { bypassedByCount } }";
        root.graphql(document, json!({ "id": id })).await.data()["sodConstraint"]["bypassedByCount"].clone()
    };
    app.user("ben").with_role("payer").with_permission("invoice:approve").create().await;
    assert_eq!(count().await, json!(0), "a part of what a role holds is not the role");
    let ana =
        app.user("ana").with_role("payer").with_role("accountant").with_permission("invoice:approve").create().await;
    app.user("eve")
        .with_permission("invoice:approve")
        .with_permission("invoice:read")
        .with_permission("invoice:pay")
        .create()
        .await;
    assert_eq!(count().await, json!(2));
    let approve = app.permission_id("invoice:approve").await;
    let _ = root.mutate("userRevokePermissions", json!({ "userId": ana.id, "permissionIds": [approve] })).await.done();
    assert_eq!(count().await, json!(1));
    let refused = super::assign(&app, &ana.id, &[&controller]).await;
    assert_eq!(sod_error(&refused), json!(["money", ["controller", "payer"], ana.id]));
}
