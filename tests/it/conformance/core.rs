//! Core RBAC: each command with its effect and with each of its preconditions broken, each review function with its
//! result.

use super::Desk;
use serde_json::json;
use tests::{Client, input};

#[tokio::test]
async fn add_user_adds_one_without_sessions_and_refuses_a_name_in_use() {
    let desk = Desk::open().await;
    let ana = desk.root().await.act("userCreate", input(json!({ "username": "ana" }))).await.id("user");
    assert_eq!(desk.names("user", &ana, "sessions { nodes { name: id } }").await, [] as [&str; 0]);
    let again = desk.root().await.act("userCreate", input(json!({ "username": "ana" }))).await;
    assert_eq!(again.refused(), "TAKEN input.username");
}

#[tokio::test]
async fn delete_user_takes_roles_and_sessions_along_and_refuses_whoever_is_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").create().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    let _ = desk.root().await.act("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(desk.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, [] as [&str; 0]);
    // The choice for sessions that live on: they end at once.
    assert_eq!(ana.ask("{ viewer { permissions } }").await.error(), "UNAUTHENTICATED");
    let again = desk.root().await.act("userDelete", json!({ "id": ana.id })).await;
    assert_eq!(again.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn add_role_adds_one_without_users_or_permissions_and_refuses_a_name_in_use() {
    let desk = Desk::open().await;
    let clerk = desk.root().await.act("roleCreate", input(json!({ "name": "clerk" }))).await.id("role");
    assert_eq!(desk.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, [] as [&str; 0]);
    assert_eq!(desk.names("role", &clerk, "permissions { name }").await, [] as [&str; 0]);
    let again = desk.root().await.act("roleCreate", input(json!({ "name": "clerk" }))).await;
    assert_eq!(again.refused(), "TAKEN input.name");
}

#[tokio::test]
async fn delete_role_takes_assignments_and_grants_along_and_refuses_one_that_is_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    assert!(desk.may(&ana, "invoice:read").await);
    let _ = desk.root().await.act("roleDelete", json!({ "id": clerk })).await.done();
    assert_eq!(desk.names("user", &ana.id, "roles { name }").await, ["user"]);
    let invoice = desk.app.permission_id("invoice:read").await;
    assert_eq!(desk.names("permission", &invoice, "grantedRoles { name }").await, ["superadmin"]);
    // The choice for sessions where it is active: it leaves them at once.
    assert!(!desk.may(&ana, "invoice:read").await);
    let again = desk.root().await.act("roleDelete", json!({ "id": clerk })).await;
    assert_eq!(again.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn assign_user_adds_the_pair_once_and_refuses_who_or_what_is_not_there() {
    let desk = Desk::open().await;
    let (clerk, gone) = (desk.app.role("clerk").create().await, desk.gone_role().await);
    let ana = desk.app.user("ana").create().await;
    // The choice for a pair that is there already: success without change.
    for _ in 0..2 {
        let _ = desk.root().await.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })).await.done();
        assert_eq!(desk.names("user", &ana.id, "roles { name }").await, ["clerk", "user"]);
    }
    let refused = desk.root().await.act("userAssignRoles", json!({ "userId": clerk, "roleIds": [clerk] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND userId");
    let refused = desk.root().await.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND roleIds.0");
}

#[tokio::test]
async fn deassign_user_takes_the_pair_and_refuses_who_or_what_is_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let gone = desk.gone_role().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    assert!(desk.may(&ana, "invoice:read").await);
    // The choice for a pair that is not there: success without change.
    for _ in 0..2 {
        let pair = json!({ "userId": ana.id, "roleIds": [clerk] });
        let _ = desk.root().await.act("userUnassignRoles", pair).await.done();
        assert_eq!(desk.names("user", &ana.id, "roles { name }").await, ["user"]);
    }
    // The choice for sessions with the role active: it leaves them at once.
    assert!(!desk.may(&ana, "invoice:read").await);
    let refused = desk.root().await.act("userUnassignRoles", json!({ "userId": clerk, "roleIds": [clerk] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND userId");
    let refused = desk.root().await.act("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND roleIds.0");
}

#[tokio::test]
async fn grant_permission_adds_the_pair_and_refuses_what_is_not_there() {
    let desk = Desk::open().await;
    let (clerk, gone) = (desk.app.role("clerk").create().await, desk.gone_role().await);
    let invoice = desk.app.permission_id("invoice:read").await;
    for _ in 0..2 {
        let pair = json!({ "roleId": clerk, "permissionIds": [invoice] });
        let _ = desk.root().await.act("roleGrantPermissions", pair).await.done();
        assert_eq!(desk.names("role", &clerk, "permissions { name }").await, ["invoice:read"]);
    }
    let pair = json!({ "roleId": gone, "permissionIds": [invoice] });
    assert_eq!(desk.root().await.act("roleGrantPermissions", pair).await.refused(), "NOT_FOUND roleId");
    let pair = json!({ "roleId": clerk, "permissionIds": [gone] });
    assert_eq!(desk.root().await.act("roleGrantPermissions", pair).await.refused(), "NOT_FOUND permissionIds.0");
}

#[tokio::test]
async fn revoke_permission_takes_the_pair_and_refuses_what_is_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let gone = desk.gone_role().await;
    let invoice = desk.app.permission_id("invoice:read").await;
    for _ in 0..2 {
        let pair = json!({ "roleId": clerk, "permissionIds": [invoice] });
        let _ = desk.root().await.act("roleRevokePermissions", pair).await.done();
        assert_eq!(desk.names("role", &clerk, "permissions { name }").await, [] as [&str; 0]);
    }
    let pair = json!({ "roleId": gone, "permissionIds": [invoice] });
    assert_eq!(desk.root().await.act("roleRevokePermissions", pair).await.refused(), "NOT_FOUND roleId");
    let pair = json!({ "roleId": clerk, "permissionIds": [gone] });
    assert_eq!(desk.root().await.act("roleRevokePermissions", pair).await.refused(), "NOT_FOUND permissionIds.0");
}

#[tokio::test]
async fn create_session_takes_the_roles_asked_for_and_refuses_strangers_and_roles_not_assigned() {
    let desk = Desk::open().await;
    desk.app.role("clerk").granting("invoice:read").create().await;
    desk.app.role("keeper").granting("safe:open").create().await;
    desk.app.role("other").create().await;
    let _ = desk.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let ana = desk.log_in("ana", &["clerk"]).await;
    let ana = desk.signed_in(&ana);
    assert_eq!((desk.may(&ana, "invoice:read").await, desk.may(&ana, "safe:open").await), (true, false));
    assert_eq!(desk.log_in("nobody", &["clerk"]).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(desk.log_in("ana", &["clerk", "other"]).await.refused(), "ROLE_NOT_ASSIGNED roles.1");
}

#[tokio::test]
async fn delete_session_ends_it_and_refuses_one_that_is_not_there_or_somebody_elses() {
    let desk = Desk::open().await;
    let (ana, ben) = (desk.app.user("ana").create().await, desk.app.user("ben").create().await);
    let session = ana.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone();
    assert_eq!(ben.act("sessionRevoke", json!({ "id": session })).await.denied(), "FORBIDDEN");
    let _ = ana.ask("{ viewer { permissions } }").await.data();
    let _ = ana.act("sessionRevoke", json!({ "id": session })).await.done();
    assert_eq!(ana.ask("{ viewer { permissions } }").await.error(), "UNAUTHENTICATED");
    let unknown = desk.root().await.act("sessionRevoke", json!({ "id": ana.id })).await;
    assert_eq!(unknown.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn add_active_role_adds_it_to_the_session_and_refuses_roles_unknown_or_not_assigned() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let (other, gone) = (desk.app.role("other").create().await, desk.gone_role().await);
    let _ = desk.app.user("ana").with_role("clerk").create().await;
    let ana = desk.signed_in(&desk.log_in("ana", &[]).await);
    assert!(!desk.may(&ana, "invoice:read").await);
    // The choice for a role that is active: success without change.
    for _ in 0..2 {
        let _ = ana.act("sessionActivateRoles", json!({ "roleIds": [clerk] })).await.done();
        assert!(desk.may(&ana, "invoice:read").await);
    }
    let refused = ana.act("sessionActivateRoles", json!({ "roleIds": [other] })).await;
    assert_eq!(refused.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    // A role unknown and one not assigned look alike.
    let refused = ana.act("sessionActivateRoles", json!({ "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    let stranger = desk.app.anonymous().act("sessionActivateRoles", json!({ "roleIds": [clerk] })).await;
    assert_eq!(stranger.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn drop_active_role_sets_it_aside_in_this_session_only() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    let other = desk.app.login("ana").await;
    // The choice for a role that is not active: success without change.
    for _ in 0..2 {
        let _ = ana.act("sessionDeactivateRoles", json!({ "roleIds": [clerk] })).await.done();
        assert!(!desk.may(&ana, "invoice:read").await);
    }
    assert!(desk.may(&other, "invoice:read").await);
    let stranger = desk.app.anonymous().act("sessionDeactivateRoles", json!({ "roleIds": [clerk] })).await;
    assert_eq!(stranger.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn check_access_is_true_exactly_when_an_active_role_is_granted_the_permission() {
    let desk = Desk::open().await;
    desk.app.role("clerk").granting("invoice:read").create().await;
    let safe = desk.app.role("keeper").granting("safe:open").create().await;
    let ana = desk.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let _ = ana.act("sessionDeactivateRoles", json!({ "roleIds": [safe] })).await.done();
    for (permission, allowed, reason) in [
        ("invoice:read", true, "GRANTED_BY_ROLE"),
        ("safe:open", false, "ROLE_NOT_ACTIVE"),
        ("role:write", false, "NOT_GRANTED"),
        // Which names are unknown is told to those who may read them.
        ("nobody:knows", false, "NOT_GRANTED"),
    ] {
        assert_eq!(desk.may(&ana, permission).await, allowed, "{permission}");
        assert_eq!(reason_for(&ana, permission).await, reason, "{permission}");
    }
    // The choice for names that are unknown: denied, and why.
    assert!(!desk.may(desk.root().await, "nobody:knows").await);
    assert_eq!(reason_for(desk.root().await, "nobody:knows").await, "UNKNOWN_PERMISSION");
}

/// Why somebody may or may not do that.
async fn reason_for(client: &Client, permission: &str) -> String {
    let ask = "query ($p: [PermissionName!]!) { canEach(permissions: $p) { reason } }";
    let answer = client.graphql(ask, json!({ "p": [permission] })).await;
    answer.data()["canEach"][0]["reason"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn assigned_users_and_assigned_roles_list_pairs_and_nothing_of_what_is_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").create().await;
    desk.app.role("boss").inheriting("clerk").create().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    desk.app.user("ben").with_role("boss").create().await;
    assert_eq!(desk.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, ["ana"]);
    assert_eq!(desk.names("user", &ana.id, "roles { name }").await, ["clerk", "user"]);
    let gone = desk.gone_role().await;
    assert!(desk.is_nothing("role", &gone).await && desk.is_nothing("user", &gone).await);
}

#[tokio::test]
async fn role_permissions_and_user_permissions_list_what_is_granted() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").granting("invoice:pay").create().await;
    let ana = desk.app.user("ana").with_role("clerk").create().await;
    assert_eq!(desk.names("role", &clerk, "permissions { name }").await, ["invoice:pay", "invoice:read"]);
    let held = desk.names("user", &ana.id, "effectivePermissions { nodes { permission { name } } }").await;
    assert_eq!(held, ["invoice:pay", "invoice:read"]);
}

#[tokio::test]
async fn session_roles_and_session_permissions_list_what_is_active() {
    let desk = Desk::open().await;
    desk.app.role("clerk").granting("invoice:read").create().await;
    desk.app.role("keeper").granting("safe:open").create().await;
    let _ = desk.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let ana = desk.signed_in(&desk.log_in("ana", &["keeper"]).await);
    let answer = ana.ask("{ viewer { roles permissions session { activeRoles { name } permissions } } }").await;
    let session = json!({ "activeRoles": [{ "name": "keeper" }], "permissions": ["safe:open"] });
    let viewer = json!({ "roles": ["keeper"], "permissions": ["safe:open"], "session": session });
    assert_eq!(answer.data()["viewer"], viewer);
}

#[tokio::test]
async fn operations_on_an_object_are_those_of_the_role_and_those_of_the_user() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").granting("safe:open").create().await;
    let ana = desk.app.user("ana").with_role("clerk").with_permission("invoice:pay").create().await;
    for (kind, id, resource, operations) in [
        ("role", &clerk, "invoice", json!(["read"])),
        ("role", &clerk, "nothing", json!([])),
        // Directly or through roles.
        ("user", &ana.id, "invoice", json!(["pay", "read"])),
        ("user", &ana.id, "nothing", json!([])),
    ] {
        let ask = format!("query ($id: ID!, $on: String!) {{ {kind}(id: $id) {{ operationsOn(resource: $on) }} }}");
        let answer = desk.root().await.graphql(&ask, json!({ "id": id, "on": resource })).await;
        assert_eq!(answer.data()[kind]["operationsOn"], operations, "{kind} {resource}");
    }
}

#[tokio::test]
async fn one_role_is_assigned_to_and_taken_from_many_users_all_or_none() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").create().await;
    let (ana, ben) = (desk.app.user("ana").create().await, desk.app.user("ben").create().await);
    let members = "assignedUsers { nodes { name: username } }";
    for (users, refused) in [(vec![&ana.id, &clerk], "NOT_FOUND userIds.1"), (vec![&clerk], "NOT_FOUND userIds.0")] {
        for field in ["roleAssignUsers", "roleUnassignUsers"] {
            let answer = desk.root().await.act(field, json!({ "roleId": clerk, "userIds": users })).await;
            assert_eq!(answer.refused(), refused, "{field}");
        }
        assert_eq!(desk.names("role", &clerk, members).await, [] as [&str; 0]);
    }
    let both = json!({ "roleId": clerk, "userIds": [ana.id, ben.id] });
    let _ = desk.root().await.act("roleAssignUsers", both.clone()).await.done();
    assert_eq!(desk.names("role", &clerk, members).await, ["ana", "ben"]);
    let _ = desk.root().await.act("roleUnassignUsers", both).await.done();
    assert_eq!(desk.names("role", &clerk, members).await, [] as [&str; 0]);
}
