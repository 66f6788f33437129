//! Roles that would grant a denied permission and that the caller may assign.

use serde_json::{Value, json};
use tests::{App, Client, Response};

async fn ask(client: &Client, user: &str, permission: &str) -> Response {
    let document = "query ($user: ID!, $permission: PermissionName!) {
        explainAccess(userId: $user, permission: $permission) { decision { allowed } wouldBeGrantedBy { name } } }";
    client.graphql(document, json!({ "user": user, "permission": permission })).await
}

/// These roles, in order.
async fn granting_roles(client: &Client, user: &str, permission: &str) -> Vec<String> {
    let answer = ask(client, user, permission).await;
    let roles = answer.data()["explainAccess"]["wouldBeGrantedBy"].as_array().expect("roles").clone();
    roles.iter().map(|role| role["name"].as_str().expect("a name").to_owned()).collect()
}

/// A clerk pays and uses a desk, a payer only pays, a boss is a clerk who moves money, an auditor reads.
async fn shop() -> App {
    let app = App::start().await;
    app.role("clerk").granting("invoice:pay").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").granting("money:move").create().await;
    app.role("payer").granting("invoice:pay").create().await;
    app.role("auditor").granting("books:read").create().await;
    app
}

/// Permissions to explain decisions and to read roles.
const EXPLAINS: [&str; 2] = ["access:explain", "role:read"];

#[tokio::test]
async fn the_role_with_the_fewest_other_permissions_comes_first() {
    let app = shop().await;
    let ana = app.user("ana").create().await;
    let expected = ["payer", "clerk", "boss", "superadmin"];
    assert_eq!(granting_roles(app.admin().await, &ana.id, "invoice:pay").await, expected);
    assert_eq!(granting_roles(app.admin().await, &ana.id, "books:read").await, ["auditor", "superadmin"]);
}

#[tokio::test]
async fn only_roles_that_the_caller_may_assign_are_listed() {
    let app = shop().await;
    let ana = app.user("ana").create().await;
    let asker = |name: &str, role: &str| {
        let user = app.user(name).with_role(role);
        EXPLAINS.into_iter().fold(user, tests::UserBuilder::with_permission)
    };
    let (clerk, auditor) = (asker("ben", "clerk").create().await, asker("cleo", "auditor").create().await);
    assert_eq!(granting_roles(&clerk, &ana.id, "invoice:pay").await, ["payer", "clerk"]);
    assert_eq!(granting_roles(&auditor, &ana.id, "invoice:pay").await, [""; 0]);
    let escalating = asker("dora", "auditor").with_permission("rbac:escalate").create().await;
    let all = ["payer", "clerk", "boss", "superadmin"];
    assert_eq!(granting_roles(&escalating, &ana.id, "invoice:pay").await, all);
    let beyond = app.user("eve").with_role("boss").create().await;
    assert_eq!(granting_roles(&escalating, &ana.id, "books:read").await, ["auditor", "superadmin"]);
    assert_eq!(
        granting_roles(&escalating, &beyond.id, "books:read").await,
        [""; 0],
        "she holds more than the one who asks"
    );
}

#[tokio::test]
async fn without_a_granting_role_none_is_listed() {
    let app = shop().await;
    let root = app.admin().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    for permission in ["invoice:pay", "no:such"] {
        assert_eq!(granting_roles(root, &ana.id, permission).await, [""; 0], "{permission}");
    }
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    assert_eq!(granting_roles(root, &ana.id, "books:read").await, [""; 0]);
}

#[tokio::test]
async fn a_listed_role_grants_the_permission_once_assigned() {
    let app = shop().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let role = granting_roles(root, &ana.id, "invoice:pay").await.remove(0);
    let role = app.role_id(&role).await;
    let _ = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.done();
    let answer = ask(root, &ana.id, "invoice:pay").await;
    let expected = json!({ "decision": { "allowed": true }, "wouldBeGrantedBy": [] });
    assert_eq!(answer.data()["explainAccess"], expected);
}

#[tokio::test]
async fn without_role_read_no_role_is_listed() {
    let app = shop().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").with_permission("access:explain").create().await);
    for (who, about) in [(&ana, &ana), (&ben, &ana)] {
        let answer = ask(who, &about.id, "invoice:pay").await;
        assert_eq!(answer.error(), "FORBIDDEN");
        let explained = &answer.body["data"]["explainAccess"];
        assert_eq!(explained, &json!({ "decision": { "allowed": false }, "wouldBeGrantedBy": Value::Null }));
    }
}

#[tokio::test]
async fn conflicting_constraints_are_listed_to_their_readers() {
    let app = shop().await;
    let (payer, auditor) = (app.role_id("payer").await, app.role_id("auditor").await);
    let (ana, ben) = (app.user("ana").with_role("auditor").create().await, app.user("ben").create().await);
    let input = json!({ "name": "books and money", "kind": "STATIC", "roleIds": [payer, auditor], "limit": 2 });
    let _ = app.admin().await.mutate("sodConstraintCreate", json!({ "input": input })).await.done();
    let document = "query ($user: ID!) { explainAccess(userId: $user, permission: \"invoice:pay\") {
        wouldBeGrantedBy { name } conflicts { name } } }";
    let ask = async |client: &Client, user: &str| client.graphql(document, json!({ "user": user })).await;
    let in_the_way = async |user: &str| {
        let answer = ask(app.admin().await, user).await;
        let explained = &answer.data()["explainAccess"];
        assert_eq!(explained["wouldBeGrantedBy"][0], json!({ "name": "payer" }));
        explained["conflicts"].clone()
    };
    assert_eq!(in_the_way(&ana.id).await, json!([{ "name": "books and money" }]));
    assert_eq!(in_the_way(&ben.id).await, json!([]));
    let helper = EXPLAINS.into_iter().fold(app.user("helper"), tests::UserBuilder::with_permission).create().await;
    let answer = ask(&helper, &ana.id).await;
    assert_eq!((answer.error(), &answer.body["data"]["explainAccess"]["conflicts"]), ("FORBIDDEN", &Value::Null));
}
