//! Changing constraints (SetSsdSetCardinality, SetDsdSetCardinality).

use super::{assign, constrain, constraint, create, roles, sod_error, state};
use serde_json::{Value, json};
use tests::{App, MutationResult};

async fn update(app: &App, id: &str, input: Value) -> MutationResult {
    app.admin().await.mutate("sodConstraintUpdate", json!({ "id": id, "input": input })).await
}

#[tokio::test]
async fn a_limit_is_bounded_by_the_number_of_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = create(root, "STATIC", "set", &[&a, &b, &c], 3).await.id("sodConstraint");
    for limit in [1, 4, 0, -2] {
        assert_eq!(update(&app, &id, json!({ "limit": limit })).await.refused(), "INVALID input.limit", "{limit}");
    }
    for limit in [2, 3] {
        let done = update(&app, &id, json!({ "limit": limit })).await;
        assert_eq!(done.done()["sodConstraint"]["limit"], limit);
    }
}

#[tokio::test]
async fn a_static_limit_cannot_be_lowered_into_a_violation() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let ana = app.user("ana").with_role("a").with_role("b").create().await;
    let id = create(root, "STATIC", "set", &[&a, &b, &c], 3).await.id("sodConstraint");
    let refused = update(&app, &id, json!({ "limit": 2, "name": "other" })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.limit");
    assert_eq!(sod_error(&refused), json!(["other", ["a", "b"], ana.id]));
    assert_eq!(
        (&constraint(root, &id).await["limit"], &constraint(root, &id).await["name"]),
        (&json!(3), &json!("set"))
    );
    assert_eq!(
        sod_error(&assign(&app, &ana.id, &[&c]).await),
        json!(["set", ["a", "b", "c"], ana.id]),
        "three still count"
    );

    let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [b] })).await.done();
    let _ = update(&app, &id, json!({ "limit": 2 })).await.done();
    assert_eq!(assign(&app, &ana.id, &[&b]).await.refused(), "SOD_VIOLATION roleIds");
}

#[tokio::test]
async fn a_limit_violated_by_a_single_role_is_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    app.role("ab").inheriting("a").inheriting("b").create().await;
    let id = create(root, "DYNAMIC", "set", &[&a, &b, &c], 3).await.id("sodConstraint");
    let refused = update(&app, &id, json!({ "limit": 2 })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.limit");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], null]));
}

#[tokio::test]
async fn names_and_descriptions_change_and_omitted_fields_stay() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let (id, other) = (constrain(&app, "set", &[&a, &b]).await, constrain(&app, "other", &[&a, &b]).await);
    let before = constraint(root, &id).await;
    let _ = update(&app, &id, json!({ "description": "why" })).await.done();
    let _ = update(&app, &id, json!({ "name": "SET" })).await.done();
    let after = constraint(root, &id).await;
    assert_eq!((&after["name"], &after["description"]), (&json!("SET"), &json!("why")));
    for kept in ["id", "kind", "limit", "roles", "createdAt"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    let _ = update(&app, &id, json!({ "description": null })).await.done();
    assert_eq!(constraint(root, &id).await["description"], Value::Null);

    for (input, refusal) in [
        (json!({ "name": "Other" }), "TAKEN input.name"),
        (json!({ "name": null }), "REQUIRED input.name"),
        (json!({ "description": "a\0b" }), "INVALID input.description"),
    ] {
        assert_eq!(update(&app, &id, input.clone()).await.refused(), refusal, "{input}");
    }
    // A later error has the new name.
    let ana = app.user("ana").with_role("a").create().await;
    let _ = root.mutate("sodConstraintDelete", json!({ "id": other })).await.done();
    assert_eq!(sod_error(&assign(&app, &ana.id, &[&b]).await)[0], "SET");
}

#[tokio::test]
async fn an_update_without_change_is_not_audited() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let before = state(&app).await;
    for input in [json!({}), json!({ "name": "set", "description": null, "limit": 2 }), json!({ "limit": null })] {
        let _ = update(&app, &id, input).await.done();
    }
    assert_eq!(state(&app).await, before);
    assert_eq!(update(&app, "sod_", json!({ "limit": 2 })).await.refused(), "NOT_FOUND id");
    assert_eq!(update(&app, &a, json!({ "limit": 2 })).await.refused(), "NOT_FOUND id", "an id of another kind");
}
