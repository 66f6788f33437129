//! Deleting constraints (DeleteSsdSet, DeleteDsdSet), and roles named by constraints.

use super::{assign, constrain, constraint, create, roles, sod_error};
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn a_deleted_constraint_is_no_longer_enforced() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let (id, other) = (constrain(&app, "set", &[&a, &b]).await, constrain(&app, "other", &[&a, &b]).await);
    let ana = app.user("ana").with_role("a").create().await;
    let gone = root.mutate("sodConstraintDelete", json!({ "id": id })).await;
    assert_eq!(gone.done()["deletedId"], id);
    assert_eq!(constraint(root, &id).await, Value::Null);
    assert_eq!(sod_error(&assign(&app, &ana.id, &[&b]).await)[0], "other");
    let _ = root.mutate("sodConstraintDelete", json!({ "id": other })).await.done();
    let _ = assign(&app, &ana.id, &[&b]).await.done();
    for unknown in [&id, "", "sod_", &a] {
        let refused = root.mutate("sodConstraintDelete", json!({ "id": unknown })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
        assert_eq!(refused.response.data()["sodConstraintDelete"]["deletedId"], Value::Null);
    }
    constrain(&app, "other", &[&a, &app.role("c").create().await]).await;
}

#[tokio::test]
async fn a_deleted_role_leaves_its_sets_while_enough_members_remain() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = constrain(&app, "set", &[&a, &b, &c]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let _ = root.mutate("roleDelete", json!({ "id": c })).await.done();
    assert_eq!(constraint(root, &id).await["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    assert_eq!(sod_error(&assign(&app, &ana.id, &[&b]).await), json!(["set", ["a", "b"], ana.id]));
}

#[tokio::test]
async fn a_role_required_by_the_limit_of_a_set_cannot_be_deleted_before_the_constraint_changes() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = create(root, "DYNAMIC", "three", &[&a, &b, &c], 3).await.id("sodConstraint");
    let refused = root.mutate("roleDelete", json!({ "id": c })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION id");
    assert_eq!(sod_error(&refused), json!(["three", ["a", "b", "c"], null]));
    let message = refused.user_errors()[0]["message"].as_str().expect("a message");
    assert_eq!(
        message,
        "constraint `three` would have fewer roles than its limit: lower the limit or delete the constraint first"
    );
    assert_eq!(constraint(root, &id).await["roles"].as_array().expect("roles").len(), 3);

    let _ = root.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": c })).await.done();
    assert_eq!(root.mutate("roleDelete", json!({ "id": b })).await.refused(), "SOD_VIOLATION id");
    let _ = root.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": b })).await.done();
}
