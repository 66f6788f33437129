//! Deleting constraints (DeleteSsdSet, DeleteDsdSet), and roles that they name.

use super::{apart, assign, constraint, create, roles, told};
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn a_deleted_constraint_keeps_nothing_apart() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let (id, other) = (apart(&app, "set", &[&a, &b]).await, apart(&app, "other", &[&a, &b]).await);
    let ana = app.user("ana").with_role("a").create().await;
    let gone = root.act("sodConstraintDelete", json!({ "id": id })).await;
    assert_eq!(gone.done()["deletedId"], id);
    assert_eq!(constraint(root, &id).await, Value::Null);
    assert_eq!(told(&assign(&app, &ana.id, &[&b]).await)[0], "other");
    let _ = root.act("sodConstraintDelete", json!({ "id": other })).await.done();
    let _ = assign(&app, &ana.id, &[&b]).await.done();
    for unknown in [&id, "", "sod_", &a] {
        let refused = root.act("sodConstraintDelete", json!({ "id": unknown })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
        assert_eq!(refused.answer.data()["sodConstraintDelete"]["deletedId"], Value::Null);
    }
    apart(&app, "other", &[&a, &app.role("c").create().await]).await;
}

#[tokio::test]
async fn a_deleted_role_leaves_its_sets_as_long_as_enough_are_left() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = apart(&app, "set", &[&a, &b, &c]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let _ = root.act("roleDelete", json!({ "id": c })).await.done();
    assert_eq!(constraint(root, &id).await["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    assert_eq!(told(&assign(&app, &ana.id, &[&b]).await), json!(["set", ["a", "b"], ana.id]));
}

#[tokio::test]
async fn a_role_without_which_a_set_has_fewer_than_its_limit_stays_until_the_constraint_is_changed_or_deleted() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = create(root, ("DYNAMIC", "three", &[&a, &b, &c], 3)).await.id("sodConstraint");
    let refused = root.act("roleDelete", json!({ "id": c })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION id");
    assert_eq!(told(&refused), json!(["three", ["a", "b", "c"], null]));
    let message = refused.user_errors()[0]["message"].as_str().expect("a message");
    assert_eq!(message, "constraint `three` would have fewer roles than its limit: change or delete it first");
    assert_eq!(constraint(root, &id).await["roles"].as_array().expect("roles").len(), 3);

    let _ = root.act("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })).await.done();
    let _ = root.act("roleDelete", json!({ "id": c })).await.done();
    assert_eq!(root.act("roleDelete", json!({ "id": b })).await.refused(), "SOD_VIOLATION id");
    let _ = root.act("sodConstraintDelete", json!({ "id": id })).await.done();
    let _ = root.act("roleDelete", json!({ "id": b })).await.done();
}
