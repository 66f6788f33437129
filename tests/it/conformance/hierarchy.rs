//! Hierarchical RBAC, general hierarchies: seniors inherit what juniors hold, juniors gain the users of seniors.

use super::Desk;
use serde_json::json;
use tests::input;

#[tokio::test]
async fn add_inheritance_hands_permissions_up_and_refuses_circles_and_roles_not_there() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let boss = desk.app.role("boss").create().await;
    let gone = desk.gone_role().await;
    let ana = desk.app.user("ana").with_role("boss").create().await;
    // The choice for a pair that is there already: success without change.
    for _ in 0..2 {
        let _ = desk.inherit(&boss, &clerk).await.done();
        assert_eq!(desk.names("role", &boss, "inheritsFrom { name }").await, ["clerk"]);
    }
    assert!(desk.may(&ana, "invoice:read").await);
    assert_eq!(desk.inherit(&clerk, &boss).await.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    assert_eq!(desk.inherit(&clerk, &clerk).await.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    assert_eq!(desk.inherit(&gone, &clerk).await.refused(), "NOT_FOUND roleId");
    assert_eq!(desk.inherit(&boss, &gone).await.refused(), "NOT_FOUND inheritsFromIds.0");
}

#[tokio::test]
async fn delete_inheritance_leaves_the_closure_of_the_other_edges() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let middle = desk.app.role("middle").inheriting("clerk").create().await;
    let boss = desk.app.role("boss").inheriting("middle").inheriting("clerk").create().await;
    let ana = desk.app.user("ana").with_role("boss").create().await;
    // An edge that others imply is kept as it was asked for.
    let _ = desk.disinherit(&boss, &middle).await.done();
    assert_eq!(desk.names("role", &boss, "inheritsFromAll { name }").await, ["clerk"]);
    assert!(desk.may(&ana, "invoice:read").await);
    let _ = desk.disinherit(&boss, &clerk).await.done();
    assert!(!desk.may(&ana, "invoice:read").await);
    // The choice for a pair that is not there: success without change.
    let _ = desk.disinherit(&boss, &clerk).await.done();
    assert_eq!(desk.names("role", &middle, "inheritsFrom { name }").await, ["clerk"]);
    let gone = desk.gone_role().await;
    assert_eq!(desk.disinherit(&gone, &clerk).await.refused(), "NOT_FOUND roleId");
    assert_eq!(desk.disinherit(&middle, &gone).await.refused(), "NOT_FOUND inheritsFromIds.0");
}

#[tokio::test]
async fn add_ascendant_makes_a_role_above_another_or_neither() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").granting("invoice:read").create().await;
    let new = json!({ "name": "boss", "inheritsFromIds": [clerk] });
    let boss = desk.root().await.act("roleCreate", input(new.clone())).await.id("role");
    assert_eq!(desk.names("role", &boss, "effectivePermissions { permission { name } }").await, ["invoice:read"]);
    assert_eq!(desk.names("role", &clerk, "inheritedBy { name }").await, ["boss"]);
    assert_eq!(desk.root().await.act("roleCreate", input(new)).await.refused(), "TAKEN input.name");
    let new = json!({ "name": "other", "inheritsFromIds": [desk.gone_role().await] });
    let refused = desk.root().await.act("roleCreate", input(new)).await;
    assert_eq!(refused.refused(), "NOT_FOUND input.inheritsFromIds.0");
    assert!(desk.root().await.ask(r#"{ roleByName(name: "other") { id } }"#).await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn add_descendant_makes_a_role_below_another_or_neither() {
    let desk = Desk::open().await;
    let boss = desk.app.role("boss").create().await;
    let new = json!({ "name": "clerk", "inheritedByIds": [boss] });
    let clerk = desk.root().await.act("roleCreate", input(new.clone())).await.id("role");
    assert_eq!(desk.names("role", &clerk, "inheritedBy { name }").await, ["boss"]);
    assert_eq!(desk.root().await.act("roleCreate", input(new)).await.refused(), "TAKEN input.name");
    let new = json!({ "name": "other", "inheritedByIds": [desk.gone_role().await] });
    let refused = desk.root().await.act("roleCreate", input(new)).await;
    assert_eq!(refused.refused(), "NOT_FOUND input.inheritedByIds.0");
    assert!(desk.root().await.ask(r#"{ roleByName(name: "other") { id } }"#).await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn create_session_and_add_active_role_take_what_the_user_is_authorised_for() {
    let desk = Desk::open().await;
    desk.app.role("clerk").granting("invoice:read").create().await;
    let keeper = desk.app.role("keeper").granting("safe:open").create().await;
    let boss = desk.app.role("boss").inheriting("clerk").inheriting("keeper").granting("desk:use").create().await;
    let _ = desk.app.user("ana").with_role("boss").create().await;
    // A junior can be active without its senior, and brings nothing of it.
    let ana = desk.signed_in(&desk.log_in("ana", &["clerk"]).await);
    let viewer = ana.ask("{ viewer { roles permissions } }").await.data()["viewer"].clone();
    assert_eq!(viewer, json!({ "roles": ["clerk"], "permissions": ["invoice:read"] }));
    let _ = ana.act("sessionActivateRoles", json!({ "roleIds": [keeper] })).await.done();
    let viewer = ana.ask("{ viewer { roles permissions } }").await.data()["viewer"].clone();
    assert_eq!(viewer, json!({ "roles": ["clerk", "keeper"], "permissions": ["invoice:read", "safe:open"] }));
    // A senior that is active brings what it inherits.
    let _ = ana.act("sessionActivateRoles", json!({ "roleIds": [boss] })).await.done();
    assert!(desk.may(&ana, "desk:use").await);
    // Seniors of what is assigned are not authorised.
    desk.app.user("ben").with_role("clerk").create().await;
    assert_eq!(desk.log_in("ben", &["boss"]).await.refused(), "ROLE_NOT_ASSIGNED roles.0");
}

#[tokio::test]
async fn authorised_users_and_roles_follow_the_hierarchy() {
    let desk = Desk::open().await;
    let clerk = desk.app.role("clerk").create().await;
    desk.app.role("middle").inheriting("clerk").create().await;
    let boss = desk.app.role("boss").inheriting("middle").create().await;
    let ana = desk.app.user("ana").with_role("boss").create().await;
    desk.app.user("ben").with_role("clerk").create().await;
    assert_eq!(desk.names("role", &clerk, "authorizedUsers { nodes { name: username } }").await, ["ana", "ben"]);
    assert_eq!(desk.names("role", &boss, "authorizedUsers { nodes { name: username } }").await, ["ana"]);
    let roles = desk.names("user", &ana.id, "authorizedRoles { name }").await;
    assert_eq!(roles, ["boss", "clerk", "middle", "user"]);
    let gone = desk.gone_role().await;
    assert!(desk.is_nothing("role", &gone).await && desk.is_nothing("user", &gone).await);
}

#[tokio::test]
async fn review_functions_include_what_is_inherited() {
    let desk = Desk::open().await;
    desk.app.role("clerk").granting("invoice:read").create().await;
    let boss = desk.app.role("boss").inheriting("clerk").granting("invoice:pay").create().await;
    let ana = desk.app.user("ana").with_role("boss").create().await;
    let held = ["invoice:pay", "invoice:read"];
    assert_eq!(desk.names("role", &boss, "effectivePermissions { permission { name } }").await, held);
    assert_eq!(desk.names("user", &ana.id, "effectivePermissions { nodes { permission { name } } }").await, held);
    for (kind, id) in [("role", &boss), ("user", &ana.id)] {
        let ask = format!(r#"query ($id: ID!) {{ {kind}(id: $id) {{ operationsOn(resource: "invoice") }} }}"#);
        let answer = desk.root().await.graphql(&ask, json!({ "id": id })).await;
        assert_eq!(answer.data()[kind]["operationsOn"], json!(["pay", "read"]), "{kind}");
    }
}
