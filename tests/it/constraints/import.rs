//! Importing under separation of duty: all or nothing, with the row at fault.

use super::{assigned, constrain, create, roles};
use serde_json::json;
use service::import::{Document, ImportMode, ImportOutcome, ImportRow, Rules, apply};
use tests::App;

/// Rows of two columns, the first in line 2.
pub(super) fn rows<T: From<(String, String)>>(pairs: &[(&str, &str)]) -> Vec<ImportRow<T>> {
    let row = |(line, &(left, right)): (u64, &(&str, &str))| ImportRow {
        file: 0,
        line,
        value: (left.to_owned(), right.to_owned()).into(),
    };
    (2..).zip(pairs).map(row).collect()
}

/// Errors of a document, as `line: message`; empty when it was applied.
async fn import(app: &App, document: Document) -> Vec<String> {
    match apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import") {
        ImportOutcome::Applied(_) => Vec::new(),
        ImportOutcome::Rejected(problems) => {
            let problems = problems.into_first().into_iter();
            problems.map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn rows_that_assign_conflicting_roles_to_a_user_are_reported() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    app.role("senior").inheriting("b").create().await;
    constrain(&app, "money", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let pairs = [("ana", "c"), ("ben", "a"), ("ana", "senior"), ("ben", "c"), ("ben", "b"), ("cleo", "b")];
    let document = Document { user_roles: rows(&pairs), ..Document::default() };
    assert_eq!(
        import(&app, document.clone()).await,
        [
            "4: user `ana` would violate constraint `money`: `a`, `b`",
            "6: user `ben` would violate constraint `money`: `a`, `b`"
        ]
    );
    assert_eq!(assigned(&app, &ana.id).await, ["a"]);
    let none =
        app.admin().await.ask(r#"{ userByUsername(username: "cleo") { id } roleByName(name: "c") { id } }"#).await;
    assert_eq!(none.data(), &json!({ "userByUsername": null, "roleByName": null }));

    let sound = [("ana", "c"), ("ben", "a"), ("ben", "c"), ("cleo", "b")];
    assert!(import(&app, Document { user_roles: rows(&sound), ..document }).await.is_empty());
}

#[tokio::test]
async fn rows_that_give_a_role_conflicting_juniors_are_reported() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let _ = create(root, "DYNAMIC", "money", &[&a, &b], 2).await.done();
    let links = [("boss", "a"), ("chief", "boss"), ("head", "b"), ("chief", "head"), ("boss", "head")];
    let document = Document { role_hierarchy: rows(&links), ..Document::default() };
    assert_eq!(
        import(&app, document.clone()).await,
        [
            "5: role `chief` would violate constraint `money`: `a`, `b`",
            "6: role `boss` would violate constraint `money`: `a`, `b`"
        ]
    );
    assert!(import(&app, Document { role_hierarchy: rows(&links[..3]), ..document }).await.is_empty());
}

#[tokio::test]
async fn imported_inheritance_that_violates_a_set_for_another_user_is_rejected() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    app.role("boss").create().await;
    constrain(&app, "money", &[&a, &b]).await;
    app.user("ana").with_role("boss").with_role("b").create().await;
    let document = Document { role_hierarchy: rows(&[("boss", "a")]), ..Document::default() };
    // A dry run finds it too, and leaves no trace of it.
    let events = async || app.admin().await.ask("{ auditLog { totalCount } }").await.data().clone();
    let before = events().await;
    let dry = Rules { mode: ImportMode::DryRun, ..Rules::default() };
    for rules in [dry, Rules::default()] {
        assert_eq!(events().await, before);
        let document = Document { rules, ..document.clone() };
        let refused = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect_err("a refusal");
        assert_eq!(refused.to_string(), "refused: constraint `money` forbids these roles together: `a`, `b`");
    }
    assert_ne!(events().await, before);
    let boss = app.admin().await.ask(r#"{ roleByName(name: "boss") { inheritsFrom { name } } }"#).await;
    assert_eq!(boss.data()["roleByName"]["inheritsFrom"], json!([]));
}

#[tokio::test]
async fn expired_assignments_do_not_count_and_stay_expired() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").create().await;
    let end = app.service.now() + chrono::TimeDelta::minutes(1);
    let terms = json!({ "userId": ana.id, "roleIds": [a], "expiresAt": end.to_rfc3339() });
    let _ = app.admin().await.mutate("userAssignRoles", terms).await.done();
    constrain(&app, "money", &[&a, &b]).await;
    let document = Document { user_roles: rows(&[("ana", "a"), ("ana", "b")]), ..Document::default() };
    assert_eq!(import(&app, document.clone()).await.len(), 1);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    assert!(import(&app, document).await.is_empty());
    assert_eq!(assigned(&app, &ana.id).await, ["a", "b"]);
}

/// A static constraint over `invoice:approve` and `invoice:pay`, a dynamic one over `safe:open` and `safe:count`.
async fn constrain_permissions(app: &App) {
    for (kind, name, permissions) in
        [("STATIC", "duties", ["invoice:approve", "invoice:pay"]), ("DYNAMIC", "keys", ["safe:open", "safe:count"])]
    {
        let ids = [app.permission_id(permissions[0]).await, app.permission_id(permissions[1]).await];
        let input = json!({ "input": { "name": name, "kind": kind, "permissionIds": ids } });
        let _ = app.admin().await.mutate("sodConstraintCreate", input).await.done();
    }
}

#[tokio::test]
async fn rows_that_bring_conflicting_permissions_are_reported_all_at_once() {
    let app = App::start().await;
    constrain_permissions(&app).await;
    app.role("payer").granting("invoice:pay").create().await;
    app.user("ana").with_role("payer").create().await;
    app.user("ben").with_permission("invoice:approve").create().await;
    app.user("cleo").with_permission("safe:open").create().await;
    let document = Document {
        role_hierarchy: rows(&[("boss", "payer")]),
        // Line 3 makes one role violate a constraint, and so does line 5.
        role_permissions: rows(&[
            ("boss", "safe:open"),
            ("boss", "invoice:approve"),
            ("keeper", "safe:open"),
            ("keeper", "safe:count"),
            ("clerk", "invoice:read"),
            ("controller", "invoice:approve"),
        ]),
        // The first is new for its user, and the third brings the other permission by inheritance.
        user_roles: rows(&[("ana", "clerk"), ("dora", "controller"), ("dora", "boss"), ("ben", "payer")]),
        user_permissions: rows(&[
            ("ana", "invoice:approve"),
            ("dora", "invoice:pay"),
            ("dora", "invoice:read"),
            ("cleo", "safe:count"),
        ]),
        ..Document::default()
    };
    let mut places: Vec<String> = import(&app, document.clone()).await;
    // Rows of several files have the same line.
    places.sort();
    assert_eq!(
        places,
        [
            "2: user `ana` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "3: role `boss` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "3: user `dora` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "4: user `dora` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "5: role `keeper` would violate constraint `keys`: `safe:count`, `safe:open`",
            "5: user `ben` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "5: user `cleo` would violate constraint `keys`: `safe:count`, `safe:open`",
        ]
    );
    let sound = Document {
        role_permissions: rows(&[("boss", "safe:open"), ("clerk", "invoice:read"), ("controller", "invoice:approve")]),
        user_roles: rows(&[("ana", "clerk"), ("dora", "controller"), ("ana", "boss")]),
        user_permissions: rows(&[("dora", "invoice:read")]),
        ..document
    };
    assert!(import(&app, sound).await.is_empty());
}

#[tokio::test]
async fn imported_permissions_that_a_pattern_matches_count_with_the_row_at_fault() {
    let app = App::start().await;
    constrain_permissions(&app).await;
    let clerk = app.role("clerk").create().await;
    let pattern = json!({ "roleId": clerk, "patterns": ["*:pay"] });
    let _ = app.admin().await.mutate("roleGrantPatterns", pattern).await.done();
    let conflicting = Document {
        role_permissions: rows(&[("other", "order:pay"), ("clerk", "invoice:approve")]),
        user_roles: rows(&[("eve", "clerk")]),
        user_permissions: rows(&[("eve", "invoice:approve")]),
        ..Document::default()
    };
    assert_eq!(
        import(&app, conflicting.clone()).await,
        [
            "2: user `eve` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
            "3: role `clerk` would violate constraint `duties`: `invoice:approve`, `invoice:pay`",
        ]
    );
    let other =
        Document { role_permissions: rows(&[("other", "order:pay")]), user_permissions: Vec::new(), ..conflicting };
    assert!(import(&app, other).await.is_empty());
    // The permission that was imported is among those that the pattern matches.
    let clerk =
        app.admin().await.ask("{ roleByName(name: \"clerk\") { permissionPatterns { permissions { name } } } }").await;
    let matched = json!([{ "permissions": [{ "name": "invoice:pay" }, { "name": "order:pay" }] }]);
    assert_eq!(clerk.data()["roleByName"]["permissionPatterns"], matched);
}
