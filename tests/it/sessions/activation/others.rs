//! Decisions about a session of another user.

use super::{deactivate, logged_in};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{App, Client};

const ASK: &str = "query ($user: ID!, $session: ID) {
    checkAccess(userId: $user, permission: \"vault:open\", sessionId: $session) { allowed reason }
    explainAccess(userId: $user, permission: \"vault:open\", sessionId: $session) {
        decision { allowed reason } summary paths { isActive } } }";

/// The decision about `vault:open` in a session, and whether its first path is active.
#[derive(Debug, PartialEq)]
struct SessionDecision {
    allowed: bool,
    reason: String,
    is_active: Value,
}

/// Is `vault:open` allowed in that session? Both queries give the same decision.
async fn ask(root: &Client, user: &str, session: Option<&str>) -> SessionDecision {
    let answer = root.graphql(ASK, json!({ "user": user, "session": session })).await;
    let (check, explained) = (&answer.data()["checkAccess"], &answer.data()["explainAccess"]);
    assert_eq!(check, &explained["decision"]);
    let reason = check["reason"].as_str().expect("a reason").to_owned();
    SessionDecision { allowed: check["allowed"] == true, reason, is_active: explained["paths"][0]["isActive"].clone() }
}

#[tokio::test]
async fn a_decision_about_a_session_depends_on_its_active_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.role("clerk").create().await;
    let ana = app.user("ana").with_role("vault").with_role("clerk").create().await;
    let (open, shut) = (logged_in(&app, &["vault"]).await, logged_in(&app, &["clerk"]).await);
    let session = async |client: &Client| super::super::session(client).await;
    let (default, opened, closed) = (session(&ana).await, session(&open).await, session(&shut).await);
    let no = SessionDecision { allowed: false, reason: "ROLE_NOT_ACTIVE".to_owned(), is_active: json!(false) };
    let yes = SessionDecision { allowed: true, reason: "GRANTED_BY_ROLE".to_owned(), is_active: json!(true) };
    // Without a session: as for a new default one.
    assert_eq!(ask(root, &ana.id, None).await, no);
    assert_eq!(ask(root, &ana.id, Some(&default)).await, no);
    assert_eq!(ask(root, &ana.id, Some(&opened)).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&closed)).await, no);
    let _ = deactivate(&open, &[&vault]).await.done();
    assert_eq!(ask(root, &ana.id, Some(&opened)).await, no);
    let change = json!({ "id": vault, "input": { "requiresActivation": false } });
    let _ = root.mutate("roleUpdate", change).await.done();
    assert_eq!(ask(root, &ana.id, None).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&default)).await, yes);
    assert_eq!(ask(root, &ana.id, Some(&closed)).await, no);
}

#[tokio::test]
async fn only_a_live_session_of_the_user_is_accepted() {
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
    // In use, though the last use is not stored yet.
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
    let _ = again.mutate("logout", json!({})).await.done();
    assert_eq!(asked(&session).await.error(), "BAD_USER_INPUT");
}
