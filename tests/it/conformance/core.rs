//! Core RBAC: the effect and each violated precondition of each command, the result of each review function.

use super::Suite;
use serde_json::json;
use tests::{Client, input};

#[tokio::test]
async fn add_user_creates_a_user_without_sessions_and_rejects_a_name_in_use() {
    let suite = Suite::start().await;
    let ana = suite.root().await.mutate("userCreate", input(json!({ "username": "ana" }))).await.id("user");
    assert_eq!(suite.names("user", &ana, "sessions { nodes { name: id } }").await, [] as [&str; 0]);
    let again = suite.root().await.mutate("userCreate", input(json!({ "username": "ana" }))).await;
    assert_eq!(again.refused(), "TAKEN input.username");
}

#[tokio::test]
async fn delete_user_deletes_assignments_and_sessions_and_rejects_unknown_users() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").create().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    let _ = suite.root().await.mutate("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(suite.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, [] as [&str; 0]);
    // The choice for live sessions: they end at once.
    assert_eq!(ana.ask("{ viewer { permissions } }").await.error(), "UNAUTHENTICATED");
    let again = suite.root().await.mutate("userDelete", json!({ "id": ana.id })).await;
    assert_eq!(again.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn add_role_creates_a_role_without_users_or_permissions_and_rejects_a_name_in_use() {
    let suite = Suite::start().await;
    let clerk = suite.root().await.mutate("roleCreate", input(json!({ "name": "clerk" }))).await.id("role");
    assert_eq!(suite.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, [] as [&str; 0]);
    assert_eq!(suite.names("role", &clerk, "permissions { name }").await, [] as [&str; 0]);
    let again = suite.root().await.mutate("roleCreate", input(json!({ "name": "clerk" }))).await;
    assert_eq!(again.refused(), "TAKEN input.name");
}

#[tokio::test]
async fn delete_role_deletes_assignments_and_grants_and_rejects_unknown_roles() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    assert!(suite.may(&ana, "invoice:read").await);
    let _ = suite.root().await.mutate("roleDelete", json!({ "id": clerk })).await.done();
    assert_eq!(suite.names("user", &ana.id, "roles { name }").await, ["user"]);
    let invoice = suite.app.permission_id("invoice:read").await;
    assert_eq!(suite.names("permission", &invoice, "grantedRoles { name }").await, ["superadmin"]);
    // The choice for sessions with the role active: it becomes inactive at once.
    assert!(!suite.may(&ana, "invoice:read").await);
    let again = suite.root().await.mutate("roleDelete", json!({ "id": clerk })).await;
    assert_eq!(again.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn assign_user_adds_the_pair_once_and_rejects_unknown_users_and_roles() {
    let suite = Suite::start().await;
    let (clerk, gone) = (suite.app.role("clerk").create().await, suite.gone_role().await);
    let ana = suite.app.user("ana").create().await;
    // The choice for an existing pair: success without change.
    for _ in 0..2 {
        let _ =
            suite.root().await.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })).await.done();
        assert_eq!(suite.names("user", &ana.id, "roles { name }").await, ["clerk", "user"]);
    }
    let refused = suite.root().await.mutate("userAssignRoles", json!({ "userId": clerk, "roleIds": [clerk] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND userId");
    let refused = suite.root().await.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND roleIds.0");
}

#[tokio::test]
async fn deassign_user_removes_the_pair_and_rejects_unknown_users_and_roles() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let gone = suite.gone_role().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    assert!(suite.may(&ana, "invoice:read").await);
    // The choice for a missing pair: success without change.
    for _ in 0..2 {
        let pair = json!({ "userId": ana.id, "roleIds": [clerk] });
        let _ = suite.root().await.mutate("userUnassignRoles", pair).await.done();
        assert_eq!(suite.names("user", &ana.id, "roles { name }").await, ["user"]);
    }
    // The choice for sessions with the role active: it becomes inactive at once.
    assert!(!suite.may(&ana, "invoice:read").await);
    let refused = suite.root().await.mutate("userUnassignRoles", json!({ "userId": clerk, "roleIds": [clerk] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND userId");
    let refused = suite.root().await.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "NOT_FOUND roleIds.0");
}

#[tokio::test]
async fn grant_permission_adds_the_pair_and_rejects_unknown_roles_and_permissions() {
    let suite = Suite::start().await;
    let (clerk, gone) = (suite.app.role("clerk").create().await, suite.gone_role().await);
    let invoice = suite.app.permission_id("invoice:read").await;
    for _ in 0..2 {
        let pair = json!({ "roleId": clerk, "permissionIds": [invoice] });
        let _ = suite.root().await.mutate("roleGrantPermissions", pair).await.done();
        assert_eq!(suite.names("role", &clerk, "permissions { name }").await, ["invoice:read"]);
    }
    let pair = json!({ "roleId": gone, "permissionIds": [invoice] });
    assert_eq!(suite.root().await.mutate("roleGrantPermissions", pair).await.refused(), "NOT_FOUND roleId");
    let pair = json!({ "roleId": clerk, "permissionIds": [gone] });
    assert_eq!(suite.root().await.mutate("roleGrantPermissions", pair).await.refused(), "NOT_FOUND permissionIds.0");
}

#[tokio::test]
async fn revoke_permission_removes_the_pair_and_rejects_unknown_roles_and_permissions() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let gone = suite.gone_role().await;
    let invoice = suite.app.permission_id("invoice:read").await;
    for _ in 0..2 {
        let pair = json!({ "roleId": clerk, "permissionIds": [invoice] });
        let _ = suite.root().await.mutate("roleRevokePermissions", pair).await.done();
        assert_eq!(suite.names("role", &clerk, "permissions { name }").await, [] as [&str; 0]);
    }
    let pair = json!({ "roleId": gone, "permissionIds": [invoice] });
    assert_eq!(suite.root().await.mutate("roleRevokePermissions", pair).await.refused(), "NOT_FOUND roleId");
    let pair = json!({ "roleId": clerk, "permissionIds": [gone] });
    assert_eq!(suite.root().await.mutate("roleRevokePermissions", pair).await.refused(), "NOT_FOUND permissionIds.0");
}

#[tokio::test]
async fn create_session_activates_the_requested_roles_and_rejects_unknown_users_and_unassigned_roles() {
    let suite = Suite::start().await;
    suite.app.role("clerk").granting("invoice:read").create().await;
    suite.app.role("keeper").granting("safe:open").create().await;
    suite.app.role("other").create().await;
    let _ = suite.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let ana = suite.log_in("ana", &["clerk"]).await;
    let ana = suite.logged_in(&ana);
    assert_eq!((suite.may(&ana, "invoice:read").await, suite.may(&ana, "safe:open").await), (true, false));
    assert_eq!(suite.log_in("nobody", &["clerk"]).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(suite.log_in("ana", &["clerk", "other"]).await.refused(), "ROLE_NOT_ASSIGNED roles.1");
}

#[tokio::test]
async fn delete_session_ends_it_and_rejects_unknown_sessions_and_those_of_others() {
    let suite = Suite::start().await;
    let (ana, ben) = (suite.app.user("ana").create().await, suite.app.user("ben").create().await);
    let session = ana.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone();
    assert_eq!(ben.mutate("sessionRevoke", json!({ "id": session })).await.denied(), "FORBIDDEN");
    let _ = ana.ask("{ viewer { permissions } }").await.data();
    let _ = ana.mutate("sessionRevoke", json!({ "id": session })).await.done();
    assert_eq!(ana.ask("{ viewer { permissions } }").await.error(), "UNAUTHENTICATED");
    let unknown = suite.root().await.mutate("sessionRevoke", json!({ "id": ana.id })).await;
    assert_eq!(unknown.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn add_active_role_activates_it_and_rejects_unknown_and_unassigned_roles() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let (other, gone) = (suite.app.role("other").create().await, suite.gone_role().await);
    let _ = suite.app.user("ana").with_role("clerk").create().await;
    let ana = suite.logged_in(&suite.log_in("ana", &[]).await);
    assert!(!suite.may(&ana, "invoice:read").await);
    // The choice for an active role: success without change.
    for _ in 0..2 {
        let _ = ana.mutate("sessionActivateRoles", json!({ "roleIds": [clerk] })).await.done();
        assert!(suite.may(&ana, "invoice:read").await);
    }
    let refused = ana.mutate("sessionActivateRoles", json!({ "roleIds": [other] })).await;
    assert_eq!(refused.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    // An unknown role and an unassigned one give the same error.
    let refused = ana.mutate("sessionActivateRoles", json!({ "roleIds": [gone] })).await;
    assert_eq!(refused.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    let anonymous = suite.app.anonymous().mutate("sessionActivateRoles", json!({ "roleIds": [clerk] })).await;
    assert_eq!(anonymous.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn drop_active_role_deactivates_it_in_this_session_only() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    let other = suite.app.login("ana").await;
    // The choice for an inactive role: success without change.
    for _ in 0..2 {
        let _ = ana.mutate("sessionDeactivateRoles", json!({ "roleIds": [clerk] })).await.done();
        assert!(!suite.may(&ana, "invoice:read").await);
    }
    assert!(suite.may(&other, "invoice:read").await);
    let anonymous = suite.app.anonymous().mutate("sessionDeactivateRoles", json!({ "roleIds": [clerk] })).await;
    assert_eq!(anonymous.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn check_access_is_true_exactly_when_an_active_role_is_granted_the_permission() {
    let suite = Suite::start().await;
    suite.app.role("clerk").granting("invoice:read").create().await;
    let safe = suite.app.role("keeper").granting("safe:open").create().await;
    let ana = suite.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let _ = ana.mutate("sessionDeactivateRoles", json!({ "roleIds": [safe] })).await.done();
    for (permission, allowed, reason) in [
        ("invoice:read", true, "GRANTED_BY_ROLE"),
        ("safe:open", false, "ROLE_NOT_ACTIVE"),
        ("role:write", false, "NOT_GRANTED"),
        // Holders of `permission:read` learn which names are unknown.
        ("nobody:knows", false, "NOT_GRANTED"),
    ] {
        assert_eq!(suite.may(&ana, permission).await, allowed, "{permission}");
        assert_eq!(reason_for(&ana, permission).await, reason, "{permission}");
    }
    // The choice for unknown names: denied, with a reason.
    assert!(!suite.may(suite.root().await, "nobody:knows").await);
    assert_eq!(reason_for(suite.root().await, "nobody:knows").await, "UNKNOWN_PERMISSION");
}

/// The reason of a decision.
async fn reason_for(client: &Client, permission: &str) -> String {
    let ask = "query ($p: [PermissionName!]!) { canEach(permissions: $p) { reason } }";
    let answer = client.graphql(ask, json!({ "p": [permission] })).await;
    answer.data()["canEach"][0]["reason"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn assigned_users_and_assigned_roles_list_pairs_and_nothing_for_unknown_ids() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").create().await;
    suite.app.role("boss").inheriting("clerk").create().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    suite.app.user("ben").with_role("boss").create().await;
    assert_eq!(suite.names("role", &clerk, "assignedUsers { nodes { name: username } }").await, ["ana"]);
    assert_eq!(suite.names("user", &ana.id, "roles { name }").await, ["clerk", "user"]);
    let gone = suite.gone_role().await;
    assert!(suite.is_nothing("role", &gone).await && suite.is_nothing("user", &gone).await);
}

#[tokio::test]
async fn role_permissions_and_user_permissions_list_the_grants() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").granting("invoice:pay").create().await;
    let ana = suite.app.user("ana").with_role("clerk").create().await;
    assert_eq!(suite.names("role", &clerk, "permissions { name }").await, ["invoice:pay", "invoice:read"]);
    let held = suite.names("user", &ana.id, "effectivePermissions { nodes { permission { name } } }").await;
    assert_eq!(held, ["invoice:pay", "invoice:read"]);
}

#[tokio::test]
async fn session_roles_and_session_permissions_list_the_active_ones() {
    let suite = Suite::start().await;
    suite.app.role("clerk").granting("invoice:read").create().await;
    suite.app.role("keeper").granting("safe:open").create().await;
    let _ = suite.app.user("ana").with_role("clerk").with_role("keeper").create().await;
    let ana = suite.logged_in(&suite.log_in("ana", &["keeper"]).await);
    let answer = ana.ask("{ viewer { roles permissions session { activeRoles { name } permissions } } }").await;
    let session = json!({ "activeRoles": [{ "name": "keeper" }], "permissions": ["safe:open"] });
    let viewer = json!({ "roles": ["keeper"], "permissions": ["safe:open"], "session": session });
    assert_eq!(answer.data()["viewer"], viewer);
}

#[tokio::test]
async fn operations_on_an_object_are_those_of_the_role_and_those_of_the_user() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").granting("safe:open").create().await;
    let ana = suite.app.user("ana").with_role("clerk").with_permission("invoice:pay").create().await;
    for (kind, id, resource, operations) in [
        ("role", &clerk, "invoice", json!(["read"])),
        ("role", &clerk, "nothing", json!([])),
        // Directly or through roles.
        ("user", &ana.id, "invoice", json!(["pay", "read"])),
        ("user", &ana.id, "nothing", json!([])),
    ] {
        let ask = format!("query ($id: ID!, $on: String!) {{ {kind}(id: $id) {{ operationsOn(resource: $on) }} }}");
        let answer = suite.root().await.graphql(&ask, json!({ "id": id, "on": resource })).await;
        assert_eq!(answer.data()[kind]["operationsOn"], operations, "{kind} {resource}");
    }
}

#[tokio::test]
async fn one_role_is_assigned_to_and_unassigned_from_many_users_all_or_none() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").create().await;
    let (ana, ben) = (suite.app.user("ana").create().await, suite.app.user("ben").create().await);
    let members = "assignedUsers { nodes { name: username } }";
    for (users, refused) in [(vec![&ana.id, &clerk], "NOT_FOUND userIds.1"), (vec![&clerk], "NOT_FOUND userIds.0")] {
        for field in ["roleAssignUsers", "roleUnassignUsers"] {
            let answer = suite.root().await.mutate(field, json!({ "roleId": clerk, "userIds": users })).await;
            assert_eq!(answer.refused(), refused, "{field}");
        }
        assert_eq!(suite.names("role", &clerk, members).await, [] as [&str; 0]);
    }
    let both = json!({ "roleId": clerk, "userIds": [ana.id, ben.id] });
    let _ = suite.root().await.mutate("roleAssignUsers", both.clone()).await.done();
    assert_eq!(suite.names("role", &clerk, members).await, ["ana", "ben"]);
    let _ = suite.root().await.mutate("roleUnassignUsers", both).await.done();
    assert_eq!(suite.names("role", &clerk, members).await, [] as [&str; 0]);
}
