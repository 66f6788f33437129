//! Login.

use super::{login, text, whoami};
use api::http::limits;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, MutationResult, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

#[tokio::test]
async fn a_username_or_an_email_address_logs_in_without_regard_to_case() {
    let app = App::start().await;
    let new = json!({ "username": "Ana", "password": PASSWORD, "email": "ana.maria@example.com" });
    let _ = app.anonymous().mutate("signup", new).await.done();
    for name in ["Ana", "ana", "ANA", " ana ", "ana.maria@example.com", "Ana.Maria@EXAMPLE.com"] {
        assert_eq!(login(&app, name, PASSWORD).await.done()["viewer"]["user"]["username"], "Ana", "{name}");
    }
}

#[tokio::test]
async fn each_login_creates_a_session() {
    let app = App::start().await;
    let signed_up = app.user("ana").create().await;
    let (one, two) = (app.login("ana").await, app.login("ana").await);
    assert_ne!(one.token(), two.token());
    assert_ne!(one.refresh_token, two.refresh_token);
    let sessions = signed_up.ask("{ me { sessions { totalCount } } }").await;
    assert_eq!(sessions.data()["me"]["sessions"]["totalCount"], 3);
}

/// A response without the values that are new in every request.
fn comparable(acted: &MutationResult) -> (u16, Vec<String>, Value) {
    let headers = acted.response.headers.keys().map(ToString::to_string).collect();
    (acted.response.status, headers, acted.response.body.clone())
}

#[tokio::test]
async fn a15_unknown_deleted_suspended_and_passwordless_accounts_look_like_a_wrong_password() {
    let app = App::start().await;
    let root = app.admin().await;
    let _ = app.user("ana").create().await;
    let gone = app.user("gone").create().await;
    let _ = root.mutate("userDelete", json!({ "id": gone.id })).await.done();
    let suspended = app.user("suspended").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": suspended.id })).await.done();
    let _ = root.mutate("userCreate", json!({ "input": { "username": "silent" } })).await.done();

    let wrong = login(&app, "ana", WRONG).await;
    assert_eq!(wrong.refused(), "INVALID_CREDENTIALS");
    let attempts = [
        login(&app, "nobody", WRONG).await,
        login(&app, "nobody@example.com", WRONG).await,
        login(&app, "gone", PASSWORD).await,
        login(&app, "suspended", WRONG).await,
        login(&app, "silent", WRONG).await,
        login(&app, "silent", "").await,
        login(&app, "ana", "").await,
        login(&app, "", "").await,
        login(&app, "two words", WRONG).await,
        login(&app, "a\0b", WRONG).await,
        login(&app, &"x".repeat(limits::BODY - 100_000), WRONG).await,
        login(&app, "' OR 1=1 --", "' OR 1=1 --").await,
    ];
    for tried in attempts {
        assert_eq!(comparable(&tried), comparable(&wrong));
    }
}

#[tokio::test]
async fn the_placeholder_name_of_a_deleted_account_cannot_log_in() {
    let app = App::start().await;
    let gone = app.user("gone").create().await;
    let _ = app.admin().await.mutate("userDelete", json!({ "id": gone.id })).await.done();
    let users = app.admin().await.ask("{ users(filter: { status: [DELETED] }) { nodes { username } } }").await;
    let name = users.data()["users"]["nodes"][0]["username"].as_str().expect("a name").to_owned();
    assert!(name.starts_with("deleted-"), "{name}");
    assert_eq!(login(&app, &name, PASSWORD).await.refused(), "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a15_a_suspension_is_reported_only_after_the_right_password() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let root = app.admin().await;
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "ACCOUNT_NOT_ACTIVE");
    let _ = root.mutate("userReactivate", json!({ "id": ana.id })).await.done();
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn a_huge_password_is_wrong_or_rejected_with_the_body() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    assert_eq!(login(&app, "ana", &"x".repeat(limits::BODY)).await.response.status, 413);
    for name in ["ana", "nobody"] {
        assert_eq!(login(&app, name, &"x".repeat(limits::BODY - 100_000)).await.refused(), "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn the_last_login_is_stored() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(7));
    let ana = app.login("ana").await;
    let me = ana.ask("{ me { lastLoginAt createdAt } }").await;
    let time =
        |field: &str| me.data()["me"][field].as_str().expect("an instant").parse::<chrono::DateTime<chrono::Utc>>();
    assert_eq!(time("lastLoginAt").unwrap() - time("createdAt").unwrap(), TimeDelta::minutes(7));
}

#[tokio::test]
async fn login_changes_the_caller_below_the_payload_only() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    let document = r#"mutation ($password: String!) {
        login(username: "ana", password: $password) { accessToken viewer { user { username roles { name } } } }
        logout { endedSessions } }"#;
    let answer = app.anonymous().graphql(document, json!({ "password": PASSWORD })).await;
    let data = answer.data();
    assert_eq!(data["login"]["viewer"]["user"]["roles"], json!([{ "name": "user" }]));
    assert_eq!(data["logout"]["endedSessions"], 0);
    let token = data["login"]["accessToken"].as_str().expect("a token");
    assert_eq!(whoami(&app.anonymous().with_token(token)).await, "ana");
}

#[tokio::test]
async fn a_token_sent_with_a_login_is_ignored() {
    let app = App::start().await;
    let (ana, _) = (app.user("ana").create().await, app.user("ben").create().await);
    for token in [ana.token(), "rubbish"] {
        let client = app.anonymous().with_token(token);
        let logged_in = client.mutate("login", json!({ "username": "ben", "password": PASSWORD })).await;
        assert_eq!(logged_in.done()["viewer"]["user"]["username"], "ben");
        assert_eq!(whoami(&client.with_token(text(&logged_in, "accessToken"))).await, "ben");
    }
}
