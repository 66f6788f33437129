//! Published incidents of other products, one test each.

use super::{Fixture, VAULT};
use crate::identity::{issue_reset, login, reset, whoami};
use crate::sdl::published;
use serde_json::json;
use tests::{PASSWORD, input};

/// I1, Keycloak CVE-2026-94000: a manager of users joined a group that mapped `realm-admin`; only direct assignment was
/// checked. Here a group is a role that inherits: a role that comes to inherit from a privileged one, and assignment of
/// a role that already does.
#[tokio::test]
async fn i1_cve_2026_94000_inherited_permissions_count_for_authority() {
    let fixture = Fixture::create().await;
    fixture.app.role("club").inheriting("boss").create().await;
    let club = fixture.app.role_id("club").await;
    let me = &fixture.manager.id;
    for (field, arguments, path) in [
        ("userAssignRoles", json!({ "userId": me, "roleIds": [club] }), "roleIds.0"),
        ("roleAssignUsers", json!({ "roleId": club, "userIds": [me] }), "roleId"),
        ("userCreate", input(json!({ "username": "me2", "roleIds": [club] })), "input.roleIds.0"),
        ("roleAddInheritance", json!({ "roleId": fixture.desk_role, "inheritsFromIds": [club] }), "inheritsFromIds.0"),
        ("roleCreate", input(json!({ "name": "mine", "inheritsFromIds": [club] })), "input.inheritsFromIds.0"),
    ] {
        assert_eq!(
            fixture.manager.mutate(field, arguments).await.refused(),
            format!("BEYOND_AUTHORITY {path}"),
            "{field}"
        );
    }
    assert_eq!(fixture.manager.ask(r#"{ can(permission: "vault:open") }"#).await.data()["can"], false);
}

/// I2, Keycloak CVE-2026-9099: a privileged group was moved below one that the attacker managed, and then the
/// administrator's password was reset. Here: make a managed role senior or junior of a privileged one, then change the
/// privileged user.
#[tokio::test]
async fn i2_cve_2026_9099_a_privileged_role_linked_to_a_managed_one_gives_no_access_to_its_users() {
    let fixture = Fixture::create().await;
    for (senior, junior, path) in [
        (&fixture.desk_role, &fixture.boss_role, "inheritsFromIds.0"),
        (&fixture.boss_role, &fixture.desk_role, "roleId"),
    ] {
        let moved = json!({ "roleId": senior, "inheritsFromIds": [junior] });
        assert_eq!(
            fixture.manager.mutate("roleAddInheritance", moved).await.refused(),
            format!("BEYOND_AUTHORITY {path}")
        );
    }
    for (field, arguments) in [
        ("userUpdate", json!({ "id": fixture.boss.id, "input": { "username": "mine" } })),
        ("userSuspend", json!({ "id": fixture.boss.id })),
        ("userRevokeSessions", json!({ "id": fixture.boss.id })),
        ("userIssuePasswordReset", json!({ "id": fixture.boss.id })),
    ] {
        assert_eq!(fixture.manager.mutate(field, arguments).await.refused(), "BEYOND_AUTHORITY id", "{field}");
    }
}

/// I2 in another order: a reset token is issued while the account has few permissions, and used after the account has
/// gained more than its issuer holds.
#[tokio::test]
async fn i2_cve_2026_9099_a_reset_issued_before_the_account_gained_permissions_is_invalid() {
    let fixture = Fixture::create().await;
    let (root, clerk) = (fixture.app.admin().await, &fixture.clerk);
    let token = issue_reset(&fixture.manager, &clerk.id).await;
    let promoted = json!({ "userId": clerk.id, "roleIds": [fixture.boss_role] });
    let _ = root.mutate("userAssignRoles", promoted).await.done();
    let used = reset(&fixture.app, &token, "the-manager-would-be-boss").await;
    assert_eq!(used.refused(), "INVALID_CREDENTIALS token");
    assert_eq!(whoami(clerk).await, "clerk", "nothing was touched");
    let _ = login(&fixture.app, "clerk", PASSWORD).await.done();
    // A role that the account has gains the permission, without a new assignment.
    let other = fixture.app.user("other").with_role("empty").create().await;
    let token = issue_reset(&fixture.manager, &other.id).await;
    let grant = json!({ "roleId": fixture.empty_role, "permissionIds": [fixture.vault] });
    let _ = root.mutate("roleGrantPermissions", grant).await.done();
    let used = reset(&fixture.app, &token, "the-manager-would-be-boss").await;
    assert_eq!(used.refused(), "INVALID_CREDENTIALS token");
}

/// I3, Keycloak CVE-2026-3121: the right to manage clients escalated to that of the realm. Here: the right to manage
/// roles is no right to grant their permissions.
#[tokio::test]
async fn i3_cve_2026_3121_managing_one_kind_of_thing_does_not_escalate() {
    let fixture = Fixture::create().await;
    let writer = fixture.app.user("writer").with_permission("role:write").create().await;
    let new = json!({ "name": "mine", "permissionIds": [fixture.vault] });
    assert_eq!(writer.mutate("roleCreate", input(new)).await.refused(), "BEYOND_AUTHORITY input.permissionIds");
    let default = json!({ "id": fixture.empty_role, "input": { "isDefault": true } });
    assert_eq!(writer.mutate("roleUpdate", default).await.refused(), "BEYOND_AUTHORITY input.isDefault");
}

/// I3, Keycloak CVE-2026-9795: any role could be put into a scope mapping. Here: no role gains a permission or a junior
/// that its editor lacks.
#[tokio::test]
async fn i3_cve_2026_9795_no_role_gains_what_its_editor_lacks() {
    let fixture = Fixture::create().await;
    let grant = json!({ "roleId": fixture.empty_role, "permissionIds": [fixture.vault] });
    assert_eq!(
        fixture.manager.mutate("roleGrantPermissions", grant).await.refused(),
        "BEYOND_AUTHORITY permissionIds.0"
    );
    let inherit = json!({ "roleId": fixture.empty_role, "inheritsFromIds": [fixture.boss_role] });
    assert_eq!(
        fixture.manager.mutate("roleAddInheritance", inherit).await.refused(),
        "BEYOND_AUTHORITY inheritsFromIds.0"
    );
}

/// I3, Keycloak CVE-2026-14613: hidden groups were listed by an endpoint of roles. Here: neither the list of assignable
/// roles nor the permissions missing in an error name objects that the caller may not read.
#[tokio::test]
async fn i3_cve_2026_14613_hidden_objects_are_not_revealed_indirectly() {
    let fixture = Fixture::create().await;
    fixture.app.role("secret").create().await;
    let blind = fixture.app.user("blind").with_permission("role:assign").create().await;
    let assignable = blind.ask("{ viewer { assignableRoles { name } } }").await;
    assert_eq!(assignable.data()["viewer"]["assignableRoles"], json!([{ "name": "user" }]));
    let refused =
        blind.mutate("userAssignRoles", json!({ "userId": fixture.clerk.id, "roleIds": [fixture.boss_role] })).await;
    assert!(!refused.response.body.to_string().contains(VAULT), "{:#}", refused.response.body);
}

/// I4, Saleor: groups with permissions that the editor lacked could be edited, and the fix left out deletion. Here: one
/// rule for creating, updating and deleting.
#[tokio::test]
async fn i4_saleor_one_rule_for_create_update_and_delete() {
    let fixture = Fixture::create().await;
    let new = json!({ "name": "mine", "permissionIds": [fixture.vault] });
    let describe = json!({ "id": fixture.boss_role, "input": { "description": "mine" } });
    for (field, arguments, path) in [
        ("roleCreate", input(new), "input.permissionIds.0"),
        ("roleUpdate", describe, "id"),
        ("roleDelete", json!({ "id": fixture.boss_role }), "id"),
    ] {
        assert_eq!(
            fixture.manager.mutate(field, arguments).await.refused(),
            format!("BEYOND_AUTHORITY {path}"),
            "{field}"
        );
    }
}

/// I5, Homer and CuppaCMS: an update of one's own account accepted a group. Here: the inputs of self-service have no
/// field for roles or permissions.
#[test]
fn i5_homer_self_service_takes_no_roles() {
    let sdl = published();
    let names = |input: &str| sdl.types[input].fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("ProfileInput"), ["displayName"]);
    let signup = sdl.root("Mutation").iter().find(|field| field.name == "signup").expect("a mutation");
    let arguments: Vec<_> = signup.arguments.iter().map(|argument| argument.name.as_str()).collect();
    assert_eq!(arguments, ["username", "password", "email", "displayName", "delivery"]);
}

/// I6, neo4j/graphql: a field's rule was ignored when its type had one too. Here: `user:read` shows a user, but none of
/// the fields that require more.
#[tokio::test]
async fn i6_neo4j_graphql_a_rule_of_the_type_does_not_replace_that_of_the_field() {
    let fixture = Fixture::create().await;
    let reader = fixture.app.user("reader").with_permission("user:read").create().await;
    let document = "query ($id: ID!) { user(id: $id) { username sessions(first: 1) { nodes { id } } } }";
    let answer = reader.graphql(document, json!({ "id": fixture.boss.id })).await;
    assert_eq!(answer.body["data"]["user"], json!({ "username": "boss", "sessions": null }));
    assert_eq!(answer.error(), "FORBIDDEN");
}
