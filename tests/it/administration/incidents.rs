//! What happened to others, one test each, by name.

use super::{House, VAULT};
use crate::identity::{issue_reset, login, reset, whoami};
use crate::sdl::published;
use serde_json::json;
use tests::{PASSWORD, input};

/// I1, Keycloak CVE-2026-94000: whoever managed users joined a group that mapped `realm-admin`; only direct
/// assignment was checked. Here a group is a role that inherits: a role of one's own that comes to inherit from
/// a powerful one, and membership in a role that already does.
#[tokio::test]
async fn i1_cve_2026_94000_joining_what_inherits_power_is_judged_as_power() {
    let house = House::build().await;
    house.app.role("club").inheriting("boss").create().await;
    let club = house.app.role_id("club").await;
    let me = &house.manager.id;
    for (field, arguments, path) in [
        ("userAssignRoles", json!({ "userId": me, "roleIds": [club] }), "roleIds.0"),
        ("roleAssignUsers", json!({ "roleId": club, "userIds": [me] }), "roleId"),
        ("userCreate", input(json!({ "username": "me2", "roleIds": [club] })), "input.roleIds.0"),
        ("roleAddInheritance", json!({ "roleId": house.desk_role, "inheritsFromIds": [club] }), "inheritsFromIds.0"),
        ("roleCreate", input(json!({ "name": "mine", "inheritsFromIds": [club] })), "input.inheritsFromIds.0"),
    ] {
        assert_eq!(house.manager.act(field, arguments).await.refused(), format!("BEYOND_AUTHORITY {path}"), "{field}");
    }
    assert_eq!(house.manager.ask(r#"{ can(permission: "vault:open") }"#).await.data()["can"], false);
}

/// I2, Keycloak CVE-2026-9099: a privileged group was moved under one that the attacker managed, and then the
/// administrator's password was reset. Here: let a managed role stand above or below a powerful one, then touch
/// the boss.
#[tokio::test]
async fn i2_cve_2026_9099_a_powerful_role_moved_next_to_ones_own_opens_nobody() {
    let house = House::build().await;
    for (senior, junior, path) in
        [(&house.desk_role, &house.boss_role, "inheritsFromIds.0"), (&house.boss_role, &house.desk_role, "roleId")]
    {
        let moved = json!({ "roleId": senior, "inheritsFromIds": [junior] });
        assert_eq!(house.manager.act("roleAddInheritance", moved).await.refused(), format!("BEYOND_AUTHORITY {path}"));
    }
    for (field, arguments) in [
        ("userUpdate", json!({ "id": house.boss.id, "input": { "username": "mine" } })),
        ("userSuspend", json!({ "id": house.boss.id })),
        ("userRevokeSessions", json!({ "id": house.boss.id })),
        ("userIssuePasswordReset", json!({ "id": house.boss.id })),
    ] {
        assert_eq!(house.manager.act(field, arguments).await.refused(), "BEYOND_AUTHORITY id", "{field}");
    }
}

/// I2 in another order: the reset is issued while the account is harmless, kept, and used once somebody else has
/// given the account more than its issuer holds.
#[tokio::test]
async fn i2_cve_2026_9099_a_reset_issued_before_the_account_was_powerful_opens_nobody() {
    let house = House::build().await;
    let (root, clerk) = (house.app.admin().await, &house.clerk);
    let token = issue_reset(&house.manager, &clerk.id).await;
    let promoted = json!({ "userId": clerk.id, "roleIds": [house.boss_role] });
    let _ = root.act("userAssignRoles", promoted).await.done();
    let used = reset(&house.app, &token, "the-manager-would-be-boss").await;
    assert_eq!(used.refused(), "INVALID_CREDENTIALS token");
    assert_eq!(whoami(clerk).await, "clerk", "nothing was touched");
    let _ = login(&house.app, "clerk", PASSWORD).await.done();
    // The role they have comes to hold more: no assignment, and the same.
    let other = house.app.user("other").with_role("empty").create().await;
    let token = issue_reset(&house.manager, &other.id).await;
    let grant = json!({ "roleId": house.empty_role, "permissionIds": [house.vault] });
    let _ = root.act("roleGrantPermissions", grant).await.done();
    let used = reset(&house.app, &token, "the-manager-would-be-boss").await;
    assert_eq!(used.refused(), "INVALID_CREDENTIALS token");
}

/// I3, Keycloak CVE-2026-3121: the right to manage clients escalated to that of the realm. Here: the right to
/// manage one kind of thing (roles) is no right to hand out what such a thing may hold.
#[tokio::test]
async fn i3_cve_2026_3121_managing_one_kind_of_thing_does_not_escalate() {
    let house = House::build().await;
    let writer = house.app.user("writer").with_permission("role:write").create().await;
    let new = json!({ "name": "mine", "permissionIds": [house.vault] });
    assert_eq!(writer.act("roleCreate", input(new)).await.refused(), "BEYOND_AUTHORITY input.permissionIds");
    let default = json!({ "id": house.empty_role, "input": { "isDefault": true } });
    assert_eq!(writer.act("roleUpdate", default).await.refused(), "BEYOND_AUTHORITY input.isDefault");
}

/// I3, Keycloak CVE-2026-9795: any role could be put into a scope mapping. Here: no role gains a permission, or
/// another role, that its editor lacks.
#[tokio::test]
async fn i3_cve_2026_9795_no_role_gains_what_its_editor_lacks() {
    let house = House::build().await;
    let grant = json!({ "roleId": house.empty_role, "permissionIds": [house.vault] });
    assert_eq!(house.manager.act("roleGrantPermissions", grant).await.refused(), "BEYOND_AUTHORITY permissionIds.0");
    let inherit = json!({ "roleId": house.empty_role, "inheritsFromIds": [house.boss_role] });
    assert_eq!(house.manager.act("roleAddInheritance", inherit).await.refused(), "BEYOND_AUTHORITY inheritsFromIds.0");
}

/// I3, Keycloak CVE-2026-14613: hidden groups were listed by an endpoint of roles. Here: neither the list of
/// assignable roles nor what a refusal lacks names what the caller may not read.
#[tokio::test]
async fn i3_cve_2026_14613_what_is_hidden_is_not_told_by_another_way() {
    let house = House::build().await;
    house.app.role("secret").create().await;
    let blind = house.app.user("blind").with_permission("role:assign").create().await;
    let told = blind.ask("{ viewer { assignableRoles { name } } }").await;
    assert_eq!(told.data()["viewer"]["assignableRoles"], json!([{ "name": "user" }]));
    let refused = blind.act("userAssignRoles", json!({ "userId": house.clerk.id, "roleIds": [house.boss_role] })).await;
    assert!(!refused.answer.body.to_string().contains(VAULT), "{:#}", refused.answer.body);
}

/// I4, Saleor: groups with permissions that the editor lacked could be edited, and the path of deletion was
/// forgotten when the others were mended. Here: one rule for creating, updating and deleting.
#[tokio::test]
async fn i4_saleor_one_rule_for_create_update_and_delete() {
    let house = House::build().await;
    let new = json!({ "name": "mine", "permissionIds": [house.vault] });
    let describe = json!({ "id": house.boss_role, "input": { "description": "mine" } });
    for (field, arguments, path) in [
        ("roleCreate", input(new), "input.permissionIds.0"),
        ("roleUpdate", describe, "id"),
        ("roleDelete", json!({ "id": house.boss_role }), "id"),
    ] {
        assert_eq!(house.manager.act(field, arguments).await.refused(), format!("BEYOND_AUTHORITY {path}"), "{field}");
    }
}

/// I5, Homer and CuppaCMS: a change of one's own account took a group. Here: what people send about themselves
/// has no place for roles or permissions.
#[test]
fn i5_homer_self_service_takes_no_roles() {
    let sdl = published();
    let names = |input: &str| sdl.types[input].fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("ProfileInput"), ["displayName"]);
    let signup = sdl.root("Mutation").iter().find(|field| field.name == "signup").expect("a mutation");
    let arguments: Vec<_> = signup.arguments.iter().map(|argument| argument.name.as_str()).collect();
    assert_eq!(arguments, ["username", "password", "email", "displayName", "delivery"]);
}

/// I6, neo4j/graphql: a field's rule was ignored when its type had one too. Here: whoever sees a user of
/// another by `user:read` still does not see fields that ask for more.
#[tokio::test]
async fn i6_neo4j_graphql_a_rule_of_the_type_does_not_replace_that_of_the_field() {
    let house = House::build().await;
    let reader = house.app.user("reader").with_permission("user:read").create().await;
    let document = "query ($id: ID!) { user(id: $id) { username sessions(first: 1) { nodes { id } } } }";
    let answer = reader.graphql(document, json!({ "id": house.boss.id })).await;
    assert_eq!(answer.body["data"]["user"], json!({ "username": "boss", "sessions": null }));
    assert_eq!(answer.error(), "FORBIDDEN");
}
