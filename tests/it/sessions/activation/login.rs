//! Roles chosen at login (CreateSession).

use super::{View, claimed, client, logged_in, login, seen, view};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, PASSWORD};

/// Ana is an accountant, hence a clerk, and an auditor.
async fn office(app: &App) -> Actor {
    app.role("clerk").granting("desk:use").create().await;
    app.role("accountant").granting("books:write").inheriting("clerk").create().await;
    app.role("auditor").granting("books:read").create().await;
    app.user("ana").with_role("accountant").with_role("auditor").with_permission("safe:open").create().await
}

#[tokio::test]
async fn exactly_the_requested_roles_are_active() {
    let app = App::start().await;
    office(&app).await;
    let acted = login(&app, &["auditor"]).await;
    let payload = acted.done();
    assert_eq!(payload["viewer"]["roles"], json!(["auditor"]));
    assert_eq!(claimed(payload["accessToken"].as_str().expect("a token")), ["auditor"]);
    let ana = client(&app, &acted);
    // Direct grants are always active.
    assert_eq!(view(&ana).await, seen(&["auditor"], &["accountant", "user"], &["books:read", "safe:open"]));
    let answer = ana.ask(r#"{ canEach(permissions: ["books:read", "books:write", "safe:open"]) { reason } }"#).await;
    let reasons: Vec<_> =
        answer.data()["canEach"].as_array().expect("decisions").iter().map(|d| &d["reason"]).collect();
    assert_eq!(reasons, ["GRANTED_BY_ROLE", "ROLE_NOT_ACTIVE", "GRANTED_DIRECTLY"]);
    let session = ana.ask("{ viewer { permissions session { permissions } } }").await;
    assert_eq!(session.data()["viewer"]["permissions"], session.data()["viewer"]["session"]["permissions"]);
    // The user holds more than the session has active.
    let me = ana.ask("{ me { roles { name } permissionNames } }").await;
    let all = json!({ "roles": [{ "name": "accountant" }, { "name": "auditor" }, { "name": "user" }],
        "permissionNames": ["books:read", "books:write", "desk:use", "safe:open"] });
    assert_eq!(me.data()["me"], all);
}

#[tokio::test]
async fn role_names_are_case_insensitive_and_may_be_repeated() {
    let app = App::start().await;
    office(&app).await;
    let ana = logged_in(&app, &["AUDITOR", "auditor", "Accountant"]).await;
    assert_eq!(view(&ana).await.active, ["accountant", "auditor"]);
}

#[tokio::test]
async fn an_empty_list_activates_none_and_no_list_all() {
    let app = App::start().await;
    office(&app).await;
    let none = logged_in(&app, &[]).await;
    assert_eq!(view(&none).await, seen(&[], &["accountant", "auditor", "user"], &["safe:open"]));
    assert_eq!(view(&*app.login("ana").await).await.active, ["accountant", "auditor", "user"]);
    let null = json!({ "username": "ana", "password": PASSWORD, "roles": null });
    let ana = client(&app, &app.anonymous().mutate("login", null).await);
    assert_eq!(view(&ana).await.active, ["accountant", "auditor", "user"]);
}

#[tokio::test]
async fn an_active_role_includes_inherited_permissions_and_its_juniors_stay_inactive() {
    let app = App::start().await;
    office(&app).await;
    let acted = login(&app, &["accountant"]).await;
    assert_eq!(acted.done()["viewer"]["roles"], json!(["accountant", "clerk"]));
    let View { active, permissions, .. } = view(&client(&app, &acted)).await;
    assert_eq!(
        (active, permissions),
        (vec!["accountant".to_owned()], vec!["books:write".to_owned(), "desk:use".to_owned(), "safe:open".to_owned()])
    );
}

#[tokio::test]
async fn an_inherited_role_can_be_active_alone() {
    let app = App::start().await;
    office(&app).await;
    let ana = logged_in(&app, &["clerk"]).await;
    assert_eq!(view(&ana).await, seen(&["clerk"], &["accountant", "auditor", "user"], &["desk:use", "safe:open"]));
}

#[tokio::test]
async fn an_unauthorized_role_is_rejected_with_its_path() {
    let app = App::start().await;
    let ana = office(&app).await;
    app.role("boss").inheriting("accountant").create().await;
    let (soon, brief) = (app.role("soon").create().await, app.role("brief").create().await);
    let at = |minutes| (app.service.now() + TimeDelta::minutes(minutes)).to_rfc3339();
    let give = async |role: &str, terms: Value| {
        let mut arguments = json!({ "userId": ana.id, "roleIds": [role] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        let _ = app.admin().await.mutate("userAssignRoles", arguments).await.done();
    };
    give(&soon, json!({ "validFrom": at(5) })).await;
    give(&brief, json!({ "expiresAt": at(1) })).await;
    let _ = logged_in(&app, &["brief"]).await;
    app.clock.advance(TimeDelta::minutes(2));
    for role in ["boss", "superadmin", "soon", "brief", "no such role", "", "x\u{0}", &"x".repeat(300)] {
        assert_eq!(login(&app, &["clerk", role, "auditor"]).await.refused(), "ROLE_NOT_ASSIGNED roles.1", "{role:?}");
    }
    app.clock.advance(TimeDelta::minutes(3));
    let _ = logged_in(&app, &["soon"]).await;
}

#[tokio::test]
async fn a_hundred_names_are_accepted_and_one_more_is_not() {
    let app = App::start().await;
    office(&app).await;
    assert_eq!(view(&logged_in(&app, &["clerk"; 100]).await).await.active, ["clerk"]);
    assert_eq!(login(&app, &["clerk"; 101]).await.refused(), "TOO_LONG roles");
}

#[tokio::test]
async fn roles_are_checked_only_after_the_right_password() {
    let app = App::start().await;
    let ana = office(&app).await;
    let with = |name: &str, password: &str, roles: Value| {
        let arguments = json!({ "username": name, "password": password, "roles": roles });
        async { app.anonymous().mutate("login", arguments).await.refused() }
    };
    for roles in [json!(["clerk"]), json!(["no such role"]), json!(vec!["clerk"; 101])] {
        assert_eq!(with("ana", "wrong", roles.clone()).await, "INVALID_CREDENTIALS");
        assert_eq!(with("nobody", PASSWORD, roles).await, "INVALID_CREDENTIALS");
    }
    let _ = app.admin().await.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    assert_eq!(with("ana", PASSWORD, json!(["no such role"])).await, "ACCOUNT_NOT_ACTIVE");
}

#[tokio::test]
async fn a_rejected_choice_leaves_no_session_and_one_entry_in_the_log() {
    let app = App::start().await;
    let ana = office(&app).await;
    let sessions = async || ana.ask("{ me { lastLoginAt sessions { totalCount } } }").await.data()["me"].clone();
    let before = sessions().await;
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(login(&app, &["boss"]).await.refused(), "ROLE_NOT_ASSIGNED roles.0");
    assert_eq!(sessions().await, before);
    let log = r#"{ auditLog(first: 1) { nodes { action outcome reason targetLabel } } }"#;
    let entry = app.admin().await.ask(log).await.data()["auditLog"]["nodes"][0].clone();
    let expected =
        json!({ "action": "session.login", "outcome": "DENIED", "reason": "ROLE_NOT_ASSIGNED", "targetLabel": "ana" });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn signup_creates_a_default_session() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    assert_eq!(view(&ana).await, seen(&["user"], &[], &[]));
}
