//! R1 to R5 and R9: what a delegated manager, who may do whatever a mutation asks for but does not open the
//! vault, tries against what opens it. Each case is refused, audited, and changes nothing.

use super::{DESK, House, VAULT};
use crate::sdl::published;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::input;

/// Mutations that neither hand out nor touch what is another's.
const HARMLESS: [&str; 21] = [
    "signup",
    "login",
    "refresh",
    "logout",
    "passwordChange",
    // What the token may do was judged when it was issued, and is judged again: `identity/password_reset.rs`.
    "passwordReset",
    "reauthenticate",
    "sessionRevokeOthers",
    "profileUpdate",
    "permissionCreate",
    "permissionUpdate",
    "sodConstraintCreate",
    "sodConstraintUpdate",
    "sodConstraintAddRoles",
    "sodConstraintRemoveRoles",
    "sodConstraintDelete",
    "sessionActivateRoles",
    "sessionDeactivateRoles",
    "sessionSetData",
    "signingKeyRotate",
    "signingKeyRevoke",
];

/// Every try, as a mutation, its arguments and where it fails.
fn tries(house: &House, session: &str) -> Vec<(&'static str, Value, &'static str)> {
    let House { manager, boss, clerk, boss_role, desk_role, empty_role, vault, .. } = house;
    let (boss, clerk, manager) = (&boss.id, &clerk.id, &manager.id);
    vec![
        // R1: handing out what one does not hold, to another or (R5) to oneself.
        ("userAssignRoles", json!({ "userId": clerk, "roleIds": [empty_role, boss_role] }), "roleIds.1"),
        ("userAssignRoles", json!({ "userId": manager, "roleIds": [boss_role] }), "roleIds.0"),
        ("roleAssignUsers", json!({ "roleId": boss_role, "userIds": [clerk] }), "roleId"),
        ("roleAssignUsers", json!({ "roleId": boss_role, "userIds": [manager] }), "roleId"),
        ("userGrantPermissions", json!({ "userId": clerk, "permissionIds": [vault] }), "permissionIds.0"),
        ("userGrantPermissions", json!({ "userId": manager, "permissionIds": [vault] }), "permissionIds.0"),
        ("userCreate", input(json!({ "username": "new", "roleIds": [empty_role, boss_role] })), "input.roleIds.1"),
        // R3: the same by way of roles.
        ("roleGrantPermissions", json!({ "roleId": desk_role, "permissionIds": [vault] }), "permissionIds.0"),
        ("roleGrantPermissions", json!({ "roleId": empty_role, "permissionIds": [vault] }), "permissionIds.0"),
        (
            "roleAddInheritance",
            json!({ "roleId": empty_role, "inheritsFromIds": [desk_role, boss_role] }),
            "inheritsFromIds.1",
        ),
        ("roleCreate", input(json!({ "name": "new", "permissionIds": [vault] })), "input.permissionIds.0"),
        ("roleCreate", input(json!({ "name": "new", "inheritsFromIds": [boss_role] })), "input.inheritsFromIds.0"),
        ("roleUpdate", json!({ "id": boss_role, "input": { "isDefault": true } }), "id"),
        // R4: touching a user who can do more.
        ("userUpdate", json!({ "id": boss, "input": { "email": "mine@example.com" } }), "id"),
        ("userSuspend", json!({ "id": boss }), "id"),
        ("userReactivate", json!({ "id": boss }), "id"),
        ("userDelete", json!({ "id": boss }), "id"),
        ("userAssignRoles", json!({ "userId": boss, "roleIds": [empty_role] }), "userId"),
        ("userUnassignRoles", json!({ "userId": boss, "roleIds": [boss_role] }), "userId"),
        ("userGrantPermissions", json!({ "userId": boss, "permissionIds": [] }), "userId"),
        ("userRevokePermissions", json!({ "userId": boss, "permissionIds": [vault] }), "userId"),
        ("roleAssignUsers", json!({ "roleId": empty_role, "userIds": [clerk, boss] }), "userIds.1"),
        ("roleUnassignUsers", json!({ "roleId": boss_role, "userIds": [boss] }), "userIds.0"),
        ("sessionRevoke", json!({ "id": session }), "id"),
        ("userRevokeSessions", json!({ "id": boss }), "id"),
        ("userIssuePasswordReset", json!({ "id": boss }), "id"),
        // R4: touching a role that holds more.
        ("roleUpdate", json!({ "id": boss_role, "input": { "name": "mine" } }), "id"),
        ("roleUpdate", json!({ "id": boss_role, "input": { "description": "mine" } }), "id"),
        ("roleDelete", json!({ "id": boss_role }), "id"),
        ("roleGrantPermissions", json!({ "roleId": boss_role, "permissionIds": [] }), "roleId"),
        ("roleRevokePermissions", json!({ "roleId": boss_role, "permissionIds": [vault] }), "roleId"),
        ("roleAddInheritance", json!({ "roleId": boss_role, "inheritsFromIds": [empty_role] }), "roleId"),
        ("roleRemoveInheritance", json!({ "roleId": boss_role, "inheritsFromIds": [] }), "roleId"),
        (
            "roleCreate",
            input(json!({ "name": "new", "inheritedByIds": [empty_role, boss_role] })),
            "input.inheritedByIds.1",
        ),
        ("permissionDelete", json!({ "id": vault }), "id"),
    ]
}

#[test]
fn every_mutation_is_tried_or_known_to_be_harmless() {
    let tried: BTreeSet<&str> = TRIED.into_iter().collect();
    let harmless: BTreeSet<&str> = HARMLESS.into_iter().collect();
    let all: BTreeSet<&str> = published().root("Mutation").iter().map(|field| field.name.as_str()).collect();
    let spoken_of: BTreeSet<&str> = tried.union(&harmless).copied().collect();
    assert_eq!(all, spoken_of, "a new mutation needs a case here");
}

/// The mutations of [`tries`].
const TRIED: [&str; 22] = [
    "userCreate",
    "userUpdate",
    "userSuspend",
    "userReactivate",
    "userDelete",
    "userAssignRoles",
    "userUnassignRoles",
    "userGrantPermissions",
    "userRevokePermissions",
    "roleAssignUsers",
    "roleUnassignUsers",
    "roleCreate",
    "roleUpdate",
    "roleDelete",
    "roleGrantPermissions",
    "roleRevokePermissions",
    "roleAddInheritance",
    "roleRemoveInheritance",
    "permissionDelete",
    "sessionRevoke",
    "userRevokeSessions",
    "userIssuePasswordReset",
];

#[tokio::test]
async fn nothing_that_is_beyond_the_manager_can_be_handed_out_or_touched() {
    let house = House::build().await;
    let document = "query ($id: ID!) { user(id: $id) { sessions(first: 5) { nodes { id } } } }";
    let found = house.app.admin().await.graphql(document, json!({ "id": house.boss.id })).await;
    let session = found.data()["user"]["sessions"]["nodes"][0]["id"].as_str().expect("a session").to_owned();
    // Only who is suspended is reactivated: tried on its own below.
    let tries: Vec<_> = tries(&house, &session).into_iter().filter(|(field, ..)| *field != "userReactivate").collect();
    let tried: BTreeSet<&str> = tries.iter().map(|(field, ..)| *field).chain(["userReactivate"]).collect();
    assert_eq!(tried, TRIED.into_iter().collect());
    let before = house.facts().await;
    for (field, arguments, path) in tries {
        let refused = house.manager.act(field, arguments.clone()).await;
        assert_eq!(refused.refused(), format!("BEYOND_AUTHORITY {path}"), "{field} {arguments}");
        let error = &refused.user_errors()[0];
        assert_eq!((&error["__typename"], &error["missing"]), (&json!("AuthorityError"), &json!([VAULT])), "{field}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(VAULT)), "{error}");
        assert_eq!(house.facts().await, before, "{field} {arguments}");
        assert!(house.denials().await.iter().any(|denial| denial.contains("BEYOND_AUTHORITY")), "{field}");
    }
    assert_eq!(house.boss.ask("{ can(permission: \"vault:open\") }").await.data()["can"], true);
}

#[tokio::test]
async fn somebody_suspended_is_not_let_in_again_by_whom_they_exceed() {
    let house = House::build().await;
    let _ = house.app.admin().await.act("userSuspend", json!({ "id": house.boss.id })).await.done();
    let refused = house.manager.act("userReactivate", json!({ "id": house.boss.id })).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY id");
}

#[tokio::test]
async fn what_is_within_the_manager_can_be_handed_out_and_touched() {
    let house = House::build().await;
    let (manager, clerk) = (&house.manager, &house.clerk.id);
    let desk = json!({ "userId": clerk, "roleIds": [house.desk_role] });
    let _ = manager.act("userAssignRoles", desk.clone()).await.done();
    let _ = manager.act("userUnassignRoles", desk).await.done();
    let _ = manager.act("userSuspend", json!({ "id": clerk })).await.done();
    let _ = manager.act("userReactivate", json!({ "id": clerk })).await.done();
    let _ = manager.act("userCreate", input(json!({ "username": "new", "roleIds": [house.desk_role] }))).await.done();
    let new = json!({ "name": "aide", "inheritsFromIds": [house.desk_role], "inheritedByIds": [house.empty_role] });
    let _ = manager.act("roleCreate", input(new)).await.done();
    let _ = manager.act("userRevokeSessions", json!({ "id": clerk })).await.done();
    let _ = manager.act("userIssuePasswordReset", json!({ "id": clerk })).await.done();
    let _ = manager.act("userDelete", json!({ "id": clerk })).await.done();
}

#[tokio::test]
async fn whoever_holds_escalate_hands_out_what_they_lack_but_touches_nobody_beyond_them() {
    let house = House::build().await;
    let mut chief = house.app.user("chief").with_permission("rbac:escalate");
    for name in DESK {
        chief = chief.with_permission(name);
    }
    let chief = chief.create().await;
    let _ =
        chief.act("userAssignRoles", json!({ "userId": house.clerk.id, "roleIds": [house.boss_role] })).await.done();
    assert_eq!(chief.act("userSuspend", json!({ "id": house.boss.id })).await.refused(), "BEYOND_AUTHORITY id");
}

#[tokio::test]
async fn what_is_missing_is_told_to_those_only_who_may_read_what_is_at_fault() {
    let house = House::build().await;
    let blind = house.app.user("blind").with_permission("role:assign").with_permission("user:write").create().await;
    for (field, arguments) in [
        ("userAssignRoles", json!({ "userId": house.clerk.id, "roleIds": [house.boss_role] })),
        ("userSuspend", json!({ "id": house.boss.id })),
    ] {
        let refused = blind.act(field, arguments).await;
        let error = &refused.user_errors()[0];
        assert_eq!((&error["code"], &error["missing"]), (&json!("BEYOND_AUTHORITY"), &json!([])), "{field}");
        assert_eq!(error["message"], "this is beyond what the caller holds", "{field}");
    }
}

#[tokio::test]
async fn superadmin_is_named_when_it_is_itself_what_is_lacking() {
    let house = House::build().await;
    let superadmin = house.app.role_id("superadmin").await;
    let refused =
        house.manager.act("userAssignRoles", json!({ "userId": house.clerk.id, "roleIds": [superadmin] })).await;
    let error = &refused.user_errors()[0];
    assert!(error["message"].as_str().is_some_and(|message| message.contains("`superadmin` itself")), "{error}");
    let count = error["missing"].as_array().map_or(0, Vec::len);
    assert!((1..=20).contains(&count), "{count}");
}
