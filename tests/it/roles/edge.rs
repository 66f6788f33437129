//! `roleEdge` and `userEdge`: the object of a payload as an edge of its list.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn the_edge_of_a_role_is_that_of_the_list() {
    let app = App::start().await;
    let root = app.admin().await;
    for name in ["Beta", "alpha", "GAMMA", "user2"] {
        let document = "mutation ($name: String!) { roleCreate(input: { name: $name }) {
            role { id } roleEdge { cursor node { id name } } userErrors { code } } }";
        let answer = root.graphql(document, json!({ "name": name })).await;
        let payload = answer.payload("roleCreate");
        let edge = &payload["roleEdge"];
        assert_eq!((&edge["node"]["id"], &edge["node"]["name"]), (&payload["role"]["id"], &json!(name)));
        let list = root.ask("{ roles(first: 100) { edges { cursor node { id name } } } }").await;
        let listed = list.data()["roles"]["edges"].as_array().expect("edges").clone();
        assert!(listed.contains(edge), "{name}: {edge} {listed:#?}");
    }
}

#[tokio::test]
async fn the_edge_of_a_user_is_that_of_the_list() {
    let app = App::start().await;
    let root = app.admin().await;
    app.clock.advance(TimeDelta::seconds(1));
    let document = "mutation { userCreate(input: { username: \"ana\" }) {
        user { id } userEdge { cursor node { id username } } userErrors { code } } }";
    let answer = root.ask(document).await;
    let payload = answer.payload("userCreate");
    let edge = &payload["userEdge"];
    assert_eq!(edge["node"]["id"], payload["user"]["id"]);
    let list = root.ask("{ users(first: 100) { edges { cursor node { id username } } } }").await;
    assert!(list.data()["users"]["edges"].as_array().expect("edges").contains(edge), "{edge}");
    let after = "query ($after: String!) { users(first: 1, after: $after) { nodes { username } } }";
    let next = root.graphql(after, json!({ "after": edge["cursor"] })).await;
    assert_eq!(next.data()["users"]["nodes"][0]["username"], "root", "newest first");
}

#[tokio::test]
async fn an_edge_is_null_with_its_object() {
    let app = App::start().await;
    let root = app.admin().await;
    let create = "mutation { roleCreate(input: { name: \"\" }) { role { id } roleEdge { cursor } userErrors { code } }
        userCreate(input: { username: \"\" }) { user { id } userEdge { cursor } userErrors { code } } }";
    let answer = root.ask(create).await;
    for [field, edge] in [["roleCreate", "roleEdge"], ["userCreate", "userEdge"]] {
        assert!(!answer.data()[field]["userErrors"][0]["code"].is_null());
        assert_eq!(answer.data()[field][edge], Value::Null);
    }
    // Writers who may not read see neither the object nor its edge.
    let writer = app.user("writer").with_permission("role:write").with_permission("user:write").create().await;
    let create = "mutation { roleCreate(input: { name: \"new\" }) { role { id } roleEdge { cursor node { id } } userErrors { code } }
        userCreate(input: { username: \"new\" }) { user { id } userEdge { cursor node { id } } userErrors { code } }
        profileUpdate(input: { displayName: \"Me\" }) { userEdge { node { username displayName } } userErrors { code } } }";
    let answer = writer.ask(create).await;
    for [field, object, edge] in [["roleCreate", "role", "roleEdge"], ["userCreate", "user", "userEdge"]] {
        let payload = answer.payload(field);
        assert_eq!((&payload[object], &payload[edge]), (&Value::Null, &Value::Null), "{field}");
    }
    let own = &answer.payload("profileUpdate")["userEdge"]["node"];
    assert_eq!(own, &json!({ "username": "writer", "displayName": "Me" }));
}
