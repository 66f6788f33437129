//! Inheritance under separation of duty (AddInheritance, AddAscendant, AddDescendant).

use super::{apart, create, roles, told};
use serde_json::{Value, json};
use tests::{Acted, App, input};

async fn inherit(app: &App, senior: &str, juniors: &[&str]) -> Acted {
    app.admin().await.act("roleAddInheritance", json!({ "roleId": senior, "inheritsFromIds": juniors })).await
}

async fn juniors(app: &App, role: &str) -> Value {
    let document = "query ($id: ID!) { role(id: $id) { inheritsFrom { name } } }";
    app.admin().await.graphql(document, json!({ "id": role })).await.data()["role"]["inheritsFrom"].clone()
}

#[tokio::test]
async fn inheritance_that_would_bring_roles_together_for_a_member_is_refused() {
    let app = App::start().await;
    let [payer, approver, clerk, boss] = roles(&app, ["payer", "approver", "clerk", "boss"]).await;
    app.role("senior").inheriting("boss").create().await;
    apart(&app, "money", &[&payer, &approver]).await;
    // The member has neither of the two roles that are linked.
    let ana = app.user("ana").with_role("senior").with_role("approver").create().await;
    let refused = inherit(&app, &boss, &[&clerk, &payer]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION inheritsFromIds");
    assert_eq!(told(&refused), json!(["money", ["approver", "payer"], ana.id]));
    assert_eq!(juniors(&app, &boss).await, json!([]), "all or none");

    let unassign = json!({ "userId": ana.id, "roleIds": [approver] });
    let _ = app.admin().await.act("userUnassignRoles", unassign).await.done();
    let _ = inherit(&app, &boss, &[&clerk, &payer]).await.done();
}

#[tokio::test]
async fn no_role_inherits_from_roles_that_are_to_be_kept_apart() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c, senior] = roles(&app, ["a", "b", "c", "senior"]).await;
    apart(&app, "static", &[&a, &b]).await;
    let _ = create(root, ("DYNAMIC", "dynamic", &[&b, &c], 2)).await.done();
    for (juniors, name, conflict) in [([&a, &b], "static", ["a", "b"]), ([&b, &c], "dynamic", ["b", "c"])] {
        let refused = inherit(&app, &senior, &juniors.map(String::as_str)).await;
        assert_eq!(refused.refused(), "SOD_VIOLATION inheritsFromIds");
        assert_eq!(told(&refused), json!([name, conflict, null]));
    }
    let _ = inherit(&app, &senior, &[&a, &c]).await.done();
    let refused = inherit(&app, &senior, &[&b]).await;
    assert_eq!(told(&refused), json!(["static", ["a", "b"], null]), "of two that are broken, the static one is told");
}

#[tokio::test]
async fn a_new_role_keeps_to_it_with_what_it_inherits_and_with_those_that_inherit_from_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, boss] = roles(&app, ["a", "b", "boss"]).await;
    apart(&app, "set", &[&a, &b]).await;
    let new = |juniors: &[&str], seniors: &[&str]| {
        input(json!({ "name": "new", "inheritsFromIds": juniors, "inheritedByIds": seniors }))
    };
    let refused = root.act("roleCreate", new(&[&a, &b], &[])).await;
    assert_eq!(told(&refused), json!(["set", ["a", "b"], null]));
    // A member of its senior would come to have both.
    let ana = app.user("ana").with_role("boss").with_role("b").create().await;
    let refused = root.act("roleCreate", new(&[&a], &[&boss])).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.inheritedByIds");
    assert_eq!(told(&refused), json!(["set", ["a", "b"], ana.id]));
    let none = root.ask(r#"{ roleByName(name: "new") { id } }"#).await;
    assert!(none.data()["roleByName"].is_null());
    let _ = root.act("roleCreate", new(&[&a], &[])).await.done();
}

#[tokio::test]
async fn ending_inheritance_makes_room() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let senior = app.role("senior").inheriting("a").create().await;
    apart(&app, "set", &[&a, &b]).await;
    assert_eq!(told(&inherit(&app, &senior, &[&b]).await), json!(["set", ["a", "b"], null]));
    let _ = root.act("roleRemoveInheritance", json!({ "roleId": senior, "inheritsFromIds": [a] })).await.done();
    let _ = inherit(&app, &senior, &[&b]).await.done();
}
