//! Dry runs and impact beyond what the simulation checks: locks, audit, long lists and rights.

use entity::audit_event;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, TransactionTrait as _,
};
use serde_json::{Value, json};
use tests::{App, Client};

const IMPACT: &str = "impact { usersAffected sessionsAffected permissionsGained permissionsLost
    newAdministrators { username } deltas { user { username } gained lost gainedCount lostCount } }";

async fn run(client: &Client, mutation: &str) -> Value {
    let answer = client.ask(&format!("mutation {{ {mutation} }}")).await;
    answer.data().as_object().and_then(|data| data.values().next()).cloned().expect("a payload")
}

/// Users of the same age have no order.
fn sorted(mut payload: Value) -> Value {
    let deltas = payload["impact"]["deltas"].as_array_mut().expect("a list");
    deltas.sort_by_key(|delta| delta["user"]["username"].to_string());
    payload
}

async fn events(app: &App, action: &str) -> u64 {
    let events = audit_event::Entity::find().filter(audit_event::Column::Action.eq(action));
    events.count(app.database.connection()).await.expect("counts")
}

/// A transaction that holds the policy lock; on SQLite, the lock of all who write.
async fn lock_policy(app: &App) -> DatabaseTransaction {
    let transaction = app.database.connection().begin().await.expect("begins");
    transaction.execute_unprepared("UPDATE policy_state SET revision = revision").await.expect("locks");
    transaction
}

#[tokio::test]
async fn a_dry_run_says_who_would_gain_what_and_changes_nothing() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    for name in ["ana", "ben"] {
        app.user(name).with_role("clerk").create().await;
    }
    app.user("cleo").create().await;
    let approve = app.permission_id("invoice:approve").await;
    let grant = |dry_run: bool| {
        format!(
            "roleGrantPermissions(roleId: \"{clerk}\", permissionIds: [\"{approve}\"], dryRun: {dry_run})
            {{ role {{ permissions {{ name }} }} {IMPACT} userErrors {{ code }} }}"
        )
    };
    let previewed = sorted(run(root, &grant(true)).await);
    assert_eq!(previewed["role"]["permissions"], json!([{ "name": "desk:use" }]));
    assert_eq!(events(&app, "role.grant_permissions").await, 0);
    let made = sorted(run(root, &grant(false)).await);
    assert_eq!(made["role"]["permissions"].as_array().map(Vec::len), Some(2));
    let delta = |name: &str| json!({ "user": { "username": name }, "gained": ["invoice:approve"], "lost": [], "gainedCount": 1, "lostCount": 0 });
    // Their own sessions, those of the harness.
    let sessions = made["impact"]["sessionsAffected"].clone();
    let expected = json!({
        "usersAffected": 2,
        "sessionsAffected": sessions,
        "permissionsGained": 2,
        "permissionsLost": 0,
        "newAdministrators": [],
        "deltas": [delta("ana"), delta("ben")],
    });
    assert_eq!(previewed["impact"], expected);
    assert_eq!(made["impact"], expected);
    let audited = root.ask(&format!("{{ auditLog(first: 1, filter: {{ actions: [\"role.grant_permissions\"] }}) {{ nodes {{ action {IMPACT} }} }} }}")).await;
    let event = sorted(audited.data()["auditLog"]["nodes"][0].clone());
    assert_eq!((&event["action"], &event["impact"]), (&json!("role.grant_permissions"), &expected));
}

#[tokio::test]
async fn a_refused_dry_run_answers_as_the_change_would_and_is_not_audited() {
    let app = App::start().await;
    let ana = app.user("ana").with_permission("role:assign").create().await;
    let superadmin = app.role_id("superadmin").await;
    let assign = |dry_run: bool| {
        format!(
            "userAssignRoles(userId: \"{}\", roleIds: [\"{superadmin}\"], dryRun: {dry_run})
            {{ impact {{ usersAffected }} userErrors {{ code path }} }}",
            ana.id
        )
    };
    let previewed = run(&ana, &assign(true)).await;
    assert_eq!(events(&app, "user.assign_roles").await, 0);
    assert_eq!(previewed, run(&ana, &assign(false)).await);
    assert_eq!(previewed["userErrors"], json!([{ "code": "BEYOND_AUTHORITY", "path": ["roleIds", "0"] }]));
    assert_eq!(previewed["impact"], Value::Null);
    assert_eq!(events(&app, "user.assign_roles").await, 1);
}

#[tokio::test]
async fn a_dry_run_waits_for_no_change_and_no_change_for_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    let assign = |dry_run: bool| {
        format!(
            "userAssignRoles(userId: \"{}\", roleIds: [\"{clerk}\"], dryRun: {dry_run}) {{ userErrors {{ code }} }}",
            ana.id
        )
    };
    let locked = lock_policy(&app).await;
    assert_eq!(run(root, &assign(true)).await, json!({ "userErrors": [] }));
    locked.rollback().await.expect("unlocks");
    assert_eq!(run(root, &assign(false)).await, json!({ "userErrors": [] }));
}

#[tokio::test]
async fn an_impact_lists_a_hundred_users_and_names_and_counts_all() {
    let app = App::start().await;
    let root = app.admin().await;
    let many: Vec<String> = (0..101).map(|number| format!("thing:{number:03}")).collect();
    let big = app.role("big").create().await;
    let mut permissions = Vec::new();
    for name in &many {
        permissions.push(app.permission_id(name).await);
    }
    let set = json!({ "roleId": big, "permissionIds": permissions, "expectedVersion": 1 });
    let _ = root.mutate("roleSetPermissions", set).await.done();
    let mut users = Vec::new();
    for number in 0..101 {
        let input = json!({ "input": { "username": format!("user{number:03}") } });
        users.push(root.mutate("userCreate", input).await.id("user"));
    }
    let all = json!({ "roleId": big, "userIds": users[..100] });
    let _ = root.mutate("roleAssignUsers", all).await.done();
    let _ = root.mutate("roleAssignUsers", json!({ "roleId": big, "userIds": [users[100]] })).await.done();
    let delete = format!("roleDelete(id: \"{big}\", dryRun: true) {{ deletedId {IMPACT} userErrors {{ code }} }}");
    let impact = run(root, &delete).await["impact"].clone();
    assert_eq!(impact["usersAffected"], 101);
    assert_eq!(impact["permissionsLost"], 101 * 101);
    let deltas = impact["deltas"].as_array().expect("a list");
    assert_eq!(deltas.len(), 100);
    assert_eq!(deltas[0]["lostCount"], 101);
    assert_eq!(deltas[0]["lost"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn users_who_come_to_administer_are_named() {
    let app = App::start().await;
    let root = app.admin().await;
    let reader = app.role("reader").create().await;
    app.user("ana").with_role("reader").create().await;
    let inherit = async |junior: &str| {
        let junior = app.role_id(junior).await;
        let mutation = format!(
            "roleAddInheritance(roleId: \"{reader}\", inheritsFromIds: [\"{junior}\"], dryRun: true)
            {{ {IMPACT} userErrors {{ code }} }}"
        );
        run(root, &mutation).await["impact"]["newAdministrators"].clone()
    };
    app.role("viewer").granting("user:read").create().await;
    app.role("editor").granting("user:write").create().await;
    assert_eq!(inherit("viewer").await, json!([]));
    assert_eq!(inherit("editor").await, json!([{ "username": "ana" }]));
}

#[tokio::test]
async fn callers_without_user_read_see_numbers_only() {
    let app = App::start().await;
    let ana = app.user("ana").with_permission("user:write").with_permission("desk:use").create().await;
    let ben = app.user("ben").with_permission("desk:use").create().await;
    let suspend =
        format!("mutation {{ userSuspend(id: \"{}\", dryRun: true) {{ {IMPACT} userErrors {{ code }} }} }}", ben.id);
    let answer = ana.ask(&suspend).await;
    let impact = &answer.body["data"]["userSuspend"]["impact"];
    assert_eq!((&impact["usersAffected"], &impact["permissionsLost"]), (&json!(1), &json!(1)));
    assert_eq!((&impact["deltas"], &impact["newAdministrators"]), (&Value::Null, &Value::Null));
    assert!(impact["sessionsAffected"].as_u64().is_some_and(|sessions| sessions > 0), "{impact}");
}
