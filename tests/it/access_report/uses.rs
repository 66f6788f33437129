//! What counts as a use, and what becomes of it.

use super::{report, rows, sorted, today, used};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::App;

const LIST: &str = "{ users(first: 1) { nodes { id } } }";

fn on(day: &str, objects: &[&str]) -> Vec<[String; 2]> {
    sorted(objects.iter().map(|&object| [object.to_owned(), day.to_owned()]).collect())
}

#[tokio::test]
async fn a_guard_that_allows_is_a_use_of_the_roles_and_grants_that_hold_its_permission() {
    let app = App::start().await;
    app.role("lister").granting("user:read").create().await;
    app.role("boss").inheriting("lister").create().await;
    app.role("painter").granting("wall:paint").create().await;
    let ana = app.user("ana").with_role("boss").with_role("painter").with_permission("user:read").create().await;
    let ben = app.user("ben").with_role("lister").create().await;
    assert_eq!(used(&app, &ana.id).await, on("", &[]));

    let _ = ana.ask(LIST).await.data();

    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["boss", "user:read"]));
    assert_eq!(used(&app, &ben.id).await, on("", &[]), "the inherited role was used by ana");
    // The inherited role was used too, by ana.
    let unused = app.admin().await.ask("{ roles(filter: { unusedForDays: 1 }) { nodes { name } } }").await;
    let unused = unused.data()["roles"]["nodes"].to_string();
    assert!(unused.contains("painter") && !unused.contains("lister") && !unused.contains("boss"), "{unused}");
    let document = "query ($id: ID!) { user(id: $id) { roleAssignments { role { name } lastUsedAt } } }";
    let answer = app.admin().await.graphql(document, json!({ "id": ana.id })).await;
    let assignments = answer.data()["user"]["roleAssignments"].as_array().expect("a list").clone();
    let day_of = |name: &str| {
        let found = assignments.iter().find(|assignment| assignment["role"]["name"] == name).expect("assigned");
        found["lastUsedAt"].clone()
    };
    assert_eq!((day_of("boss"), day_of("painter")), (json!(today(&app)), Value::Null));
}

#[tokio::test]
async fn both_ways_of_execution_record_the_fields_that_were_allowed_and_executed() {
    let app = App::start().await;
    for (role, permission) in [("lister", "user:read"), ("auditor", "audit:read"), ("keeper", "role:read")] {
        app.role(role).granting(permission).create().await;
    }
    let user = async |name: &str| app.user(name).with_role("lister").with_role("auditor").create().await;
    // A denied field makes the execution an enforced one.
    let ana = user("ana").await;
    let answer = ana.ask("{ users(first: 1) { nodes { id } } roles(first: 1) { nodes { id } } }").await;
    assert_eq!(answer.error(), "FORBIDDEN");
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["lister"]));

    let skipping = "query ($no: Boolean!) { users(first: 1) { nodes { id auditTrail(first: 1) @include(if: $no) { totalCount } } }
        auditLog(first: 1) @skip(if: true) { totalCount } ... @include(if: $no) { auditLog(first: 1) { totalCount } } }";
    let ben = user("ben").await;
    let _ = ben.graphql(skipping, json!({ "no": false })).await.data();
    assert_eq!(used(&app, &ben.id).await, on(&today(&app), &["lister"]));
    let _ = ben.graphql(skipping, json!({ "no": true })).await.data();
    assert_eq!(used(&app, &ben.id).await, on(&today(&app), &["lister", "auditor"]));

    // One's own objects need no permission, and what is visible by a permission uses it.
    let cleo = user("cleo").await;
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    let _ = cleo.ask("{ me { roles { name } sessions(first: 1) { totalCount } } }").await.data();
    assert_eq!(used(&app, &cleo.id).await, on("", &[]));
    assert_eq!(cleo.graphql(node, json!({ "id": ana.id })).await.data()["node"]["id"], ana.id);
    assert_eq!(used(&app, &cleo.id).await, on(&today(&app), &["lister"]));
}

#[tokio::test]
async fn a_decision_for_another_service_is_a_use_when_it_allows() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("invoice:read").create().await;
    app.role("payer").granting("invoice:pay").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let ben = app.user("ben").with_role("clerk").with_role("payer").create().await;
    let check = "query ($id: ID!, $name: PermissionName!) { checkAccess(userId: $id, permission: $name) { allowed } }";
    let check = async |id: &str, name: &str| {
        root.graphql(check, json!({ "id": id, "name": name })).await.data()["checkAccess"]["allowed"].clone()
    };
    assert_eq!(check(&ana.id, "invoice:pay").await, false);
    assert_eq!(check(&ana.id, "invoice:unknown").await, false);
    assert_eq!(used(&app, &ana.id).await, on("", &[]));
    assert_eq!(check(&ana.id, "invoice:read").await, true);
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["clerk"]));

    let batch = "query ($id: ID!) { checkAccessBatch(checks: [{ userId: $id, permission: \"invoice:pay\" },
        { userId: $id, permission: \"door:open\" }]) { allowed } }";
    let _ = root.graphql(batch, json!({ "id": ben.id })).await.data();
    assert_eq!(used(&app, &ben.id).await, on(&today(&app), &["payer"]));
}

#[tokio::test]
async fn questions_previews_and_denials_are_no_uses() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    app.role("remover").granting("role:delete").granting("role:read").create().await;
    let ana = app.user("ana").with_role("remover").create().await;
    let questions = "{ can(permission: \"role:delete\") canAll(permissions: [\"role:delete\"])
        canEach(permissions: [\"role:delete\"]) { allowed } guards(allowed: true) { coordinate }
        viewer { permissions can(permission: \"role:delete\") } }";
    let _ = ana.ask(questions).await.data();
    let checked = "query ($document: String!) { checkOperation(document: $document) { coordinate } }";
    let _ = ana.graphql(checked, json!({ "document": "{ roles { totalCount } }" })).await.data();
    let explain = "query ($id: ID!) { explainAccess(userId: $id, permission: \"role:delete\") { summary } }";
    let _ = ana.graphql(explain, json!({ "id": ana.id })).await.data();
    let _ = root.graphql(explain, json!({ "id": ana.id })).await.data();
    assert_eq!(ana.ask(LIST).await.error(), "FORBIDDEN");
    let delete =
        "mutation ($id: ID!, $dryRun: Boolean) { roleDelete(id: $id, dryRun: $dryRun) { userErrors { code } } }";
    let _ = ana.graphql(delete, json!({ "id": clerk, "dryRun": true })).await.payload("roleDelete");
    assert_eq!(used(&app, &ana.id).await, on("", &[]));

    let _ = ana.graphql(delete, json!({ "id": clerk, "dryRun": false })).await.payload("roleDelete");
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["remover"]));
}

#[tokio::test]
async fn a_use_counts_for_the_roles_of_its_time_whatever_changes_before_it_is_written() {
    let app = App::start().await;
    let root = app.admin().await;
    let permission = app.permission_id("user:read").await;
    let first = app.role("first").granting("user:read").create().await;
    let second = app.role("second").create().await;
    app.role("third").granting("user:read").create().await;
    let third = app.role_id("third").await;
    let ana = app.user("ana").with_role("first").with_role("second").create().await;
    let change = async |name: &str, role: &str| {
        let _ = root.mutate(name, json!({ "roleId": role, "permissionIds": [permission] })).await.done();
    };
    let _ = ana.ask(LIST).await.data();
    // The permission moves from one role to another, and a third one is assigned, all within a day.
    change("roleGrantPermissions", &second).await;
    change("roleRevokePermissions", &first).await;
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["first"]));
    let _ = ana.ask(LIST).await.data();
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["first", "second"]));
    let _ = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [third] })).await.done();
    let _ = ana.ask(LIST).await.data();
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["first", "second", "third"]));
}

#[tokio::test]
async fn what_is_deleted_before_a_use_is_written_leaves_no_row() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("door:open").create().await;
    let permission = app.permission_id("door:open").await;
    let (ana, ben) =
        (app.user("ana").with_role("clerk").create().await, app.user("ben").with_role("clerk").create().await);
    app.service.flush().await.expect("a database");
    let before = rows(&app, "last_uses").await;
    let check = "query ($id: ID!) { checkAccess(userId: $id, permission: \"door:open\") { allowed } }";
    for user in [&ana, &ben] {
        assert_eq!(root.graphql(check, json!({ "id": user.id })).await.data()["checkAccess"]["allowed"], true);
    }
    let deleted = [("userDelete", &ana.id), ("roleDelete", &clerk), ("permissionDelete", &permission)];
    for (mutation, id) in deleted {
        let _ = root.mutate(mutation, json!({ "id": id })).await.done();
    }
    app.service.flush().await.expect("a database");
    // Those of root alone: what it required for this.
    let of_root = report(root, json!({ "directOnly": false })).await;
    let of_root = of_root.iter().filter(|(_, _, day)| day.is_some()).count();
    assert_eq!(of_root, 1, "superadmin");
    assert_eq!(rows(&app, "last_uses").await - before, 3, "`access:check`, `user:delete` and `role:delete` of root");
}

#[tokio::test]
async fn the_day_of_the_last_use_is_kept() {
    let app = App::start().await;
    app.role("lister").granting("user:read").create().await;
    let ana = app.user("ana").with_role("lister").create().await;
    let _ = ana.ask(LIST).await.data();
    let first = today(&app);
    assert_eq!(used(&app, &ana.id).await, on(&first, &["lister"]));
    app.clock.advance(TimeDelta::days(1));
    let (app, ana) = (app.restart().await, "ana");
    let ana = app.login(ana).await;
    assert_eq!(used(&app, &ana.id).await, on(&first, &["lister"]), "a login uses nothing");
    let _ = ana.ask(LIST).await.data();
    assert_ne!(today(&app), first);
    assert_eq!(used(&app, &ana.id).await, on(&today(&app), &["lister"]));
}

#[tokio::test]
async fn replicas_write_the_same_uses_without_loss_and_the_latest_day_wins() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("door:open").granting("door:close").create().await;
    let other = app.replica().await;
    let (elsewhere, mut users) = (root.at(&other), Vec::new());
    for number in 0..12 {
        users.push(app.user(&format!("user{number}")).with_role("clerk").create().await);
    }
    let check = "query ($id: ID!, $name: PermissionName!) { checkAccess(userId: $id, permission: $name) { allowed } }";
    for (number, user) in users.iter().enumerate() {
        let client = if number % 3 == 0 { &elsewhere } else { &**root };
        for (client, name) in [(client, "door:open"), (&elsewhere, "door:close"), (&**root, "door:close")] {
            let variables = json!({ "id": user.id, "name": name });
            tests::eventually(
                tests::PROMISED,
                async || client.graphql(check, variables.clone()).await,
                |answer| answer.body["data"]["checkAccess"]["allowed"] == true,
            )
            .await;
        }
    }
    let outcomes = tokio::join!(app.service.flush(), other.service.flush());
    assert!(outcomes.0.is_ok() && outcomes.1.is_ok(), "{outcomes:?}");
    let rows = report(root, json!({ "roleId": app.role_id("clerk").await })).await;
    assert_eq!(rows.len(), 12);
    assert!(rows.iter().all(|(_, _, day)| *day == Some(today(&app))), "{rows:?}");

    // A replica that is behind writes an earlier day later.
    let ahead = app.replica_builder().clock_ahead(TimeDelta::days(1)).start().await;
    let variables = json!({ "id": users[0].id, "name": "door:open" });
    let tomorrow = ahead.login("root").await;
    let _ = tomorrow.graphql(check, variables.clone()).await.data();
    ahead.service.flush().await.expect("a database");
    let late = app.replica().await;
    let _ = root.at(&late).graphql(check, variables).await.data();
    late.service.flush().await.expect("a database");
    assert_eq!(used(&app, &users[0].id).await, on(&today(&ahead), &["clerk"]));
}
