//! A denied change has no effect and is audited (R9); so are changes that were made.

use super::{constrain, create, roles, sod_error};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::App;

/// The newest entry of the audit log; advances the clock so that later entries are newer.
async fn newest(app: &App) -> Value {
    app.clock.advance(TimeDelta::milliseconds(1));
    let document = "{ auditLog(first: 1) { nodes { action outcome reason targetType targetId targetLabel summary } } }";
    app.admin().await.ask(document).await.data()["auditLog"]["nodes"][0].clone()
}

async fn revision(app: &App) -> Value {
    app.admin().await.ask("{ viewer { policyRevision } }").await.data()["viewer"]["policyRevision"].clone()
}

#[tokio::test]
async fn a_violation_is_denied_audited_and_leaves_the_policy_unchanged() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let both = app.role("both").inheriting("c").create().await;
    let set = constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").with_role("both").create().await;
    let before = revision(&app).await;
    newest(&app).await;
    let new = |name: &str| json!({ "kind": "STATIC", "name": name, "roleIds": [a, c] });
    let cases = [
        ("userAssignRoles", json!({ "userId": ana.id, "roleIds": [b] }), "user.assign_roles"),
        ("roleAssignUsers", json!({ "roleId": b, "userIds": [ana.id] }), "role.assign_users"),
        ("roleAddInheritance", json!({ "roleId": both, "inheritsFromIds": [b] }), "role.add_inheritance"),
        ("roleCreate", json!({ "input": { "name": "x", "inheritsFromIds": [a, b] } }), "role.create"),
        ("roleDelete", json!({ "id": a }), "role.delete"),
        ("sodConstraintCreate", json!({ "input": new("x") }), "sod_constraint.create"),
        ("sodConstraintAddRoles", json!({ "id": set, "roleIds": [c] }), "sod_constraint.add_roles"),
        ("userCreate", json!({ "input": { "username": "x", "roleIds": [a, b] } }), "user.create"),
    ];
    for (field, arguments, action) in cases {
        let refused = root.mutate(field, arguments).await;
        let name = if field == "sodConstraintCreate" { "x" } else { "set" };
        assert_eq!(sod_error(&refused)[0], name, "{field}");
        let entry = newest(&app).await;
        assert_eq!((&entry["action"], &entry["outcome"]), (&json!(action), &json!("DENIED")), "{field}");
        assert_eq!(entry["reason"], "SOD_VIOLATION", "{field}");
    }
    assert_eq!(revision(&app).await, before);
}

#[tokio::test]
async fn each_change_of_a_constraint_is_audited_with_its_id_and_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    newest(&app).await;
    let id = create(root, "STATIC", "set", &[&a, &b], 2).await.id("sodConstraint");
    let changes = [
        ("sodConstraintAddRoles", json!({ "id": id, "roleIds": [c] }), "add_roles", "added c to constraint set"),
        (
            "sodConstraintUpdate",
            json!({ "id": id, "input": { "limit": 3 } }),
            "update",
            "set the limit of constraint set to 3",
        ),
        (
            "sodConstraintUpdate",
            json!({ "id": id, "input": { "description": "x" } }),
            "update",
            "described constraint set",
        ),
        (
            "sodConstraintUpdate",
            json!({ "id": id, "input": { "name": "Set", "limit": 2 } }),
            "update",
            "renamed constraint set to Set",
        ),
        (
            "sodConstraintRemoveRoles",
            json!({ "id": id, "roleIds": [c] }),
            "remove_roles",
            "removed c from constraint Set",
        ),
        ("sodConstraintDelete", json!({ "id": id }), "delete", "deleted constraint Set"),
    ];
    let entry = newest(&app).await;
    assert_eq!(
        (&entry["action"], &entry["summary"]),
        (&json!("sod_constraint.create"), &json!("root created constraint set"))
    );
    for (field, arguments, action, summary) in changes {
        let _ = root.mutate(field, arguments).await.done();
        let entry = newest(&app).await;
        assert_eq!(entry["action"], format!("sod_constraint.{action}"));
        assert_eq!((&entry["targetType"], &entry["targetId"]), (&json!("SodConstraint"), &json!(id)));
        assert_eq!((&entry["summary"], &entry["outcome"]), (&json!(format!("root {summary}")), &json!("SUCCESS")));
    }
    let trail = "query ($id: ID!) { role(id: $id) { auditTrail { nodes { action } } } }";
    let trail = root.graphql(trail, json!({ "id": c })).await;
    let actions: Vec<_> = trail.data()["role"]["auditTrail"]["nodes"].as_array().expect("entries").iter().collect();
    assert_eq!(
        actions,
        [
            &json!({ "action": "sod_constraint.remove_roles" }),
            &json!({ "action": "sod_constraint.add_roles" }),
            &json!({ "action": "role.create" })
        ]
    );
}
