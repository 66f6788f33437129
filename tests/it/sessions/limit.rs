//! The maximal number of sessions per user.

use super::session;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Actor, App, PASSWORD, PROMISED, permanently};

async fn app_with(limit: u32) -> App {
    App::builder().config(|config| config.session.max_per_user = limit).start().await
}

/// Which of these sessions are live.
async fn live(sessions: &[&Actor]) -> Vec<bool> {
    let mut live = Vec::new();
    for who in sessions {
        live.push(session(who).await.starts_with("ses_"));
    }
    live
}

/// Number of sessions of a user, as an administrator reads it.
async fn count(app: &App, user: &str) -> Value {
    let document = "query ($id: ID) { sessions(filter: { userId: $id }) { totalCount } }";
    app.admin().await.graphql(document, json!({ "id": user })).await.data()["sessions"]["totalCount"].clone()
}

#[tokio::test]
async fn b14_a_login_beyond_the_limit_ends_the_least_recently_used_session() {
    let app = app_with(3).await;
    let other = app.replica().await;
    let root = app.admin().await;
    let (one, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    app.clock.advance(TimeDelta::minutes(1));
    let two = app.login("ana").await;
    app.clock.advance(TimeDelta::minutes(1));
    let three = other.login("ana").await;
    assert_eq!(live(&[&one, &two, &three]).await, [true; 3], "as many as the limit");
    // The first is in use, the second is not.
    app.clock.advance(TimeDelta::minutes(2));
    assert!(session(&one).await.starts_with("ses_"));
    app.service.flush().await.expect("written");
    assert!(session(&two.at(&other)).await.starts_with("ses_"));
    let ended = super::session(&two).await;

    let four = app.login("ana").await;
    assert_eq!(live(&[&one, &two, &three, &four]).await, [true, false, true, true]);
    assert_eq!(session(&two).await, "REVOKED");
    let elsewhere = two.at(&other);
    permanently(PROMISED, async || session(&elsewhere).await, |session| session == "REVOKED").await;
    let refreshed = other.anonymous().mutate("refresh", json!({ "refreshToken": two.refresh_token })).await;
    assert_eq!(refreshed.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(live(&[&ben, root]).await, [true; 2], "sessions of other users do not count");
    assert_eq!(count(&app, &one.id).await, 3);

    let log = "query ($id: ID!) { auditLog(filter: { involvingId: $id, actions: [\"session.displace\"] }) {
        nodes { outcome targetId actor { id } } } }";
    let log = root.graphql(log, json!({ "id": one.id })).await;
    let entry = json!({ "outcome": "SUCCESS", "targetId": ended, "actor": { "id": one.id } });
    assert_eq!(log.data()["auditLog"]["nodes"], json!([entry]));
}

#[tokio::test]
async fn ended_sessions_do_not_count_towards_the_limit() {
    let app = app_with(2).await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let _ = two.mutate("logout", json!({})).await.done();
    let three = app.login("ana").await;
    assert_eq!(live(&[&one, &three]).await, [true; 2]);
    // Both expire.
    app.clock.advance(TimeDelta::minutes(40));
    let (four, five) = (app.login("ana").await, app.login("ana").await);
    assert_eq!(live(&[&four, &five]).await, [true; 2]);
}

#[tokio::test]
async fn a_rejected_login_ends_no_session() {
    let app = app_with(1).await;
    let ana = app.user("ana").create().await;
    let wrong = json!({ "username": "ana", "password": "plain-sailing-over-8-seas" });
    assert_eq!(app.anonymous().mutate("login", wrong).await.refused(), "INVALID_CREDENTIALS");
    let roles = json!({ "username": "ana", "password": PASSWORD, "roles": ["superadmin"] });
    assert_eq!(app.anonymous().mutate("login", roles).await.refused(), "ROLE_NOT_ASSIGNED roles.0");
    assert!(session(&ana).await.starts_with("ses_"));
}

#[tokio::test]
async fn with_a_limit_of_one_each_login_ends_the_previous_session() {
    let app = app_with(1).await;
    let mut before = app.user("ana").create().await;
    for _ in 0..3 {
        let next = app.login("ana").await;
        assert_eq!(live(&[&before, &next]).await, [false, true]);
        before = next;
    }
}

#[tokio::test]
async fn a_lowered_limit_applies_from_the_next_login() {
    let app = app_with(5).await;
    let one = app.user("ana").create().await;
    for _ in 0..4 {
        app.clock.advance(TimeDelta::seconds(1));
        let _ = app.login("ana").await;
    }
    assert_eq!(count(&app, &one.id).await, 5);
    let app = app.replica_builder().config(|config| config.session.max_per_user = 2).start().await;
    let newest = app.login("ana").await;
    assert_eq!(count(&app, &one.id).await, 2);
    assert!(session(&newest).await.starts_with("ses_"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b14_concurrent_logins_on_two_replicas_leave_no_more_sessions_than_the_limit() {
    let app = app_with(3).await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    for _ in 0..2 {
        app.clock.advance(TimeDelta::seconds(1));
        let sessions = join_all((0..12).map(|n| if n % 2 == 0 { &app } else { &other }.login("ana"))).await;
        assert_eq!(count(&app, &ana.id).await, 3);
        let mut left = 0;
        for who in &sessions {
            // The row decides: a refresh reads the database on either replica.
            let refreshed = other.anonymous().mutate("refresh", json!({ "refreshToken": who.refresh_token })).await;
            left += u32::from(refreshed.user_errors().is_empty());
        }
        assert_eq!(left, 3);
    }
}
