//! A change of rights acts on the very next request, for the token in hand, and soon on other replicas.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, Client, PROMISED, for_good};

/// What the token in hand is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Worth {
    /// May it do `invoice:read`?
    allowed: bool,
    /// Are its claims old?
    stale: bool,
}

const FRESH: Worth = Worth { allowed: true, stale: false };
const GAINED: Worth = Worth { allowed: true, stale: true };
const LOST: Worth = Worth { allowed: false, stale: true };

async fn worth(client: &Client) -> Worth {
    of(&client.ask(r#"{ can(permission: "invoice:read") viewer { permissions } }"#).await)
}

fn of(answer: &tests::Answer) -> Worth {
    let data = answer.data();
    let listed = data["viewer"]["permissions"].as_array().expect("permissions").contains(&json!("invoice:read"));
    assert_eq!(data["can"], listed);
    let stale = answer.body["extensions"].get("tokenStale").cloned();
    assert!(matches!(stale, None | Some(Value::Bool(true))), "{stale:?}");
    Worth { allowed: listed, stale: stale.is_some() }
}

/// Makes the change on one replica and watches the token in hand on both.
async fn takes_effect(app: &App, ana: &Actor, (field, arguments): (&str, Value), then: Worth) {
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    let before = worth(ana).await;
    assert_eq!((before.stale, before.allowed), (false, !then.allowed), "a fresh token");
    assert_eq!(worth(&elsewhere).await, before);
    let _ = app.admin().await.act(field, arguments).await.done();
    assert_eq!(worth(ana).await, then, "{field}");
    for_good(PROMISED, async || worth(&elsewhere).await, |worth| *worth == then).await;
    // A refresh brings the claims up to date.
    let refreshed = other.anonymous().act("refresh", json!({ "refreshToken": ana.refresh_token })).await;
    let fresh = other.anonymous().with_token(refreshed.done()["accessToken"].as_str().expect("a token"));
    assert_eq!(worth(&fresh).await, Worth { stale: false, ..then });
}

/// Ana, signed in after she was given a role.
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
    takes_effect(&app, &ana, ("userUnassignRoles", change), LOST).await;
}

#[tokio::test]
async fn unassigning_many_users() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let change = json!({ "roleId": clerk, "userIds": [ana.id] });
    takes_effect(&app, &ana, ("roleUnassignUsers", change), LOST).await;
}

#[tokio::test]
async fn revoking_a_grant_from_a_role() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let ana = ana_as(&app, "boss").await;
    let change = json!({ "roleId": clerk, "permissionIds": [app.permission_id("invoice:read").await] });
    takes_effect(&app, &ana, ("roleRevokePermissions", change), LOST).await;
}

#[tokio::test]
async fn removing_an_inheritance() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    app.role("director").inheriting("boss").create().await;
    let ana = ana_as(&app, "director").await;
    let change = json!({ "roleId": boss, "inheritsFromIds": [clerk] });
    takes_effect(&app, &ana, ("roleRemoveInheritance", change), LOST).await;
}

#[tokio::test]
async fn deleting_a_role() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    takes_effect(&app, &ana, ("roleDelete", json!({ "id": clerk })), LOST).await;
}

#[tokio::test]
async fn deleting_a_role_that_others_inherit() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let middle = app.role("middle").inheriting("clerk").create().await;
    app.role("boss").inheriting("middle").create().await;
    let ana = ana_as(&app, "boss").await;
    takes_effect(&app, &ana, ("roleDelete", json!({ "id": middle })), LOST).await;
}

#[tokio::test]
async fn deleting_a_permission() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let change = json!({ "id": app.permission_id("invoice:read").await });
    takes_effect(&app, &ana, ("permissionDelete", change), LOST).await;
}

#[tokio::test]
async fn revoking_a_direct_grant() {
    let app = App::start().await;
    let _ = app.user("ana").with_permission("invoice:read").create().await;
    let ana = app.login("ana").await;
    let change = json!({ "userId": ana.id, "permissionIds": [app.permission_id("invoice:read").await] });
    takes_effect(&app, &ana, ("userRevokePermissions", change), LOST).await;
}

#[tokio::test]
async fn gaining_a_role_a_grant_or_an_inheritance() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").create().await;
    takes_effect(&app, &ana, ("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })), GAINED).await;

    let app = App::start().await;
    let permission = app.permission_id("invoice:read").await;
    let ana = app.user("ana").create().await;
    let grant = json!({ "userId": ana.id, "permissionIds": [permission] });
    takes_effect(&app, &ana, ("userGrantPermissions", grant), GAINED).await;

    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let boss = app.role("boss").create().await;
    let ana = ana_as(&app, "boss").await;
    let link = json!({ "roleId": boss, "inheritsFromIds": [clerk] });
    takes_effect(&app, &ana, ("roleAddInheritance", link), GAINED).await;
}

#[tokio::test]
async fn suspending_a_user() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    assert_eq!((worth(&ana).await, worth(&elsewhere).await), (FRESH, FRESH));
    let _ = app.admin().await.act("userSuspend", json!({ "id": ana.id })).await.done();
    let refused = async |client: &Client| {
        let answer = client.ask(r#"{ can(permission: "invoice:read") }"#).await;
        answer.body["data"].is_null() && answer.body["errors"][0]["extensions"]["reason"] == "REVOKED"
    };
    assert!(refused(&ana).await);
    for_good(PROMISED, async || refused(&elsewhere).await, |refused| *refused).await;
}

/// Gives ana something for five minutes, and watches a token from before and one from after.
async fn ends_by_the_clock(app: &App, (field, mut arguments): (&str, Value)) {
    app.clock.end_second();
    let before = app.user("ana").create().await;
    arguments["userId"] = json!(before.id);
    arguments["expiresAt"] = json!((app.service.now() + TimeDelta::minutes(5)).to_rfc3339());
    let _ = app.admin().await.act(field, arguments).await.done();
    let after = app.login("ana").await;
    let other = app.replica().await;
    let clients = [before.at(app), before.at(&other)];
    app.clock.advance(TimeDelta::milliseconds(5 * 60_000 - 1));
    for client in &clients {
        assert_eq!(worth(client).await, GAINED, "{field}");
    }
    assert_eq!((worth(&after).await, worth(&after.at(&other)).await), (FRESH, FRESH), "{field}");
    app.clock.advance(TimeDelta::milliseconds(1));
    for client in &clients {
        assert_eq!(worth(client).await, LOST, "{field}");
    }
    // What was issued since relied on it, and ends with it.
    for client in [after.at(app), after.at(&other)] {
        let answer = client.ask("{ me { id } }").await;
        assert_eq!(answer.body["errors"][0]["extensions"]["reason"], "EXPIRED", "{field}");
    }
}

#[tokio::test]
async fn the_end_of_an_assignment_by_the_clock() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    ends_by_the_clock(&app, ("userAssignRoles", json!({ "roleIds": [clerk] }))).await;
}

#[tokio::test]
async fn the_end_of_a_direct_grant_by_the_clock() {
    let app = App::start().await;
    let permission = app.permission_id("invoice:read").await;
    ends_by_the_clock(&app, ("userGrantPermissions", json!({ "permissionIds": [permission] }))).await;
}

#[tokio::test]
async fn what_does_not_concern_a_token_does_not_make_it_old() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let root = app.admin().await;
    let other = app.role("other").granting("safe:open").create().await;
    let ben = app.user("ben").with_role("other").create().await;
    let _ = root.act("userUnassignRoles", json!({ "userId": ben.id, "roleIds": [other] })).await.done();
    let _ = root.act("roleDelete", json!({ "id": other })).await.done();
    let _ = root.act("userSuspend", json!({ "id": ben.id })).await.done();
    assert_eq!(worth(&ana).await, FRESH);
    // And nobody who has not signed in has a token to be old.
    let anonymous = app.anonymous().ask(r#"{ can(permission: "invoice:read") }"#).await;
    assert!(anonymous.body["extensions"].get("tokenStale").is_none(), "{:#}", anonymous.body);
}

#[tokio::test]
async fn guards_follow_too() {
    let app = App::start().await;
    let reader = app.role("reader").granting("user:read").create().await;
    let ana = ana_as(&app, "reader").await;
    let root = app.admin().await;
    for _ in 0..5 {
        assert_eq!(ana.ask("{ users { totalCount } }").await.data()["users"]["totalCount"], 2);
        let _ = root.act("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await.done();
        let denied = ana.ask("{ users { totalCount } }").await;
        assert_eq!((denied.error(), &denied.body["extensions"]["tokenStale"]), ("FORBIDDEN", &json!(true)));
        // An administrator who lost the right cannot give it back to herself.
        let back = ana.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await;
        assert_eq!(back.denied(), "FORBIDDEN");
        let _ = root.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [reader] })).await.done();
    }
}

#[tokio::test]
async fn a_client_that_knows_a_revision_is_never_answered_from_an_older_one() {
    let app = App::start().await;
    let other = app.replica().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = ana_as(&app, "clerk").await;
    let elsewhere = ana.at(&other);
    let ask = json!({ "query": r#"{ can(permission: "invoice:read") viewer { permissions policyRevision } }"# });
    for round in 0..10 {
        let field = if round % 2 == 0 { "userUnassignRoles" } else { "userAssignRoles" };
        let _ = app.admin().await.act(field, json!({ "userId": ana.id, "roleIds": [clerk] })).await.done();
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
