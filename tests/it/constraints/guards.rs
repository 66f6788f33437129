//! Guards of the reading and writing of constraints.

use super::{constrain, create, roles};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App};

const NODE: &str = "query ($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { id } }";

async fn node(who: &Actor, id: &str) -> Value {
    who.graphql(NODE, json!({ "id": id })).await.data().clone()
}

#[tokio::test]
async fn reading_constraints_requires_sod_read() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let holder = app.user("holder").with_role("a").create().await;
    let reader = app.user("reader").with_permission("sod:read").create().await;
    let (single, list) =
        ("query ($id: ID!) { sodConstraint(id: $id) { name } }", "{ sodConstraints { name roles { name } } }");
    for (who, code) in [(&*holder, "FORBIDDEN"), (app.anonymous(), "UNAUTHENTICATED")] {
        assert_eq!(who.graphql(single, json!({ "id": id })).await.error(), code);
        assert_eq!(who.ask(list).await.error(), code);
    }
    assert_eq!(reader.graphql(single, json!({ "id": id })).await.data()["sodConstraint"]["name"], "set");
    assert_eq!(reader.ask(list).await.data()["sodConstraints"][0]["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    let own = holder.ask("{ me { roles { name sodConstraints { name } } } }").await;
    assert_eq!(own.error(), "FORBIDDEN");
    assert_eq!(own.body["data"]["me"]["roles"][0], json!({ "name": "a", "sodConstraints": null }));
}

#[tokio::test]
async fn a_constraint_has_no_owner_and_is_hidden_without_sod_read() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let holder = app.user("holder").with_role("a").create().await;
    let reader = app.user("reader").with_permission("sod:read").create().await;
    assert_eq!(node(&holder, &id).await, json!({ "node": null, "nodes": [null] }));
    let seen = json!({ "node": { "__typename": "SodConstraint", "id": id }, "nodes": [{ "id": id }] });
    assert_eq!(node(&reader, &id).await, seen);
    let _ = app.admin().await.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
    assert_eq!(node(&reader, &id).await, json!({ "node": null, "nodes": [null] }));
}

#[tokio::test]
async fn writing_requires_sod_write_and_removal_also_a_recent_login() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = constrain(&app, "set", &[&a, &b, &c]).await;
    app.user("reader").with_permission("sod:read").create().await;
    app.user("writer").with_permission("sod:write").create().await;
    let (reader, writer) = (app.login("reader").await, app.login("writer").await);
    let acts = [
        ("sodConstraintAddRoles", json!({ "id": id, "roleIds": [a] }), false),
        ("sodConstraintUpdate", json!({ "id": id, "input": { "description": "x" } }), true),
        ("sodConstraintRemoveRoles", json!({ "id": id, "roleIds": [c] }), true),
        ("sodConstraintDelete", json!({ "id": id }), true),
    ];
    assert_eq!(create(&reader, "STATIC", "x", &[&a, &b], 2).await.denied(), "FORBIDDEN");
    for (field, arguments, _) in &acts {
        assert_eq!(reader.mutate(field, arguments.clone()).await.denied(), "FORBIDDEN", "{field}");
    }
    app.clock.advance(TimeDelta::minutes(9));
    let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": writer.refresh_token })).await;
    let stale = app.anonymous().with_token(refreshed.done()["accessToken"].as_str().expect("a token"));
    app.clock.advance(TimeDelta::minutes(2));
    let made = create(&stale, "STATIC", "x", &[&a, &b], 2).await;
    assert_eq!(made.done()["sodConstraint"], Value::Null, "who may not read it does not see what was made");
    for (field, arguments, needs_password) in &acts {
        let acted = stale.mutate(field, arguments.clone()).await;
        match needs_password {
            true => assert_eq!(acted.denied(), "REAUTHENTICATION_REQUIRED", "{field}"),
            false => drop(acted.done().clone()),
        }
    }
    let fresh = app.login("writer").await;
    for (field, arguments, _) in acts {
        let _ = fresh.mutate(field, arguments).await.done();
    }
}

#[tokio::test]
async fn an_error_names_the_constraint_to_everyone_and_shows_it_to_its_readers() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let admin = app.user("admin").with_permission("role:assign").create().await;
    let document = |selection: &str| {
        format!(
            "mutation ($user: ID!, $role: ID!) {{ userAssignRoles(userId: $user, roleIds: [$role]) {{
                userErrors {{ ... on SodError {{ code constraintName userId {selection} }} }} }} }}"
        )
    };
    let variables = json!({ "user": ana.id, "role": b });
    // The caller may not read the user.
    let plain = json!({ "code": "SOD_VIOLATION", "constraintName": "set", "userId": null });
    let sod_error = admin.graphql(&document(""), variables.clone()).await;
    assert_eq!(sod_error.data()["userAssignRoles"]["userErrors"], json!([plain]));

    let shown = document("constraint { name limit }");
    let hidden = admin.graphql(&shown, variables.clone()).await;
    assert_eq!(hidden.error(), "FORBIDDEN");
    assert_eq!(hidden.body["errors"][0]["path"], json!(["userAssignRoles", "userErrors", 0, "constraint"]));
    let error = &hidden.body["data"]["userAssignRoles"]["userErrors"][0];
    assert_eq!((&error["constraint"], &error["constraintName"]), (&Value::Null, &json!("set")));
    let seen = app.admin().await.graphql(&shown, variables).await;
    let error = &seen.data()["userAssignRoles"]["userErrors"][0];
    assert_eq!((&error["constraint"], &error["userId"]), (&json!({ "name": "set", "limit": 2 }), &json!(ana.id)));
}

#[tokio::test]
async fn a_constraint_that_was_not_created_is_only_named() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    app.user("ana").with_role("a").with_role("b").create().await;
    let document = "mutation ($input: SodConstraintCreateInput!) { sodConstraintCreate(input: $input) {
        sodConstraint { id } userErrors { ... on SodError { constraintName constraint { id } } } } }";
    let input = json!({ "name": "set", "kind": "STATIC", "roleIds": [a, b] });
    let answer = app.admin().await.graphql(document, json!({ "input": input })).await;
    assert_eq!(
        answer.data()["sodConstraintCreate"],
        json!({ "sodConstraint": null, "userErrors": [{ "constraintName": "set", "constraint": null }] })
    );
}
