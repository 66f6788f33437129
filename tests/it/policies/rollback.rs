//! Going back to an earlier revision.

use super::{blockers, changes, export, go_back, latest, newest, rollback, rollback_plan};
use entity::policy_revision;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Actor, App, input};

/// The names of the roles of a user.
async fn held(root: &Actor, user: &str) -> Vec<String> {
    let document = "query ($id: ID!) { user(id: $id) { roles { name } } }";
    let answer = root.graphql(document, json!({ "id": user })).await;
    let roles = answer.data()["user"]["roles"].as_array().expect("roles").clone();
    let mut names: Vec<String> = roles.iter().filter_map(|role| Some(role["name"].as_str()?.to_owned())).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_reason_is_in_the_audit_log() {
    let app = App::start().await;
    let root = app.admin().await;
    let then = latest(root).await;
    app.role("clerk").granting("desk:use").create().await;
    let hash = rollback_plan(root, &then).await["hash"].clone();
    let with = |reason: &str| json!({ "revisionId": then, "expectedPlanHash": hash, "reason": reason });
    assert_eq!(root.mutate("policyRollback", with(&"x".repeat(1_001))).await.refused(), "TOO_LONG reason");
    let _ = root.mutate("policyRollback", with("created by mistake")).await.done();
    let document = "{ auditLog(filter: { actions: [\"policy.rollback\"] }) { nodes { reason outcome } } }";
    let log = root.ask(document).await;
    let events = log.data()["auditLog"]["nodes"].as_array().expect("events").clone();
    assert!(events.contains(&json!({ "reason": "created by mistake", "outcome": "SUCCESS" })), "{events:?}");
}

#[tokio::test]
async fn everything_is_as_it_was_and_assignments_stay() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let [boss, rival] = [app.role("boss").inheriting("clerk").create().await, app.role("rival").create().await];
    let pay = app.permission_id("invoice:pay").await;
    let set = json!({ "name": "set", "kind": "DYNAMIC", "roleIds": [boss, rival], "description": "apart" });
    let set = root.mutate("sodConstraintCreate", input(set)).await.id("sodConstraint");
    let (then, earlier) = (latest(root).await, export(root, false).await);

    let ana = app.user("ana").with_role("clerk").create().await;
    let _ = root
        .mutate("roleUpdate", json!({ "id": clerk, "input": { "name": "teller", "description": "x" } }))
        .await
        .done();
    let _ = root.mutate("roleGrantPermissions", json!({ "roleId": clerk, "permissionIds": [pay] })).await.done();
    let _ = root.mutate("roleGrantPatterns", json!({ "roleId": clerk, "patterns": ["invoice:*"] })).await.done();
    let _ = root.mutate("sodConstraintDelete", json!({ "id": set })).await.done();
    let _ = root.mutate("permissionDelete", json!({ "id": pay })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": rival })).await.done();
    app.role("new").granting("new:use").create().await;
    assert_eq!(held(root, &ana.id).await, ["teller", "user"]);

    let planned = rollback_plan(root, &then).await;
    let expected = [
        "DELETE Role new",
        "DELETE Permission new:use",
        "CREATE Permission invoice:pay",
        "UPDATE Role clerk",
        "CREATE Role rival",
        "CREATE SodConstraint set",
    ];
    assert_eq!(changes(&planned), expected);
    let renamed = &planned["changes"][3];
    assert_eq!(
        renamed["summary"],
        "change role `clerk`: rename it from `teller`, revoke `invoice:*`, remove the description"
    );
    assert_eq!((&renamed["before"]["name"], &renamed["after"]["name"]), (&json!("teller"), &json!("clerk")));
    let done = go_back(root, &then).await;
    assert_eq!(export(root, false).await, earlier);
    assert_eq!(held(root, &ana.id).await, ["clerk", "user"], "a renamed role keeps its members");
    assert_eq!(app.role_id("clerk").await, clerk, "and its id");
    assert_ne!(app.role_id("rival").await, rival, "a deleted role has a new one");

    let [revision] = <[Value; 1]>::try_from(newest(root, 1).await).expect("a revision");
    assert_eq!(revision["number"], done["revision"]);
    let text = revision["summary"].as_str().expect("a text");
    assert!(text.starts_with("rolled the policy back to revision ") && text.ends_with(" with 6 changes"), "{text}");
    let log = root
        .ask(
            "{ auditLog(first: 1, filter: { actions: [\"policy.rollback\"] }) {
        nodes { summary outcome impact { usersAffected } } } }",
        )
        .await;
    let entry = log.data()["auditLog"]["nodes"][0].clone();
    assert_eq!((&entry["summary"], &entry["outcome"]), (&json!(format!("root {text}")), &json!("SUCCESS")));
    assert_eq!(entry["impact"]["usersAffected"], 1);
    assert_eq!(rollback_plan(root, &then).await["isEmpty"], true);
}

#[tokio::test]
async fn names_that_were_exchanged_are_exchanged_back() {
    let app = App::start().await;
    let root = app.admin().await;
    let [one, two] = [app.role("one").granting("a:use").create().await, app.role("two").create().await];
    let create = async |name: &str| {
        let set = json!({ "name": name, "kind": "STATIC", "roleIds": [one, two] });
        root.mutate("sodConstraintCreate", input(set)).await.id("sodConstraint")
    };
    let [left, right] = [create("left").await, create("right").await];
    let (then, earlier) = (latest(root).await, export(root, false).await);
    let rename = async |field: &str, id: &str, name: &str| {
        let _ = root.mutate(field, json!({ "id": id, "input": { "name": name } })).await.done();
    };
    for (id, name) in [(&one, "three"), (&two, "one"), (&one, "TWO")] {
        rename("roleUpdate", id, name).await;
    }
    for (id, name) in [(&left, "middle"), (&right, "left"), (&left, "right")] {
        rename("sodConstraintUpdate", id, name).await;
    }
    let planned = rollback_plan(root, &then).await;
    let expected = ["UPDATE Role one", "UPDATE Role two", "UPDATE SodConstraint left", "UPDATE SodConstraint right"];
    assert_eq!(changes(&planned), expected);
    go_back(root, &then).await;
    assert_eq!(export(root, false).await, earlier);
    assert_eq!((app.role_id("one").await, app.role_id("two").await), (one, two));
}

#[tokio::test]
async fn a_role_that_was_deleted_and_created_again_keeps_its_members() {
    let app = App::start().await;
    let root = app.admin().await;
    let former = app.role("clerk").granting("desk:use").create().await;
    let (then, earlier) = (latest(root).await, export(root, false).await);
    let _ = root.mutate("roleDelete", json!({ "id": former })).await.done();
    let present = app.role("clerk").granting("vault:open").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    assert_eq!(changes(&rollback_plan(root, &then).await), ["DELETE Permission vault:open", "UPDATE Role clerk"]);
    go_back(root, &then).await;
    assert_eq!((app.role_id("clerk").await, export(root, false).await), (present, earlier));
    assert_eq!(held(root, &ana.id).await, ["clerk", "user"]);
}

#[tokio::test]
async fn a_plan_of_another_policy_and_unknown_revisions_are_refused() {
    let app = App::start().await;
    let root = app.admin().await;
    let then = latest(root).await;
    let clerk = app.role("clerk").create().await;
    let hash = rollback_plan(root, &then).await["hash"].clone();
    let _ = root.mutate("roleUpdate", json!({ "id": clerk, "input": { "description": "x" } })).await.done();
    assert_eq!(rollback(root, &then, &hash).await.refused(), "PLAN_CHANGED expectedPlanHash");
    let planned = rollback_plan(root, &then).await;
    assert_ne!(planned["hash"], hash);
    assert_eq!(rollback(root, &then, &json!("")).await.refused(), "PLAN_CHANGED expectedPlanHash");
    let other = latest(root).await;
    assert_eq!(rollback(root, &other, &planned["hash"]).await.refused(), "PLAN_CHANGED expectedPlanHash");
    for id in ["", "rev_00000000000000000000000000", clerk.as_str(), "1"] {
        assert_eq!(rollback(root, id, &planned["hash"]).await.refused(), "NOT_FOUND revisionId", "{id}");
        let planned = rollback_plan(root, id).await;
        assert_eq!((blockers(&planned), &planned["hash"]), (vec!["NOT_FOUND".to_owned()], &json!("")), "{id}");
    }
    assert_eq!(app.role_id("clerk").await, clerk);
    let denied = "{ auditLog(filter: { actions: [\"policy.rollback\"], outcome: [DENIED] }) { totalCount } }";
    assert!(root.ask(denied).await.data()["auditLog"]["totalCount"].as_u64() > Some(0));
}

#[tokio::test]
async fn what_users_hold_by_now_can_block_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let [payer, controller] = [app.role("payer").create().await, app.role("controller").create().await];
    let set = json!({ "name": "set", "kind": "STATIC", "roleIds": [payer, controller] });
    let set = root.mutate("sodConstraintCreate", input(set)).await.id("sodConstraint");
    let then = latest(root).await;
    let _ = root.mutate("sodConstraintDelete", json!({ "id": set })).await.done();
    let ana = app.user("ana").with_role("payer").with_role("controller").create().await;
    let (now, planned) = (export(root, true).await, rollback_plan(root, &then).await);
    assert_eq!((blockers(&planned), &planned["isApplicable"]), (vec!["SOD_VIOLATION".to_owned()], &json!(false)));
    assert_eq!(rollback(root, &then, &planned["hash"]).await.refused(), "SOD_VIOLATION revisionId");
    assert_eq!(export(root, true).await, now);
    let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [payer] })).await.done();
    go_back(root, &then).await;
}

#[tokio::test]
async fn nobody_goes_back_beyond_their_authority() {
    let app = App::start().await;
    let root = app.admin().await;
    let boss = app.role("boss").granting("vault:open").create().await;
    let other = app.role("other").granting("desk:use").create().await;
    let then = latest(root).await;
    let vault = app.permission_id("vault:open").await;
    let _ = root.mutate("roleRevokePermissions", json!({ "roleId": boss, "permissionIds": [vault] })).await.done();
    let between = latest(root).await;
    let _ = root.mutate("roleUpdate", json!({ "id": other, "input": { "name": "another" } })).await.done();
    let mut ana = app.user("ana");
    for right in ["policy:read", "policy:apply", "user:read", "desk:use", "permission:grant"] {
        ana = ana.with_permission(right);
    }
    let ana = ana.create().await;
    let now = export(root, true).await;
    // A rename takes the permission of the mutation that renames.
    let planned = rollback_plan(&ana, &between).await;
    assert_eq!(blockers(&planned), ["BEYOND_AUTHORITY"], "{planned:#}");
    let refused = rollback(&ana, &between, &planned["hash"]).await;
    assert_eq!(refused.user_errors()[0]["missing"], json!(["role:write"]));
    let planned = rollback_plan(&ana, &then).await;
    let refused = rollback(&ana, &then, &planned["hash"]).await;
    let missing: Vec<&Value> = refused.user_errors().iter().map(|error| &error["missing"]).collect();
    assert!(missing.contains(&&json!(["vault:open"])), "{missing:?}");
    assert!(refused.user_errors().iter().all(|error| error["code"] == "BEYOND_AUTHORITY"), "{refused:?}");
    assert_eq!(export(root, true).await, now);
    let _ = root
        .mutate(
            "userGrantPermissions",
            json!({ "userId": ana.id, "permissionIds": [app.permission_id("role:write").await] }),
        )
        .await
        .done();
    go_back(&ana, &between).await;
    assert_eq!(app.role_id("other").await, other);
}

#[tokio::test]
async fn built_in_objects_stay() {
    let app = App::start().await;
    let root = app.admin().await;
    let all = newest(root, 100).await;
    let first = all.last().expect("the bootstrap")["id"].as_str().expect("an id").to_owned();
    let superadmin = app.role_id("superadmin").await;
    let describe = json!({ "id": superadmin, "input": { "description": "everything" } });
    let described = root.mutate("roleUpdate", describe).await.user_errors().is_empty();
    app.role("clerk").granting("user:read").create().await;
    assert_eq!(changes(&rollback_plan(root, &first).await), ["DELETE Role clerk"], "{described}");
    go_back(root, &first).await;
    assert_eq!(app.role_id("superadmin").await, superadmin);
}

#[tokio::test]
async fn another_replica_goes_back_to_what_this_one_changed() {
    let app = App::start().await;
    let root = app.admin().await;
    let other = app.replica().await;
    let elsewhere = root.at(&other);
    let (then, earlier) = (latest(root).await, export(root, false).await);
    app.role("clerk").granting("desk:use").create().await;
    go_back(&elsewhere, &then).await;
    assert_eq!(export(&elsewhere, false).await, earlier);
}

/// An earlier release that still runs during an update records nothing.
#[tokio::test]
async fn a_change_that_is_not_recorded_is_noticed() {
    let app = App::start().await;
    let root = app.admin().await;
    let then = latest(root).await;
    let clerk = app.role("clerk").create().await;
    let before = latest(root).await;
    let _ = root.mutate("roleDelete", json!({ "id": clerk })).await.done();
    let number = newest(root, 1).await[0]["number"].as_i64().expect("a number");
    let connection = app.database.connection();
    policy_revision::Entity::delete_by_id(number).exec(connection).await.expect("is deleted");
    let planned = rollback_plan(root, &then).await;
    assert_eq!(blockers(&planned), ["NOT_FOUND"], "{planned:#}");
    assert_eq!(rollback(root, &then, &planned["hash"]).await.refused(), "NOT_FOUND revisionId");
    // Nothing later is recorded: this is where the records begin.
    assert_eq!(rollback_plan(root, &before).await["isEmpty"], true);
}
