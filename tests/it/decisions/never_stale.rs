//! A policy change takes effect on the next request, for existing tokens, and soon on other replicas.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, Client, PROMISED, permanently};

/// State of an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TokenState {
    /// Is `invoice:read` allowed?
    allowed: bool,
    /// Are the claims stale?
    stale: bool,
}

const FRESH: TokenState = TokenState { allowed: true, stale: false };
const GAINED: TokenState = TokenState { allowed: true, stale: true };
const LOST: TokenState = TokenState { allowed: false, stale: true };

async fn token_state(client: &Client) -> TokenState {
    of(&client.ask(r#"{ can(permission: "invoice:read") viewer { permissions } }"#).await)
}

fn of(answer: &tests::Response) -> TokenState {
    let data = answer.data();
    let listed = data["viewer"]["permissions"].as_array().expect("permissions").contains(&json!("invoice:read"));
    assert_eq!(data["can"], listed);
    let stale = answer.body["extensions"].get("tokenStale").cloned();
    assert!(matches!(stale, None | Some(Value::Bool(true))), "{stale:?}");
    TokenState { allowed: listed, stale: stale.is_some() }
}

/// Makes the change on one replica and checks the access token on both.
async fn takes_effect(app: &App, ana: &Actor, field: &str, arguments: Value, then: TokenState) {
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    let before = token_state(ana).await;
    assert_eq!((before.stale, before.allowed), (false, !then.allowed), "a fresh token");
    assert_eq!(token_state(&elsewhere).await, before);
    let _ = app.admin().await.mutate(field, arguments).await.done();
    assert_eq!(token_state(ana).await, then, "{field}");
    permanently(PROMISED, async || token_state(&elsewhere).await, |token_state| *token_state == then).await;
    // A refresh updates the claims.
    let refreshed = other.anonymous().mutate("refresh", json!({ "refreshToken": ana.refresh_token })).await;
    let fresh = other.anonymous().with_token(refreshed.done()["accessToken"].as_str().expect("a token"));
    assert_eq!(token_state(&fresh).await, TokenState { stale: false, ..then });
}

/// Ana, logged in after a role was assigned.
async fn ana_as(app: &App, role: &str) -> Actor {
    app.user("ana").with_role(role).create().await;
    app.login("ana").await
}

#[tokio::test]
async fn unassigning_a_role() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let change = json!({ "userId": ana.id, "roleIds": [clerk] });
    takes_effect(&app, &ana, "userUnassignRoles", change, LOST).await;
}

#[tokio::test]
async fn unassigning_many_users() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let change = json!({ "roleId": clerk, "userIds": [ana.id] });
    takes_effect(&app, &ana, "roleUnassignUsers", change, LOST).await;
}

#[tokio::test]
async fn revoking_a_grant_from_a_role() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let ana = ana_as(&app, "boss").await;
    let change = json!({ "roleId": clerk, "permissionIds": [app.permission_id("invoice:read").await] });
    takes_effect(&app, &ana, "roleRevokePermissions", change, LOST).await;
}

#[tokio::test]
async fn removing_an_inheritance() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    app.role("director").inheriting("boss").create().await;
    let ana = ana_as(&app, "director").await;
    let change = json!({ "roleId": boss, "inheritsFromIds": [clerk] });
    takes_effect(&app, &ana, "roleRemoveInheritance", change, LOST).await;
}

#[tokio::test]
async fn deleting_a_role() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    takes_effect(&app, &ana, "roleDelete", json!({ "id": clerk }), LOST).await;
}

#[tokio::test]
async fn deleting_a_role_that_others_inherit() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let middle = app.role("middle").inheriting("clerk").create().await;
    app.role("boss").inheriting("middle").create().await;
    let ana = ana_as(&app, "boss").await;
    takes_effect(&app, &ana, "roleDelete", json!({ "id": middle }), LOST).await;
}

#[tokio::test]
async fn deleting_a_permission() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let change = json!({ "id": app.permission_id("invoice:read").await });
    takes_effect(&app, &ana, "permissionDelete", change, LOST).await;
}

#[tokio::test]
async fn revoking_a_direct_grant() {
    let app = App::start().await;
    let _ = app.user("ana").with_permission("invoice:read").create().await;
    let ana = app.login("ana").await;
    let change = json!({ "userId": ana.id, "permissionIds": [app.permission_id("invoice:read").await] });
    takes_effect(&app, &ana, "userRevokePermissions", change, LOST).await;
}

#[tokio::test]
async fn gaining_a_role_a_grant_or_an_inheritance() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").create().await;
    takes_effect(&app, &ana, "userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] }), GAINED).await;

    let app = App::start().await;
    let permission = app.permission_id("invoice:read").await;
    let ana = app.user("ana").create().await;
    let grant = json!({ "userId": ana.id, "permissionIds": [permission] });
    takes_effect(&app, &ana, "userGrantPermissions", grant, GAINED).await;

    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let boss = app.role("boss").create().await;
    let ana = ana_as(&app, "boss").await;
    let link = json!({ "roleId": boss, "inheritsFromIds": [clerk] });
    takes_effect(&app, &ana, "roleAddInheritance", link, GAINED).await;
}

#[tokio::test]
async fn suspending_a_user() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    assert_eq!((token_state(&ana).await, token_state(&elsewhere).await), (FRESH, FRESH));
    let _ = app.admin().await.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    let refused = async |client: &Client| {
        let answer = client.ask(r#"{ can(permission: "invoice:read") }"#).await;
        answer.body["data"].is_null() && answer.body["errors"][0]["extensions"]["reason"] == "REVOKED"
    };
    assert!(refused(&ana).await);
    permanently(PROMISED, async || refused(&elsewhere).await, |refused| *refused).await;
}

/// Assigns or grants for five minutes, and checks tokens issued before and after.
async fn ends_by_the_clock(app: &App, field: &str, mut arguments: Value) {
    app.clock.end_second();
    let before = app.user("ana").create().await;
    arguments["userId"] = json!(before.id);
    arguments["expiresAt"] = json!((app.service.now() + TimeDelta::minutes(5)).to_rfc3339());
    let _ = app.admin().await.mutate(field, arguments).await.done();
    let after = app.login("ana").await;
    let other = app.replica().await;
    let clients = [before.at(app), before.at(&other)];
    app.clock.advance(TimeDelta::milliseconds(5 * 60_000 - 1));
    for client in &clients {
        assert_eq!(token_state(client).await, GAINED, "{field}");
    }
    assert_eq!((token_state(&after).await, token_state(&after.at(&other)).await), (FRESH, FRESH), "{field}");
    app.clock.advance(TimeDelta::milliseconds(1));
    for client in &clients {
        assert_eq!(token_state(client).await, LOST, "{field}");
    }
    // Tokens issued since then end with the assignment.
    for client in [after.at(app), after.at(&other)] {
        let answer = client.ask("{ me { id } }").await;
        assert_eq!(answer.body["errors"][0]["extensions"]["reason"], "EXPIRED", "{field}");
    }
}

#[tokio::test]
async fn an_expired_assignment() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    ends_by_the_clock(&app, "userAssignRoles", json!({ "roleIds": [clerk] })).await;
}

#[tokio::test]
async fn an_expired_direct_grant() {
    let app = App::start().await;
    let permission = app.permission_id("invoice:read").await;
    ends_by_the_clock(&app, "userGrantPermissions", json!({ "permissionIds": [permission] })).await;
}

#[tokio::test]
async fn unrelated_changes_do_not_make_a_token_stale() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let root = app.admin().await;
    let other = app.role("other").granting("safe:open").create().await;
    let ben = app.user("ben").with_role("other").create().await;
    let _ = root.mutate("userUnassignRoles", json!({ "userId": ben.id, "roleIds": [other] })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": other })).await.done();
    let _ = root.mutate("userSuspend", json!({ "id": ben.id })).await.done();
    assert_eq!(token_state(&ana).await, FRESH);
    // An anonymous caller has no token to be stale.
    let anonymous = app.anonymous().ask(r#"{ can(permission: "invoice:read") }"#).await;
    assert!(anonymous.body["extensions"].get("tokenStale").is_none(), "{:#}", anonymous.body);
}

#[tokio::test]
async fn guards_follow_policy_changes() {
    let app = App::start().await;
    let reader = app.role("reader").granting("user:read").create().await;
    let ana = ana_as(&app, "reader").await;
    let root = app.admin().await;
    for _ in 0..5 {
        assert_eq!(ana.ask("{ users { totalCount } }").await.data()["users"]["totalCount"], 2);
        let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await.done();
        let denied = ana.ask("{ users { totalCount } }").await;
        assert_eq!((denied.error(), &denied.body["extensions"]["tokenStale"]), ("FORBIDDEN", &json!(true)));
        // An administrator who lost the permission cannot grant it to herself.
        let back = ana.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await;
        assert_eq!(back.denied(), "FORBIDDEN");
        let _ = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await.done();
    }
}

#[tokio::test]
async fn a_client_with_a_known_revision_never_reads_an_older_one() {
    let app = App::start().await;
    let other = app.replica().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let elsewhere = ana.at(&other);
    let ask = json!({ "query": r#"{ can(permission: "invoice:read") viewer { permissions policyRevision } }"# });
    for round in 0..10 {
        let field = if round % 2 == 0 { "userUnassignRoles" } else { "userAssignRoles" };
        let _ = app.admin().await.mutate(field, json!({ "userId": ana.id, "roleIds": [clerk] })).await.done();
        let known = ana.ask("{ viewer { policyRevision } }").await.data()["viewer"]["policyRevision"].clone();
        let answer = elsewhere.post(&ask, &[("policy-revision", &known.to_string())]).await;
        assert_eq!(of(&answer).allowed, round % 2 == 1, "round {round}");
        assert!(answer.data()["viewer"]["policyRevision"].as_i64() >= known.as_i64());
    }
    let future = elsewhere.post(&ask, &[("policy-revision", "1000000")]).await;
    assert_eq!(future.error(), "SERVICE_UNAVAILABLE");
    let anonymous = json!({ "query": "{ serviceInfo { name } }" });
    let ignored = app.anonymous().post(&anonymous, &[("policy-revision", "1000000")]).await;
    assert_eq!(ignored.data()["serviceInfo"]["name"], "Keyward");
}
