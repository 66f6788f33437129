//! The list of revisions: what makes one, and what it shows.

use super::{latest, newest, plan, rollback_plan};
use api::startup::operator;
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::import::{Document, ImportOutcome, ImportRow, apply};
use std::time::Duration;
use tests::List;
use tests::{App, input};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn revisions_are_listed_newest_first_in_pages_of_any_size() {
    let app = App::start().await;
    let root = app.admin().await;
    for name in ["a", "b", "c", "d", "e"] {
        app.role(name).create().await;
    }
    let all = newest(root, 100).await;
    let numbers: Vec<u64> = all.iter().filter_map(|revision| revision["number"].as_u64()).collect();
    assert!(numbers.is_sorted_by(|newer, older| newer > older), "{numbers:?}");
    let ids: Vec<String> = all.iter().map(|revision| revision["id"].as_str().expect("an id").to_owned()).collect();
    assert!(ids.len() >= 6 && ids.iter().all(|id| id.starts_with("rev_")), "{ids:?}");
    List::new("policyRevisions").is(root, &ids).await;
    // The first one is that of the bootstrap, and a cursor of another list is none of this one.
    let first = all.last().expect("a revision");
    assert_eq!((&first["number"], &first["by"]), (&json!(1), &Value::Null));
    let cursor = root.ask("{ roles(first: 1) { pageInfo { endCursor } } }").await;
    let cursor = cursor.data()["roles"]["pageInfo"]["endCursor"].clone();
    let refused = root.ask(&format!("{{ policyRevisions(after: {cursor}) {{ totalCount }} }}")).await;
    assert_eq!(refused.error(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_revision_is_shown_with_its_author_and_as_a_node() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").create().await;
    let [revision] = <[Value; 1]>::try_from(newest(root, 1).await).expect("a revision");
    assert_eq!((&revision["summary"], &revision["by"]["username"]), (&json!("created role clerk"), &json!("root")));
    let viewer = root.ask("{ viewer { policyRevision } }").await;
    assert_eq!(revision["number"], viewer.data()["viewer"]["policyRevision"]);
    let node = "query ($id: ID!) { node(id: $id) { __typename ... on PolicyRevision { number summary } } }";
    let seen = root.graphql(node, json!({ "id": revision["id"] })).await.data()["node"].clone();
    let expected =
        json!({ "__typename": "PolicyRevision", "number": revision["number"], "summary": revision["summary"] });
    assert_eq!(seen, expected);
    // Without the permission it is not there, and the author only for those who may see users.
    let plain = app.user("plain").create().await;
    assert_eq!(plain.graphql(node, json!({ "id": revision["id"] })).await.body["data"]["node"], Value::Null);
    let reader = app.user("reader").with_permission("policy:read").create().await;
    assert_eq!(reader.graphql(node, json!({ "id": revision["id"] })).await.data()["node"], expected);
    let first = reader.ask("{ policyRevisions(first: 1) { nodes { by { username } } } }").await;
    assert_eq!(first.body["data"]["policyRevisions"]["nodes"][0]["by"], Value::Null);
}

#[tokio::test]
async fn every_change_of_the_policy_makes_one_revision_and_no_other_change_does() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let read = app.permission_id("desk:use").await;
    let [one, two] = [app.role("one").create().await, app.role("two").create().await];
    let set = json!({ "name": "set", "kind": "STATIC", "roleIds": [one, two] });
    let set = root.mutate("sodConstraintCreate", input(set)).await.id("sodConstraint");
    let changes = [
        ("roleCreate", input(json!({ "name": "three", "permissionIds": [read] }))),
        ("roleUpdate", json!({ "id": one, "input": { "name": "uno", "description": "first" } })),
        ("roleUpdate", json!({ "id": one, "input": { "description": null } })),
        ("roleGrantPermissions", json!({ "roleId": one, "permissionIds": [read] })),
        ("roleGrantPatterns", json!({ "roleId": one, "patterns": ["desk:*"] })),
        ("roleRevokePatterns", json!({ "roleId": one, "patterns": ["desk:*"] })),
        ("permissionUpdate", json!({ "id": read, "input": { "description": "sits" } })),
        ("sodConstraintUpdate", json!({ "id": set, "input": { "description": "apart" } })),
        ("sodConstraintUpdate", json!({ "id": set, "input": { "name": "other" } })),
        ("sodConstraintDelete", json!({ "id": set })),
        ("roleAddInheritance", json!({ "roleId": one, "inheritsFromIds": [two] })),
        ("roleDelete", json!({ "id": two })),
        ("permissionDelete", json!({ "id": read })),
    ];
    let mut before = newest(root, 1).await;
    for (field, arguments) in changes {
        let _ = root.mutate(field, arguments.clone()).await.done();
        let after = newest(root, 2).await;
        assert_eq!(after[1], before[0], "{field} {arguments}");
        before = after;
    }
    for (field, arguments) in [
        ("userAssignRoles", json!({ "userId": ana.id, "roleIds": [one] })),
        ("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [one] })),
        ("userSuspend", json!({ "id": ana.id })),
        ("userDelete", json!({ "id": ana.id })),
        ("roleUpdate", json!({ "id": one, "input": { "name": "uno" } })),
    ] {
        let _ = root.mutate(field, arguments).await.done();
        assert_eq!(newest(root, 1).await[0], before[0], "{field}");
    }
}

fn row<T: From<(String, String)>>(first: &str, second: &str) -> ImportRow<T> {
    ImportRow { file: 0, line: 1, value: (first.to_owned(), second.to_owned()).into() }
}

#[tokio::test]
async fn imports_and_documents_are_revisions() {
    let app = App::start().await;
    let root = app.admin().await;
    let import = async |document| {
        let outcome = apply(&app.service, &operator(), document, &|_| ()).await.expect("an import");
        assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
        newest(root, 1).await[0].clone()
    };
    let policy = Document { role_permissions: vec![row("clerk", "desk:use")], ..Document::default() };
    let imported = import(policy).await;
    assert!(
        imported["summary"].as_str().is_some_and(|text| text.starts_with("imported 0 users, 1 roles")),
        "{imported}"
    );
    assert_eq!(imported["by"], Value::Null);
    let users = Document { user_roles: vec![row("ana", "clerk")], ..Document::default() };
    assert_eq!(import(users).await, imported, "an import of assignments alone is none");
    let document = "version: 1\npermissions:\n  desk:use: Sits\n";
    let hash = plan(root, document, "MERGE").await["hash"].clone();
    let arguments = json!({ "document": { "content": document }, "expectedPlanHash": hash });
    let applied = root.mutate("policyApply", arguments).await.done().clone();
    let revision = newest(root, 1).await[0].clone();
    assert_eq!(revision["number"], applied["revision"]);
    assert_eq!(revision["summary"], "applied a policy document: change permission `desk:use`: describe");
}

#[tokio::test]
async fn revisions_are_kept_as_long_as_audit_events() {
    let app = App::builder().config(|config| config.retention.audit = 30 * DAY).start().await;
    let root = app.admin().await.clone();
    app.role("old").create().await;
    let old = latest(&root).await;
    app.clock.advance(TimeDelta::days(20));
    let root = app.login("root").await;
    let _ = root.mutate("roleCreate", input(json!({ "name": "young" }))).await.done();
    let young = latest(&root).await;
    for (advance, kept) in [(TimeDelta::days(10), true), (TimeDelta::milliseconds(1), false)] {
        app.clock.advance(advance);
        app.service.sweep().await.expect("sweeps");
        let root = app.login("root").await;
        assert_eq!(newest(&root, 100).await.iter().any(|revision| revision["id"] == old), kept);
        let blockers = rollback_plan(&root, &old).await["blockers"].clone();
        let expected = if kept { json!([]) } else { json!([{ "code": "NOT_FOUND", "message": "unknown revision" }]) };
        assert_eq!(blockers, expected);
        assert_eq!(rollback_plan(&root, &young).await["blockers"], json!([]));
    }
}
