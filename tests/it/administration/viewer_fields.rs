//! `viewerCanManage`, `viewerCanAssign` and `assignableRoles` say what mutations then do.

use super::Fixture;
use serde_json::{Value, json};
use tests::Client;

async fn viewer_fields(client: &Client, document: &str, id: &str) -> Value {
    let answer = client.graphql(document, json!({ "id": id })).await;
    answer.data().as_object().and_then(|data| data.values().next().cloned()).expect("one field")
}

#[tokio::test]
async fn viewer_fields_of_users_match_the_mutations() {
    let fixture = Fixture::create().await;
    let document = "query ($id: ID!) { user(id: $id) { viewerCanManage } }";
    for (user, can) in [(&fixture.clerk, true), (&fixture.boss, false)] {
        assert_eq!(viewer_fields(&fixture.manager, document, &user.id).await["viewerCanManage"], can, "{}", user.name);
        let tried = fixture.manager.mutate("userSuspend", json!({ "id": user.id })).await;
        assert_eq!(tried.user_errors().is_empty(), can, "{}", user.name);
    }
    assert_eq!(
        viewer_fields(&fixture.manager, document, &fixture.manager.id).await["viewerCanManage"],
        true,
        "oneself"
    );
    let root = fixture.app.admin().await;
    assert_eq!(viewer_fields(root, document, &fixture.boss.id).await["viewerCanManage"], true);
}

#[tokio::test]
async fn viewer_fields_of_roles_match_the_mutations() {
    let fixture = Fixture::create().await;
    let document = "query ($id: ID!) { role(id: $id) { viewerCanManage viewerCanAssign } }";
    for (role, can) in [(&fixture.desk_role, true), (&fixture.empty_role, true), (&fixture.boss_role, false)] {
        let read = viewer_fields(&fixture.manager, document, role).await;
        assert_eq!(read, json!({ "viewerCanManage": can, "viewerCanAssign": can }), "{role}");
        let assign = json!({ "userId": fixture.clerk.id, "roleIds": [role] });
        assert_eq!(fixture.manager.mutate("userAssignRoles", assign).await.user_errors().is_empty(), can, "{role}");
        let describe = json!({ "id": role, "input": { "description": "tried" } });
        assert_eq!(fixture.manager.mutate("roleUpdate", describe).await.user_errors().is_empty(), can, "{role}");
    }
}

#[tokio::test]
async fn assignable_roles_are_visible_and_can_be_assigned() {
    let fixture = Fixture::create().await;
    let roles = async |client: &Client| {
        let answer = client.ask("{ viewer { assignableRoles { name viewerCanAssign } } }").await;
        let roles = answer.data()["viewer"]["assignableRoles"].as_array().expect("roles").clone();
        assert!(roles.iter().all(|role| role["viewerCanAssign"] == true), "{roles:?}");
        roles.iter().map(|role| role["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(roles(&fixture.manager).await, ["desk", "empty", "other", "rival", "user"]);
    assert_eq!(roles(&fixture.clerk).await, ["user"], "the only role visible without `role:read`");
    assert_eq!(
        roles(fixture.app.admin().await).await,
        ["boss", "desk", "empty", "other", "rival", "superadmin", "user"]
    );
}
