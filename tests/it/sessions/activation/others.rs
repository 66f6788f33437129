//! Decisions about a session of somebody else's.

use super::{deactivate, signed_in};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{App, Client};

const ASK: &str = "query ($user: ID!, $session: ID) {
    checkAccess(userId: $user, permission: \"vault:open\", sessionId: $session) { allowed reason }
    explainAccess(userId: $user, permission: \"vault:open\", sessionId: $session) {
        decision { allowed reason } summary paths { isActive } } }";

/// May that session open the vault? Both questions give the same answer.
async fn ask(root: &Client, user: &str, session: Option<&str>) -> (bool, String, Value) {
    let answer = root.graphql(ASK, json!({ "user": user, "session": session })).await;
    let (check, explained) = (&answer.data()["checkAccess"], &answer.data()["explainAccess"]);
    assert_eq!(check, &explained["decision"]);
    let reason = check["reason"].as_str().expect("a reason").to_owned();
    (check["allowed"] == true, reason, explained["paths"][0]["isActive"].clone())
}

fn told(allowed: bool, reason: &str, is_active: bool) -> (bool, String, Value) {
    (allowed, reason.to_owned(), json!(is_active))
}

#[tokio::test]
async fn a_decision_about_a_session_goes_by_its_active_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.role("clerk").create().await;
    let ana = app.user("ana").with_role("vault").with_role("clerk").create().await;
    let (open, shut) = (signed_in(&app, &["vault"]).await, signed_in(&app, &["clerk"]).await);
    let session = async |client: &Client| super::super::session(client).await;
    let (default, opened, closed) = (session(&ana).await, session(&open).await, session(&shut).await);
    let no = told(false, "ROLE_NOT_ACTIVE", false);
    let yes = told(true, "GRANTED_BY_ROLE", true);
    // Without a session: as for a fresh default one.
    assert_eq!(ask(root, &ana.id, None).await, no);
    assert_eq!(ask(root, &ana.id, Some(&default)).await, no);
    assert_eq!(ask(root, &ana.id, Some(&opened)).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&closed)).await, no);
    let _ = deactivate(&open, &[&vault]).await.done();
    assert_eq!(ask(root, &ana.id, Some(&opened)).await, no);
    let change = json!({ "id": vault, "input": { "requiresActivation": false } });
    let _ = root.act("roleUpdate", change).await.done();
    assert_eq!(ask(root, &ana.id, None).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&default)).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&closed)).await, no);
}

#[tokio::test]
async fn a_session_that_is_not_a_live_one_of_that_user_is_no_session() {
    let hours = Duration::from_secs(2 * 60 * 60);
    let app = App::builder().config(|config| config.token.access_lifetime = hours).start().await;
    let root = app.admin().await;
    app.permission_id("vault:open").await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let (hers, his) = (super::super::session(&ana).await, super::super::session(&ben).await);
    let asked = async |session: &str| {
        let document = "query ($user: ID!, $session: ID) {
            checkAccess(userId: $user, permission: \"vault:open\", sessionId: $session) { allowed } }";
        root.graphql(document, json!({ "user": ana.id, "session": session })).await
    };
    assert_eq!(asked(&hers).await.data()["checkAccess"]["allowed"], false);
    for other in [his.as_str(), "ses_00000000000000000000000000", "rubbish"] {
        assert_eq!(asked(other).await.error(), "BAD_USER_INPUT", "{other}");
    }
    // In use, though its row does not say so yet.
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(super::super::session(&ana).await, hers);
    assert_eq!(asked(&hers).await.data()["checkAccess"]["allowed"], false);
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(asked(&hers).await.data()["checkAccess"]["allowed"], false);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(asked(&hers).await.error(), "BAD_USER_INPUT", "not used for half an hour");
    let again = app.login("ana").await;
    let session = super::super::session(&again).await;
    assert_eq!(asked(&session).await.data()["checkAccess"]["allowed"], false);
    let _ = again.act("logout", json!({})).await.done();
    assert_eq!(asked(&session).await.error(), "BAD_USER_INPUT");
}
