//! The authority of the author of a document over constraints.

use super::{blockers, plan};
use serde_json::json;
use tests::{Actor, App};

/// `boss`, who holds more than the planner, inherits from `desk`. A constraint names two permissions, another two roles.
async fn office() -> (App, Actor) {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("form").create().await;
    app.role("desk").granting("desk:use").create().await;
    app.role("boss").inheriting("desk").granting("vault:open").create().await;
    let [clerk, auditor] = [app.role("clerk").create().await, app.role("auditor").create().await];
    let [approve, pay] = [app.permission_id("invoice:approve").await, app.permission_id("invoice:pay").await];
    for input in [
        json!({ "name": "duties", "kind": "STATIC", "permissionIds": [approve, pay] }),
        json!({ "name": "hats", "kind": "STATIC", "roleIds": [clerk, auditor] }),
    ] {
        let _ = root.mutate("sodConstraintCreate", json!({ "input": input })).await.done();
    }
    let rights = ["policy:read", "user:read", "role:write", "permission:grant", "desk:use", "invoice:approve"];
    let planner = rights.iter().fold(app.user("planner"), |user, right| user.with_permission(right));
    let planner = planner.create().await;
    (app, planner)
}

#[tokio::test]
async fn no_path_through_new_roles_brings_a_constraint_to_a_role_beyond_authority() {
    let (app, planner) = office().await;
    let desk = "  desk:\n    permissions:\n      - desk:use\n    inherits:\n      - ";
    let grant = "    permissions:\n      - invoice:approve\n";
    for (roles, is_refused) in [
        // A new role that holds the permission, or inherits from a role of the other constraint.
        (format!("  fresh:\n{grant}{desk}fresh\n"), true),
        (format!("  fresh:\n    inherits:\n      - clerk\n{desk}fresh\n"), true),
        (format!("  fresh:\n    inherits:\n      - other\n  other:\n{grant}{desk}fresh\n"), true),
        // A known role that comes to hold it in the same document.
        (format!("  form:\n{grant}{desk}form\n"), true),
        (format!("  form:\n    inherits:\n      - clerk\n{desk}form\n"), true),
        // `boss` comes under no constraint.
        (format!("  fresh:\n{grant}"), false),
        (format!("  form:\n{grant}"), false),
        (format!("  fresh:\n    description: New\n{desk}fresh\n"), false),
    ] {
        let document = format!("version: 1\nroles:\n{roles}");
        let planned = plan(&planner, &document, "MERGE").await;
        let expected = if is_refused { vec!["BEYOND_AUTHORITY"] } else { Vec::new() };
        assert_eq!(blockers(&planned), expected, "{document}\n{planned:#}");
        assert_eq!(blockers(&plan(app.admin().await, &document, "MERGE").await), Vec::<String>::new(), "{document}");
    }
}

#[tokio::test]
async fn a_constraint_on_a_permission_that_the_document_registers_counts_what_patterns_match() {
    let (app, _) = office().await;
    let root = app.admin().await;
    let signer = app.role("signer").create().await;
    let _ = root.mutate("roleGrantPatterns", json!({ "roleId": signer, "patterns": ["*:sign"] })).await.done();
    app.user("ana").with_role("signer").with_permission("invoice:pay").create().await;
    let document = "version: 1
permissions:
  order:sign: {}
constraints:
  signatures:
    kind: static
    limit: 2
    permissions:
      - invoice:pay
      - order:sign
";
    let planned = plan(root, document, "MERGE").await;
    assert_eq!(blockers(&planned), ["SOD_VIOLATION"], "{planned:#}");
    let other = document.replace("order:sign", "order:view");
    assert_eq!(blockers(&plan(root, &other, "MERGE").await), Vec::<String>::new());
}
