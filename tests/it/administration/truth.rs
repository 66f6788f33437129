//! `viewerCanManage`, `viewerCanAssign` and `assignableRoles` say what mutations then do.

use super::House;
use serde_json::{Value, json};
use tests::Client;

async fn said(client: &Client, document: &str, id: &str) -> Value {
    let answer = client.graphql(document, json!({ "id": id })).await;
    answer.data().as_object().and_then(|data| data.values().next().cloned()).expect("one field")
}

#[tokio::test]
async fn what_is_said_of_users_is_what_is_done() {
    let house = House::build().await;
    let document = "query ($id: ID!) { user(id: $id) { viewerCanManage } }";
    for (user, can) in [(&house.clerk, true), (&house.boss, false)] {
        assert_eq!(said(&house.manager, document, &user.id).await["viewerCanManage"], can, "{}", user.name);
        let tried = house.manager.act("userSuspend", json!({ "id": user.id })).await;
        assert_eq!(tried.user_errors().is_empty(), can, "{}", user.name);
    }
    assert_eq!(said(&house.manager, document, &house.manager.id).await["viewerCanManage"], true, "oneself");
    let root = house.app.admin().await;
    assert_eq!(said(root, document, &house.boss.id).await["viewerCanManage"], true);
}

#[tokio::test]
async fn what_is_said_of_roles_is_what_is_done() {
    let house = House::build().await;
    let document = "query ($id: ID!) { role(id: $id) { viewerCanManage viewerCanAssign } }";
    for (role, can) in [(&house.desk_role, true), (&house.empty_role, true), (&house.boss_role, false)] {
        let told = said(&house.manager, document, role).await;
        assert_eq!(told, json!({ "viewerCanManage": can, "viewerCanAssign": can }), "{role}");
        let assign = json!({ "userId": house.clerk.id, "roleIds": [role] });
        assert_eq!(house.manager.act("userAssignRoles", assign).await.user_errors().is_empty(), can, "{role}");
        let describe = json!({ "id": role, "input": { "description": "tried" } });
        assert_eq!(house.manager.act("roleUpdate", describe).await.user_errors().is_empty(), can, "{role}");
    }
}

#[tokio::test]
async fn assignable_roles_are_those_that_can_be_assigned_and_seen() {
    let house = House::build().await;
    let roles = async |client: &Client| {
        let answer = client.ask("{ viewer { assignableRoles { name viewerCanAssign } } }").await;
        let roles = answer.data()["viewer"]["assignableRoles"].as_array().expect("roles").clone();
        assert!(roles.iter().all(|role| role["viewerCanAssign"] == true), "{roles:?}");
        roles.iter().map(|role| role["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(roles(&house.manager).await, ["desk", "empty", "user"]);
    assert_eq!(roles(&house.clerk).await, ["user"], "the only one that somebody without `role:read` sees");
    assert_eq!(roles(house.app.admin().await).await, ["boss", "desk", "empty", "superadmin", "user"]);
}
