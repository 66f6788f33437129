//! Inheritance under separation of duty (AddInheritance, AddAscendant, AddDescendant).

use super::{constrain, create, roles, sod_error};
use serde_json::{Value, json};
use tests::{App, MutationResult, input};

async fn inherit(app: &App, senior: &str, juniors: &[&str]) -> MutationResult {
    app.admin().await.mutate("roleAddInheritance", json!({ "roleId": senior, "inheritsFromIds": juniors })).await
}

async fn juniors(app: &App, role: &str) -> Value {
    let document = "query ($id: ID!) { role(id: $id) { inheritsFrom { name } } }";
    app.admin().await.graphql(document, json!({ "id": role })).await.data()["role"]["inheritsFrom"].clone()
}

#[tokio::test]
async fn inheritance_that_would_give_a_user_conflicting_roles_is_rejected() {
    let app = App::start().await;
    let [payer, approver, clerk, boss] = roles(&app, ["payer", "approver", "clerk", "boss"]).await;
    app.role("senior").inheriting("boss").create().await;
    constrain(&app, "money", &[&payer, &approver]).await;
    // The user has neither of the two linked roles assigned.
    let ana = app.user("ana").with_role("senior").with_role("approver").create().await;
    let refused = inherit(&app, &boss, &[&clerk, &payer]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION inheritsFromIds");
    assert_eq!(sod_error(&refused), json!(["money", ["approver", "payer"], ana.id]));
    assert_eq!(juniors(&app, &boss).await, json!([]), "all or none");

    let unassign = json!({ "userId": ana.id, "roleIds": [approver] });
    let _ = app.admin().await.mutate("userUnassignRoles", unassign).await.done();
    let _ = inherit(&app, &boss, &[&clerk, &payer]).await.done();
}

#[tokio::test]
async fn no_role_inherits_from_conflicting_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c, senior] = roles(&app, ["a", "b", "c", "senior"]).await;
    constrain(&app, "static", &[&a, &b]).await;
    let _ = create(root, "DYNAMIC", "dynamic", &[&b, &c], 2).await.done();
    for (juniors, name, conflict) in [([&a, &b], "static", ["a", "b"]), ([&b, &c], "dynamic", ["b", "c"])] {
        let refused = inherit(&app, &senior, &juniors.map(String::as_str)).await;
        assert_eq!(refused.refused(), "SOD_VIOLATION inheritsFromIds");
        assert_eq!(sod_error(&refused), json!([name, conflict, null]));
    }
    let _ = inherit(&app, &senior, &[&a, &c]).await.done();
    let refused = inherit(&app, &senior, &[&b]).await;
    assert_eq!(
        sod_error(&refused),
        json!(["static", ["a", "b"], null]),
        "of two violated sets, the static one is reported"
    );
}

#[tokio::test]
async fn a_new_role_is_checked_with_its_juniors_and_seniors() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, boss] = roles(&app, ["a", "b", "boss"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let new = |juniors: &[&str], seniors: &[&str]| {
        input(json!({ "name": "new", "inheritsFromIds": juniors, "inheritedByIds": seniors }))
    };
    let refused = root.mutate("roleCreate", new(&[&a, &b], &[])).await;
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], null]));
    // A user of its senior would get both roles.
    let ana = app.user("ana").with_role("boss").with_role("b").create().await;
    let refused = root.mutate("roleCreate", new(&[&a], &[&boss])).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.inheritedByIds");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ana.id]));
    let none = root.ask(r#"{ roleByName(name: "new") { id } }"#).await;
    assert!(none.data()["roleByName"].is_null());
    let _ = root.mutate("roleCreate", new(&[&a], &[])).await.done();
}

#[tokio::test]
async fn removing_inheritance_resolves_a_conflict() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let senior = app.role("senior").inheriting("a").create().await;
    constrain(&app, "set", &[&a, &b]).await;
    assert_eq!(sod_error(&inherit(&app, &senior, &[&b]).await), json!(["set", ["a", "b"], null]));
    let _ = root.mutate("roleRemoveInheritance", json!({ "roleId": senior, "inheritsFromIds": [a] })).await.done();
    let _ = inherit(&app, &senior, &[&b]).await.done();
}
