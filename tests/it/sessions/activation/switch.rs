//! Activating and deactivating roles in a live session (AddActiveRole, DropActiveRole).

use super::{activate, assign, claimed, client, deactivate, is_stale, logged_in, seen, unassign, view};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App};

/// Ana is a clerk, and holds a role for the vault that requires activation. Returns both role ids.
async fn bank(app: &App) -> (String, String) {
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.user("ana").with_role("clerk").with_role("vault").create().await;
    (clerk, vault)
}

#[tokio::test]
async fn an_activated_role_is_added_to_the_active_ones() {
    let app = App::start().await;
    let (_, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    assert_eq!(view(&ana).await, seen(&["clerk", "user"], &["vault"], &["desk:use"]));
    let acted = activate(&ana, &[&vault]).await;
    assert_eq!(acted.done()["viewer"]["permissions"], json!(["desk:use", "vault:open"]));
    let after = seen(&["clerk", "user", "vault"], &[], &["desk:use", "vault:open"]);
    assert_eq!(view(&client(&app, &acted)).await, after);
    // Repeating it has no effect.
    assert_eq!(view(&client(&app, &activate(&ana, &[&vault, &vault]).await)).await, after);
}

#[tokio::test]
async fn a_deactivated_role_leaves_the_others_active() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    let acted = deactivate(&ana, &[&clerk]).await;
    let after = seen(&["user"], &["clerk", "vault"], &[]);
    assert_eq!(view(&client(&app, &acted)).await, after);
    // An inactive role, or an unknown one, is already inactive.
    for gone in [clerk.as_str(), vault.as_str(), "role_00000000000000000000000000", "rubbish"] {
        let _ = deactivate(&ana, &[gone]).await.done();
        assert_eq!(view(&ana).await, after, "{gone}");
    }
    let _ = activate(&ana, &[&clerk]).await.done();
    assert_eq!(view(&ana).await, seen(&["clerk", "user"], &["vault"], &["desk:use"]));
}

#[tokio::test]
async fn an_old_token_is_decided_by_the_current_session_and_not_by_its_claims() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    assert!(!is_stale(&ana).await);
    let acted = activate(&ana, &[&vault]).await;
    assert_eq!(view(&ana).await.permissions, ["desk:use", "vault:open"]);
    let newer = client(&app, &acted);
    assert_eq!(claimed(newer.token()), ["clerk", "user", "vault"]);
    assert_eq!(claimed(ana.token()), ["clerk", "user"]);
    assert_eq!((is_stale(&ana).await, is_stale(&newer).await), (true, false));
    let _ = deactivate(&newer, &[&clerk, &vault]).await.done();
    for client in [&*ana, &newer] {
        assert_eq!(view(client).await.permissions, [""; 0]);
        assert!(is_stale(client).await);
    }
}

#[tokio::test]
async fn the_existing_refresh_token_stays_valid_and_keeps_the_roles() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    let _ = deactivate(&ana, &[&clerk]).await.done();
    let acted = activate(&ana, &[&vault]).await;
    assert_eq!(acted.done()["refreshToken"], Value::Null);
    assert!(acted.done()["expiresAt"].is_string());
    let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": ana.refresh_token })).await;
    assert_eq!(refreshed.done()["viewer"]["roles"], json!(["user", "vault"]));
    let refreshed = client(&app, &refreshed);
    assert_eq!(claimed(refreshed.token()), ["user", "vault"]);
    assert!(!is_stale(&refreshed).await);
}

#[tokio::test]
async fn an_inherited_role_can_be_activated() {
    let app = App::start().await;
    let (clerk, _) = bank(&app).await;
    app.role("chief").inheriting("clerk").granting("desk:move").create().await;
    app.user("ben").with_role("chief").create().await;
    let ben =
        app.anonymous().mutate("login", json!({ "username": "ben", "password": tests::PASSWORD, "roles": [] })).await;
    let ben = client(&app, &ben);
    let _ = activate(&ben, &[&clerk]).await.done();
    assert_eq!(view(&ben).await, seen(&["clerk"], &["chief", "user"], &["desk:use"]));
}

#[tokio::test]
async fn an_unauthorized_role_is_rejected_and_nothing_changes() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    let ana = app.login("ana").await;
    let before = view(&ana).await;
    for role in [boss.as_str(), "role_00000000000000000000000000", "rubbish", "", ana.id.as_str()] {
        assert_eq!(activate(&ana, &[&vault, role]).await.refused(), "ROLE_NOT_ASSIGNED roleIds.1", "{role:?}");
    }
    assert_eq!(view(&ana).await, before);
    let answer = activate(&ana, &[&boss]).await;
    assert_eq!(answer.response.data()["sessionActivateRoles"]["accessToken"], Value::Null);
    let many = vec![clerk.as_str(); 101];
    let _ = activate(&ana, &many[..100]).await.done();
    assert_eq!(activate(&ana, &many).await.refused(), "TOO_LONG roleIds");
    assert_eq!(deactivate(&ana, &many).await.refused(), "TOO_LONG roleIds");
}

#[tokio::test]
async fn guards_depend_on_active_roles_only() {
    let app = App::start().await;
    let reader = app.role("reader").granting("user:read").create().await;
    app.user("ana").with_role("reader").create().await;
    let ana = app.login("ana").await;
    let users = async || ana.ask("{ users { totalCount } }").await;
    let _ = users().await.data();
    let _ = deactivate(&ana, &[&reader]).await.done();
    assert_eq!(users().await.error(), "FORBIDDEN");
    let _ = activate(&ana, &[&reader]).await.done();
    let _ = users().await.data();
}

#[tokio::test]
async fn an_activation_is_visible_to_later_fields_of_the_operation() {
    let app = App::start().await;
    let (_, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    let document = "mutation ($roles: [ID!]!) {
        sessionActivateRoles(roleIds: $roles) { viewer { inactiveRoles { name } session { isCurrent activeRoles { name } }
            user { roles { name } } } userErrors { code } } }";
    let answer = ana.graphql(document, json!({ "roles": [vault] })).await;
    let viewer = &answer.payload("sessionActivateRoles")["viewer"];
    let all = json!([{ "name": "clerk" }, { "name": "user" }, { "name": "vault" }]);
    let session = json!({ "isCurrent": true, "activeRoles": all });
    assert_eq!(viewer, &json!({ "inactiveRoles": [], "session": session, "user": { "roles": all } }));
}

#[tokio::test]
async fn other_sessions_of_the_same_user_are_unchanged() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let (one, two) = (app.login("ana").await, app.login("ana").await);
    let _ = activate(&one, &[&vault]).await.done();
    let _ = deactivate(&one, &[&clerk]).await.done();
    assert_eq!(view(&one).await.active, ["user", "vault"]);
    assert_eq!(view(&two).await.active, ["clerk", "user"]);
    // Each session reads the state of the other.
    let document = "{ me { sessions { nodes { isCurrent activeRoles { name } permissions } } } }";
    let sessions = |who: &Actor| {
        let who = who.clone();
        async move {
            let answer = who.ask(document).await;
            let mut nodes = answer.data()["me"]["sessions"]["nodes"].as_array().expect("sessions").clone();
            nodes.retain(|session| session["isCurrent"] == false);
            nodes.iter().map(|session| session["permissions"].clone()).collect::<Vec<_>>()
        }
    };
    assert!(sessions(&two).await.contains(&json!(["vault:open"])));
    assert!(sessions(&one).await.contains(&json!(["desk:use"])));
}

#[tokio::test]
async fn a_new_assignment_is_active_in_default_sessions_at_once_and_never_in_chosen_ones() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let (default, picked, switched) =
        (app.login("ana").await, logged_in(&app, &["clerk"]).await, app.login("ana").await);
    let _ = activate(&switched, &[&clerk]).await.done();
    let auditor = app.role("auditor").granting("books:read").create().await;
    assign(&app, &default.id, &[&auditor]).await;
    assert_eq!(view(&default).await, seen(&["auditor", "clerk", "user"], &["vault"], &["books:read", "desk:use"]));
    assert_eq!(view(&picked).await, seen(&["clerk"], &["auditor", "user", "vault"], &["desk:use"]));
    assert_eq!(view(&switched).await, seen(&["clerk", "user"], &["auditor", "vault"], &["desk:use"]));
    let _ = activate(&picked, &[&auditor, &vault]).await.done();
    assert_eq!(view(&picked).await.active, ["auditor", "clerk", "vault"]);
}

#[tokio::test]
async fn an_unassigned_role_is_inactive_on_the_next_request() {
    let app = App::start().await;
    let (_, vault) = bank(&app).await;
    let (default, chosen) = (app.login("ana").await, logged_in(&app, &["clerk", "vault"]).await);
    unassign(&app, &default.id, &[&vault]).await;
    assert_eq!(view(&chosen).await, seen(&["clerk"], &["user"], &["desk:use"]));
    assert!(is_stale(&chosen).await);
    assert_eq!(activate(&chosen, &[&vault]).await.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    let clerk = app.role_id("clerk").await;
    let _ = app.admin().await.mutate("roleDelete", json!({ "id": clerk })).await.done();
    assert_eq!(view(&chosen).await, seen(&[], &["user"], &[]));
    assert_eq!(view(&default).await, seen(&["user"], &[], &[]));
}

#[tokio::test]
async fn an_inherited_role_is_inactive_when_its_senior_is_unassigned() {
    let app = App::start().await;
    let (clerk, _) = bank(&app).await;
    let chief = app.role("chief").inheriting("clerk").create().await;
    let ben = app.user("ben").with_role("chief").create().await;
    let _ = activate(&ben, &[&clerk]).await.done();
    let _ = deactivate(&ben, &[&chief]).await.done();
    assert_eq!(view(&ben).await, seen(&["clerk", "user"], &["chief"], &["desk:use"]));
    let _ = app
        .admin()
        .await
        .mutate("roleRemoveInheritance", json!({ "roleId": chief, "inheritsFromIds": [clerk] }))
        .await
        .done();
    assert_eq!(view(&ben).await, seen(&["user"], &["chief"], &[]));
}

#[tokio::test]
async fn activation_requires_a_session() {
    let app = App::start().await;
    let (clerk, _) = bank(&app).await;
    assert_eq!(activate(app.anonymous(), &[&clerk]).await.denied(), "UNAUTHENTICATED");
    assert_eq!(deactivate(app.anonymous(), &[&clerk]).await.denied(), "UNAUTHENTICATED");
    let ana = app.login("ana").await;
    let _ = ana.mutate("logout", json!({})).await.done();
    assert_eq!(activate(&ana, &[&clerk]).await.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn activation_is_no_change_of_the_policy() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    let before = app.service.policy().revision();
    let acted = activate(&ana, &[&vault]).await;
    let _ = deactivate(&ana, &[&clerk]).await.done();
    let _ = logged_in(&app, &["clerk"]).await;
    assert_eq!(app.service.policy().revision(), before);
    assert_eq!(acted.done()["viewer"]["policyRevision"], before);
}

#[tokio::test]
async fn each_activation_is_audited_once_and_not_without_change() {
    let app = App::start().await;
    let (clerk, vault) = bank(&app).await;
    let ana = app.login("ana").await;
    let session = super::super::session(&ana).await;
    for _ in 0..2 {
        let _ = activate(&ana, &[&vault]).await.done();
    }
    app.clock.advance(TimeDelta::milliseconds(1));
    for _ in 0..2 {
        let _ = deactivate(&ana, &[&clerk]).await.done();
    }
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(activate(&ana, &["rubbish"]).await.refused(), "ROLE_NOT_ASSIGNED roleIds.0");
    let document = r#"query ($session: ID!) { auditLog(first: 9, orderBy: { direction: ASC },
        filter: { targetId: $session, actions: ["session.activate_roles", "session.deactivate_roles"] }) {
        nodes { action outcome targetLabel summary before after reason } } }"#;
    let log = app.admin().await.graphql(document, json!({ "session": session })).await;
    let state = |is_chosen: bool, roles: &[&str]| json!({ "isChosen": is_chosen, "activeRoles": roles });
    let (all, without) = (["clerk", "user", "vault"], ["user", "vault"]);
    let entry = |action: &str, summary: &str, before: Value, after: Value| {
        json!({ "action": action, "outcome": "SUCCESS",
        "targetLabel": "ana", "summary": summary, "before": before, "after": after, "reason": null })
    };
    let expected = json!([
        entry("session.activate_roles", "ana activated vault", state(false, &["clerk", "user"]), state(true, &all)),
        entry("session.deactivate_roles", "ana deactivated clerk", state(true, &all), state(true, &without)),
        { "action": "session.activate_roles", "outcome": "DENIED", "targetLabel": "ana", "before": null, "after": null,
            "reason": "ROLE_NOT_ASSIGNED", "summary": "ana attempted session.activate_roles on `ana`: the role cannot be activated: the user is not authorized for it" },
    ]);
    assert_eq!(log.data()["auditLog"]["nodes"], expected);
    // The entry is also found by the role.
    let trail = r#"query ($role: ID!) { role(id: $role) { auditTrail(first: 9) { nodes { action } } } }"#;
    let trail = app.admin().await.graphql(trail, json!({ "role": vault })).await;
    let found = trail.data()["role"]["auditTrail"]["nodes"].as_array().expect("entries").clone();
    assert!(found.contains(&json!({ "action": "session.activate_roles" })), "{found:?}");
}
