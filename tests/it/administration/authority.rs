//! R1 to R5 and R9: attempts of a delegated manager, who holds every permission that a mutation requires but not
//! `vault:open`, against users and roles that hold it. Each attempt is denied, audited, and changes nothing.

use super::{DESK, Fixture, VAULT};
use crate::sdl::published;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::input;

/// Mutations that neither grant anything nor change an object of another user.
const HARMLESS: [&str; 19] = [
    "signup",
    // Its token is that of an operator: `identity/setup.rs`.
    "administratorCreate",
    // They create and delete objects of the demo company only: `demo.rs`.
    "demoLoad",
    "demoRemove",
    "login",
    "refresh",
    "logout",
    "passwordChange",
    // The authority of a reset token is checked when it is issued and when it is used: `identity/password_reset.rs`.
    "passwordReset",
    "reauthenticate",
    "sessionRevokeOthers",
    "profileUpdate",
    "permissionCreate",
    "permissionUpdate",
    "sessionActivateRoles",
    "sessionDeactivateRoles",
    "sessionSetData",
    "signingKeyRotate",
    "signingKeyRevoke",
];

/// The mutation that applies a document as planned: tested separately below.
const DOCUMENT: &str = "policyApply";
/// The mutation that goes back to a revision as planned: tested in `policies/revisions.rs`.
const ROLLBACK: &str = "policyRollback";

/// Every attempt: the mutation, its arguments, and the error.
fn attempts(fixture: &Fixture, session: &str) -> Vec<(&'static str, Value, &'static str)> {
    let Fixture { manager, boss, clerk, boss_role, desk_role, empty_role, vault, boss_set, desk_set, rival, .. } =
        fixture;
    let (boss, clerk, manager) = (&boss.id, &clerk.id, &manager.id);
    vec![
        // R1: granting what the manager lacks, to another user or (R5) to itself.
        ("userAssignRoles", json!({ "userId": clerk, "roleIds": [empty_role, boss_role] }), "roleIds.1"),
        ("userAssignRoles", json!({ "userId": manager, "roleIds": [boss_role] }), "roleIds.0"),
        ("roleAssignUsers", json!({ "roleId": boss_role, "userIds": [clerk] }), "roleId"),
        ("roleAssignUsers", json!({ "roleId": boss_role, "userIds": [manager] }), "roleId"),
        ("userGrantPermissions", json!({ "userId": clerk, "permissionIds": [vault] }), "permissionIds.0"),
        ("userGrantPermissions", json!({ "userId": manager, "permissionIds": [vault] }), "permissionIds.0"),
        ("userCreate", input(json!({ "username": "new", "roleIds": [empty_role, boss_role] })), "input.roleIds.1"),
        // R3: the same through roles.
        ("roleGrantPermissions", json!({ "roleId": desk_role, "permissionIds": [vault] }), "permissionIds.0"),
        ("roleGrantPermissions", json!({ "roleId": empty_role, "permissionIds": [vault] }), "permissionIds.0"),
        (
            "roleSetPermissions",
            json!({ "roleId": empty_role, "permissionIds": [vault], "expectedVersion": 1 }),
            "permissionIds.0",
        ),
        (
            "roleAddInheritance",
            json!({ "roleId": empty_role, "inheritsFromIds": [desk_role, boss_role] }),
            "inheritsFromIds.1",
        ),
        ("roleCreate", input(json!({ "name": "new", "permissionIds": [vault] })), "input.permissionIds.0"),
        ("roleCreate", input(json!({ "name": "new", "inheritsFromIds": [boss_role] })), "input.inheritsFromIds.0"),
        ("roleUpdate", json!({ "id": boss_role, "input": { "isDefault": true } }), "id"),
        // R4: changing a user with more permissions.
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
        // R4: changing a role with more permissions.
        ("roleUpdate", json!({ "id": boss_role, "input": { "name": "mine" } }), "id"),
        ("roleUpdate", json!({ "id": boss_role, "input": { "description": "mine" } }), "id"),
        ("roleDelete", json!({ "id": boss_role }), "id"),
        ("roleGrantPermissions", json!({ "roleId": boss_role, "permissionIds": [] }), "roleId"),
        ("roleRevokePermissions", json!({ "roleId": boss_role, "permissionIds": [vault] }), "roleId"),
        ("roleGrantPatterns", json!({ "roleId": boss_role, "patterns": [] }), "roleId"),
        ("roleRevokePatterns", json!({ "roleId": boss_role, "patterns": ["vault:*"] }), "roleId"),
        ("roleAddInheritance", json!({ "roleId": boss_role, "inheritsFromIds": [empty_role] }), "roleId"),
        ("roleRemoveInheritance", json!({ "roleId": boss_role, "inheritsFromIds": [] }), "roleId"),
        (
            "roleCreate",
            input(json!({ "name": "new", "inheritedByIds": [empty_role, boss_role] })),
            "input.inheritedByIds.1",
        ),
        ("permissionDelete", json!({ "id": vault }), "id"),
        // R4: deciding on the conflicts of a role with more permissions.
        (
            "sodConstraintCreate",
            input(json!({ "name": "new", "kind": "STATIC", "roleIds": [empty_role, boss_role] })),
            "input.roleIds.1",
        ),
        (
            "sodConstraintCreate",
            input(json!({ "name": "new", "kind": "STATIC", "permissionIds": [vault] })),
            "input.permissionIds.0",
        ),
        ("sodConstraintAddRoles", json!({ "id": desk_set, "roleIds": [boss_role] }), "roleIds.0"),
        ("sodConstraintUpdate", json!({ "id": boss_set, "input": { "limit": 3 } }), "id"),
        ("sodConstraintUpdate", json!({ "id": boss_set, "input": { "description": "mine" } }), "id"),
        ("sodConstraintRemoveRoles", json!({ "id": boss_set, "roleIds": [rival] }), "id"),
        ("sodConstraintDelete", json!({ "id": boss_set }), "id"),
    ]
}

#[tokio::test]
async fn nothing_beyond_authority_can_be_granted_or_changed() {
    let fixture = Fixture::create().await;
    let document = "query ($id: ID!) { user(id: $id) { sessions(first: 5) { nodes { id } } } }";
    let found = fixture.app.admin().await.graphql(document, json!({ "id": fixture.boss.id })).await;
    let session = found.data()["user"]["sessions"]["nodes"][0]["id"].as_str().expect("a session").to_owned();
    let attempts = attempts(&fixture, &session);
    let known: BTreeSet<&str> =
        attempts.iter().map(|(field, ..)| *field).chain(HARMLESS).chain([DOCUMENT, ROLLBACK]).collect();
    let all: BTreeSet<&str> = published().root("Mutation").iter().map(|field| field.name.as_str()).collect();
    assert_eq!(known, all, "a mutation is attempted or listed as harmless");
    let before = fixture.facts().await;
    // Only a suspended user can be reactivated: tested separately below.
    for (field, arguments, path) in attempts.into_iter().filter(|(field, ..)| *field != "userReactivate") {
        let refused = fixture.manager.mutate(field, arguments.clone()).await;
        assert_eq!(refused.refused(), format!("BEYOND_AUTHORITY {path}"), "{field} {arguments}");
        let error = &refused.user_errors()[0];
        assert_eq!((&error["__typename"], &error["missing"]), (&json!("AuthorityError"), &json!([VAULT])), "{field}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(VAULT)), "{error}");
        assert_eq!(fixture.facts().await, before, "{field} {arguments}");
        assert!(fixture.denials().await.iter().any(|denial| denial.contains("BEYOND_AUTHORITY")), "{field}");
    }
    assert_eq!(fixture.boss.ask("{ can(permission: \"vault:open\") }").await.data()["can"], true);
}

#[tokio::test]
async fn documents_beyond_authority_are_not_applied() {
    let fixture = Fixture::create().await;
    let mut planner = fixture.app.user("planner").with_permission("policy:read").with_permission("policy:apply");
    for permission in DESK {
        planner = planner.with_permission(permission);
    }
    let planner = planner.create().await;
    let before = fixture.facts().await;
    let new_grant = format!("version: 1\nroles:\n  fresh:\n    permissions:\n      - {VAULT}\n");
    let self_grant = format!("version: 1\nassignments:\n  planner:\n    permissions:\n      {VAULT}: {{}}\n");
    let registered =
        "version: 1\npermissions:\n  new:power: {}\nroles:\n  fresh:\n    permissions:\n      - new:power\n";
    for content in [new_grant.as_str(), &self_grant, registered] {
        let plan = "query ($content: String!) { policyPlan(document: { content: $content }) { hash isApplicable } }";
        let planned = planner.graphql(plan, json!({ "content": content })).await;
        let plan = &planned.data()["policyPlan"];
        assert_eq!(plan["isApplicable"], false, "{content}");
        let apply = json!({ "document": { "content": content }, "expectedPlanHash": plan["hash"] });
        let refused = planner.mutate(DOCUMENT, apply).await;
        let codes: BTreeSet<&str> = refused.user_errors().iter().filter_map(|error| error["code"].as_str()).collect();
        assert_eq!(codes, BTreeSet::from(["BEYOND_AUTHORITY"]), "{content}");
        assert_eq!(fixture.facts().await, before, "{content}");
    }
}

#[tokio::test]
async fn a_suspended_user_beyond_authority_cannot_be_reactivated() {
    let fixture = Fixture::create().await;
    let _ = fixture.app.admin().await.mutate("userSuspend", json!({ "id": fixture.boss.id })).await.done();
    let refused = fixture.manager.mutate("userReactivate", json!({ "id": fixture.boss.id })).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY id");
}

#[tokio::test]
async fn everything_within_authority_can_be_granted_and_changed() {
    let fixture = Fixture::create().await;
    let (manager, clerk) = (&fixture.manager, &fixture.clerk.id);
    let desk = json!({ "userId": clerk, "roleIds": [fixture.desk_role] });
    let _ = manager.mutate("userAssignRoles", desk.clone()).await.done();
    let _ = manager.mutate("userUnassignRoles", desk).await.done();
    let _ = manager.mutate("userSuspend", json!({ "id": clerk })).await.done();
    let _ = manager.mutate("userReactivate", json!({ "id": clerk })).await.done();
    let _ =
        manager.mutate("userCreate", input(json!({ "username": "new", "roleIds": [fixture.desk_role] }))).await.done();
    let new = json!({ "name": "aide", "inheritsFromIds": [fixture.desk_role], "inheritedByIds": [fixture.empty_role] });
    let _ = manager.mutate("roleCreate", input(new)).await.done();
    let set = json!({ "id": fixture.desk_set, "input": { "description": "ours" } });
    let _ = manager.mutate("sodConstraintUpdate", set).await.done();
    let _ = manager.mutate("sodConstraintDelete", json!({ "id": fixture.desk_set })).await.done();
    let _ = manager.mutate("userRevokeSessions", json!({ "id": clerk })).await.done();
    let _ = manager.mutate("userIssuePasswordReset", json!({ "id": clerk })).await.done();
    let _ = manager.mutate("userDelete", json!({ "id": clerk })).await.done();
}

#[tokio::test]
async fn a_holder_of_escalate_grants_beyond_authority_but_changes_no_user_beyond_it() {
    let fixture = Fixture::create().await;
    let mut chief = fixture.app.user("chief").with_permission("rbac:escalate");
    for name in DESK {
        chief = chief.with_permission(name);
    }
    let chief = chief.create().await;
    let _ = chief
        .mutate("userAssignRoles", json!({ "userId": fixture.clerk.id, "roleIds": [fixture.boss_role] }))
        .await
        .done();
    assert_eq!(chief.mutate("userSuspend", json!({ "id": fixture.boss.id })).await.refused(), "BEYOND_AUTHORITY id");
}

#[tokio::test]
async fn missing_permissions_are_named_only_to_readers_of_the_object_at_fault() {
    let fixture = Fixture::create().await;
    let blind = fixture.app.user("blind").with_permission("role:assign").with_permission("user:write").create().await;
    for (field, arguments) in [
        ("userAssignRoles", json!({ "userId": fixture.clerk.id, "roleIds": [fixture.boss_role] })),
        ("userSuspend", json!({ "id": fixture.boss.id })),
    ] {
        let refused = blind.mutate(field, arguments).await;
        let error = &refused.user_errors()[0];
        assert_eq!((&error["code"], &error["missing"]), (&json!("BEYOND_AUTHORITY"), &json!([])), "{field}");
        assert_eq!(error["message"], "beyond the caller's authority", "{field}");
    }
}

#[tokio::test]
async fn superadmin_is_named_when_it_is_missing() {
    let fixture = Fixture::create().await;
    let superadmin = fixture.app.role_id("superadmin").await;
    let refused =
        fixture.manager.mutate("userAssignRoles", json!({ "userId": fixture.clerk.id, "roleIds": [superadmin] })).await;
    let error = &refused.user_errors()[0];
    assert!(
        error["message"].as_str().is_some_and(|message| message.contains("lacks the role `superadmin`")),
        "{error}"
    );
    let count = error["missing"].as_array().map_or(0, Vec::len);
    assert!((1..=20).contains(&count), "{count}");
}
