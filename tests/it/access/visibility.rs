//! `node` and `nodes`: an object that is not visible looks exactly like one that does not exist.

use super::Victim;
use serde_json::{Value, json};
use tests::{Actor, App};

const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

fn objects(victim: &Victim) -> [&str; 6] {
    [&victim.user.id, &victim.role, &victim.permission, &victim.assignment, &victim.session, &victim.event]
}

async fn seen(actor: &Actor, ids: &[&str]) -> Vec<Value> {
    let answer = actor.graphql(NODES, json!({ "ids": ids })).await;
    answer.data()["nodes"].as_array().expect("a list").iter().map(|node| node["__typename"].clone()).collect()
}

const TYPES: [&str; 6] = ["User", "Role", "Permission", "RoleAssignment", "Session", "AuditEvent"];

#[tokio::test]
async fn own_objects_are_visible_and_those_of_others_are_not() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let plain = app.user("plain").create().await;
    assert_eq!(seen(&victim.user, &objects(&victim)).await, TYPES);
    assert_eq!(seen(&plain, &objects(&victim)).await, [const { Value::Null }; 6]);
    for id in objects(&victim) {
        let hidden = plain.graphql("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        let missing = plain.graphql("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": "user_x" })).await;
        assert_eq!(hidden.data(), missing.data());
    }
}

#[tokio::test]
async fn each_kind_of_object_is_visible_with_its_read_permission() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let permissions = ["user:read", "role:read", "permission:read", "user:read", "session:read", "audit:read"];
    for permission in ["user:read", "role:read", "permission:read", "session:read", "audit:read"] {
        let name = permission.replace(':', "-");
        let reader = app.user(&name).with_permission(permission).create().await;
        let expected: Vec<_> = permissions
            .iter()
            .zip(TYPES)
            .map(|(needed, ty)| if *needed == permission { json!(ty) } else { Value::Null })
            .collect();
        assert_eq!(seen(&reader, &objects(&victim)).await, expected, "{permission}");
    }
    assert_eq!(seen(app.admin().await, &objects(&victim)).await, TYPES);
}

#[tokio::test]
async fn nodes_keep_the_requested_order_with_null_for_each_missing_one() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let ids = ["nonsense", &victim.role, &victim.user.id, "", &victim.role];
    let root = app.admin().await;
    assert_eq!(seen(root, &ids).await, [Value::Null, json!("Role"), json!("User"), Value::Null, json!("Role")]);
    assert!(seen(root, &[]).await.is_empty());
    let many = vec![victim.role.as_str(); 100];
    assert_eq!(seen(root, &many).await.len(), 100);
    let more = vec![victim.role.as_str(); 101];
    assert_eq!(root.graphql(NODES, json!({ "ids": more })).await.error(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_deleted_user_is_invisible_to_everyone() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let root = app.admin().await;
    let _ = root.mutate("userDelete", json!({ "id": victim.user.id })).await.done();
    assert_eq!(seen(root, &[&victim.user.id, &victim.assignment]).await, [const { Value::Null }; 2]);
}

#[tokio::test]
async fn a_formerly_own_object_is_hidden_after_unassignment() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let arguments = json!({ "userId": victim.user.id, "roleIds": [victim.role] });
    let _ = app.admin().await.mutate("userUnassignRoles", arguments).await.done();
    let seen = seen(&victim.user, &[&victim.role, &victim.permission, &victim.assignment]).await;
    assert_eq!(seen, [const { Value::Null }; 3]);
}

#[tokio::test]
async fn node_and_nodes_require_authentication() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let answer = app.anonymous().graphql(NODES, json!({ "ids": [victim.user.id] })).await;
    assert_eq!(answer.error(), "UNAUTHENTICATED");
    assert!(answer.body["data"]["nodes"].is_null());
}
