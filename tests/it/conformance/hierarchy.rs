//! Hierarchical RBAC, general hierarchies: seniors inherit permissions of juniors, juniors gain users of seniors.

use super::Suite;
use serde_json::json;
use tests::input;

#[tokio::test]
async fn add_inheritance_inherits_permissions_and_rejects_cycles_and_unknown_roles() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let boss = suite.app.role("boss").create().await;
    let gone = suite.gone_role().await;
    let ana = suite.app.user("ana").with_role("boss").create().await;
    // The choice for an existing pair: success without change.
    for _ in 0..2 {
        let _ = suite.inherit(&boss, &clerk).await.done();
        assert_eq!(suite.names("role", &boss, "inheritsFrom { name }").await, ["clerk"]);
    }
    assert!(suite.may(&ana, "invoice:read").await);
    assert_eq!(suite.inherit(&clerk, &boss).await.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    assert_eq!(suite.inherit(&clerk, &clerk).await.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    assert_eq!(suite.inherit(&gone, &clerk).await.refused(), "NOT_FOUND roleId");
    assert_eq!(suite.inherit(&boss, &gone).await.refused(), "NOT_FOUND inheritsFromIds.0");
}

#[tokio::test]
async fn delete_inheritance_leaves_the_closure_of_the_other_edges() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let middle = suite.app.role("middle").inheriting("clerk").create().await;
    let boss = suite.app.role("boss").inheriting("middle").inheriting("clerk").create().await;
    let ana = suite.app.user("ana").with_role("boss").create().await;
    // An edge implied by others is stored as requested.
    let _ = suite.disinherit(&boss, &middle).await.done();
    assert_eq!(suite.names("role", &boss, "inheritsFromAll { name }").await, ["clerk"]);
    assert!(suite.may(&ana, "invoice:read").await);
    let _ = suite.disinherit(&boss, &clerk).await.done();
    assert!(!suite.may(&ana, "invoice:read").await);
    // The choice for a missing pair: success without change.
    let _ = suite.disinherit(&boss, &clerk).await.done();
    assert_eq!(suite.names("role", &middle, "inheritsFrom { name }").await, ["clerk"]);
    let gone = suite.gone_role().await;
    assert_eq!(suite.disinherit(&gone, &clerk).await.refused(), "NOT_FOUND roleId");
    assert_eq!(suite.disinherit(&middle, &gone).await.refused(), "NOT_FOUND inheritsFromIds.0");
}

#[tokio::test]
async fn add_ascendant_creates_a_senior_of_a_role_or_nothing() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").granting("invoice:read").create().await;
    let new = json!({ "name": "boss", "inheritsFromIds": [clerk] });
    let boss = suite.root().await.mutate("roleCreate", input(new.clone())).await.id("role");
    assert_eq!(suite.names("role", &boss, "effectivePermissions { permission { name } }").await, ["invoice:read"]);
    assert_eq!(suite.names("role", &clerk, "inheritedBy { name }").await, ["boss"]);
    assert_eq!(suite.root().await.mutate("roleCreate", input(new)).await.refused(), "TAKEN input.name");
    let new = json!({ "name": "other", "inheritsFromIds": [suite.gone_role().await] });
    let refused = suite.root().await.mutate("roleCreate", input(new)).await;
    assert_eq!(refused.refused(), "NOT_FOUND input.inheritsFromIds.0");
    assert!(suite.root().await.ask(r#"{ roleByName(name: "other") { id } }"#).await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn add_descendant_creates_a_junior_of_a_role_or_nothing() {
    let suite = Suite::start().await;
    let boss = suite.app.role("boss").create().await;
    let new = json!({ "name": "clerk", "inheritedByIds": [boss] });
    let clerk = suite.root().await.mutate("roleCreate", input(new.clone())).await.id("role");
    assert_eq!(suite.names("role", &clerk, "inheritedBy { name }").await, ["boss"]);
    assert_eq!(suite.root().await.mutate("roleCreate", input(new)).await.refused(), "TAKEN input.name");
    let new = json!({ "name": "other", "inheritedByIds": [suite.gone_role().await] });
    let refused = suite.root().await.mutate("roleCreate", input(new)).await;
    assert_eq!(refused.refused(), "NOT_FOUND input.inheritedByIds.0");
    assert!(suite.root().await.ask(r#"{ roleByName(name: "other") { id } }"#).await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn create_session_and_add_active_role_accept_authorized_roles() {
    let suite = Suite::start().await;
    suite.app.role("clerk").granting("invoice:read").create().await;
    let keeper = suite.app.role("keeper").granting("safe:open").create().await;
    let boss = suite.app.role("boss").inheriting("clerk").inheriting("keeper").granting("desk:use").create().await;
    let _ = suite.app.user("ana").with_role("boss").create().await;
    // A junior can be active without its senior, and activates nothing of it.
    let ana = suite.logged_in(&suite.log_in("ana", &["clerk"]).await);
    let viewer = ana.ask("{ viewer { roles permissions } }").await.data()["viewer"].clone();
    assert_eq!(viewer, json!({ "roles": ["clerk"], "permissions": ["invoice:read"] }));
    let _ = ana.mutate("sessionActivateRoles", json!({ "roleIds": [keeper] })).await.done();
    let viewer = ana.ask("{ viewer { roles permissions } }").await.data()["viewer"].clone();
    assert_eq!(viewer, json!({ "roles": ["clerk", "keeper"], "permissions": ["invoice:read", "safe:open"] }));
    // An active senior includes what it inherits.
    let _ = ana.mutate("sessionActivateRoles", json!({ "roleIds": [boss] })).await.done();
    assert!(suite.may(&ana, "desk:use").await);
    // Seniors of assigned roles are not authorized.
    suite.app.user("ben").with_role("clerk").create().await;
    assert_eq!(suite.log_in("ben", &["boss"]).await.refused(), "ROLE_NOT_ASSIGNED roles.0");
}

#[tokio::test]
async fn authorized_users_and_roles_follow_the_hierarchy() {
    let suite = Suite::start().await;
    let clerk = suite.app.role("clerk").create().await;
    suite.app.role("middle").inheriting("clerk").create().await;
    let boss = suite.app.role("boss").inheriting("middle").create().await;
    let ana = suite.app.user("ana").with_role("boss").create().await;
    suite.app.user("ben").with_role("clerk").create().await;
    assert_eq!(suite.names("role", &clerk, "authorizedUsers { nodes { name: username } }").await, ["ana", "ben"]);
    assert_eq!(suite.names("role", &boss, "authorizedUsers { nodes { name: username } }").await, ["ana"]);
    let roles = suite.names("user", &ana.id, "authorizedRoles { name }").await;
    assert_eq!(roles, ["boss", "clerk", "middle", "user"]);
    let gone = suite.gone_role().await;
    assert!(suite.is_nothing("role", &gone).await && suite.is_nothing("user", &gone).await);
}

#[tokio::test]
async fn review_functions_include_inherited_permissions() {
    let suite = Suite::start().await;
    suite.app.role("clerk").granting("invoice:read").create().await;
    let boss = suite.app.role("boss").inheriting("clerk").granting("invoice:pay").create().await;
    let ana = suite.app.user("ana").with_role("boss").create().await;
    let held = ["invoice:pay", "invoice:read"];
    assert_eq!(suite.names("role", &boss, "effectivePermissions { permission { name } }").await, held);
    assert_eq!(suite.names("user", &ana.id, "effectivePermissions { nodes { permission { name } } }").await, held);
    for (kind, id) in [("role", &boss), ("user", &ana.id)] {
        let ask = format!(r#"query ($id: ID!) {{ {kind}(id: $id) {{ operationsOn(resource: "invoice") }} }}"#);
        let answer = suite.root().await.graphql(&ask, json!({ "id": id })).await;
        assert_eq!(answer.data()[kind]["operationsOn"], json!(["pay", "read"]), "{kind}");
    }
}
