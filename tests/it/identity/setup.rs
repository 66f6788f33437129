//! The first administrator, created from a browser with the token of the set-up link.

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use service::auth::{NewAdministrator, create_administrator, issue_setup_token};
use tests::{App, Client, MutationResult, PASSWORD};

fn issue(app: &App) -> String {
    issue_setup_token(&app.service).expect("a token").expose_secret().to_owned()
}

async fn set_up(client: &Client, token: &str, username: &str) -> MutationResult {
    let arguments = json!({ "token": token, "username": username, "password": PASSWORD });
    client.mutate("administratorCreate", arguments).await
}

async fn setup_info(app: &App) -> Value {
    app.anonymous().ask("{ serviceInfo { setup { command } } }").await.data()["serviceInfo"]["setup"].clone()
}

#[tokio::test]
async fn the_link_creates_the_first_administrator_and_logs_in() {
    let app = App::start().await;
    assert_eq!(setup_info(&app).await, json!({ "command": "keyward admin create NAME" }));
    let created = set_up(app.anonymous(), &issue(&app), "ana").await;
    let payload = created.done();
    assert_eq!(payload["viewer"]["user"]["username"], "ana");
    let roles = payload["viewer"]["roles"].as_array().expect("roles");
    assert!(roles.contains(&json!("superadmin")) && roles.contains(&json!("user")), "{roles:?}");
    let ana = app.anonymous().with_token(payload["accessToken"].as_str().expect("a token"));
    assert_eq!(setup_info(&app).await, Value::Null);
    let log = ana
        .ask(
            "{ auditLog(first: 1, filter: { actions: [\"administrator.create\"] }) {
        nodes { actorLabel outcome summary ipAddress } } }",
        )
        .await;
    let event = &log.data()["auditLog"]["nodes"][0];
    assert_eq!(event["summary"], "operator created the first administrator ana");
    assert_eq!((&event["actorLabel"], &event["outcome"]), (&json!("operator"), &json!("SUCCESS")));
    assert_eq!(event["ipAddress"], "127.0.0.1");
}

#[tokio::test]
async fn a_token_works_once() {
    let app = App::start().await;
    let token = issue(&app);
    let _ = set_up(app.anonymous(), &token, "ana").await.done();
    assert_eq!(set_up(app.anonymous(), &token, "ben").await.refused(), "INVALID_CREDENTIALS token");
    // Nor does a new one, since somebody administers.
    assert_eq!(set_up(app.anonymous(), &issue(&app), "ben").await.refused(), "INVALID_CREDENTIALS token");
}

#[tokio::test]
async fn a_token_is_valid_for_fifteen_minutes() {
    for (seconds, is_valid) in [(899, true), (900, false)] {
        let app = App::start().await;
        let token = issue(&app);
        app.clock.advance(TimeDelta::seconds(seconds));
        let created = set_up(app.anonymous(), &token, "ana").await;
        match is_valid {
            true => assert_eq!(created.done()["viewer"]["user"]["username"], "ana", "after {seconds} seconds"),
            false => assert_eq!(created.refused(), "INVALID_CREDENTIALS token", "after {seconds} seconds"),
        }
    }
}

#[tokio::test]
async fn a_token_that_was_not_issued_is_refused_and_audited() {
    let app = App::start().await;
    let token = issue(&app);
    let other = token.replacen("kws_", "kwp_", 1);
    let replaced = issue(&app);
    for wrong in ["", "kws_", "ana", other.as_str(), token.as_str(), &format!("{replaced}A")] {
        assert_eq!(set_up(app.anonymous(), wrong, "ana").await.refused(), "INVALID_CREDENTIALS token", "{wrong}");
    }
    app.service.flush().await.expect("a database");
    let root = app.admin().await;
    let log = root
        .ask(
            "{ auditLog(first: 9, filter: { actions: [\"administrator.create\"] }) {
        nodes { actorLabel outcome } } }",
        )
        .await;
    let events = log.data()["auditLog"]["nodes"].as_array().expect("events").clone();
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(event, json!({ "actorLabel": "anonymous", "outcome": "FAILURE" }));
    }
}

#[tokio::test]
async fn a_token_is_that_of_its_process_only() {
    let app = App::start().await;
    let token = issue(&app);
    let replica = app.replica().await;
    assert_eq!(set_up(replica.anonymous(), &token, "ana").await.refused(), "INVALID_CREDENTIALS token");
    let _ = set_up(app.anonymous(), &token, "ana").await.done();
    assert_eq!(setup_info(&replica).await, Value::Null);
}

#[tokio::test]
async fn a_token_ends_when_the_command_line_creates_an_administrator() {
    let app = App::start().await;
    let token = issue(&app);
    let new = NewAdministrator { username: "root".to_owned(), password: PASSWORD.into() };
    let elsewhere = app.replica().await;
    let operator = api::startup::operator();
    create_administrator(&elsewhere.service, &operator, new).await.expect("an administrator");
    assert_eq!(set_up(app.anonymous(), &token, "ana").await.refused(), "INVALID_CREDENTIALS token");
    assert_eq!(setup_info(&app).await, Value::Null);
}

#[tokio::test]
async fn a_refused_password_does_not_use_up_the_token() {
    let app = App::start().await;
    let token = issue(&app);
    let weak = json!({ "token": token, "username": "ana", "password": "short" });
    let refused = app.anonymous().mutate("administratorCreate", weak).await;
    assert_eq!(refused.refused(), "WEAK_PASSWORD password");
    let _ = set_up(app.anonymous(), &token, "ana").await.done();
}

#[tokio::test]
async fn of_two_at_once_exactly_one_wins() {
    let app = App::start().await;
    let token = issue(&app);
    let clients = [app.anonymous().clone(), app.anonymous().clone()];
    let (ana, ben) = tokio::join!(set_up(&clients[0], &token, "ana"), set_up(&clients[1], &token, "ben"));
    let won = [&ana, &ben].into_iter().filter(|created| created.user_errors().is_empty()).count();
    assert_eq!(won, 1, "{:#} {:#}", ana.response.body, ben.response.body);
    let lost = [&ana, &ben].into_iter().find(|created| !created.user_errors().is_empty()).expect("a loser");
    assert_eq!(lost.refused(), "INVALID_CREDENTIALS token");
}

#[tokio::test]
async fn attempts_are_limited_like_signups() {
    let app = App::builder().config(|config| config.limits.signup_per_address = 2).start().await;
    let wrong = issue(&app);
    let right = issue(&app);
    for _ in 0..2 {
        assert_eq!(set_up(app.anonymous(), &wrong, "ana").await.refused(), "INVALID_CREDENTIALS token");
    }
    assert_eq!(set_up(app.anonymous(), &right, "ana").await.denied(), "RATE_LIMITED");
    app.clock.advance(TimeDelta::seconds(61));
    let _ = set_up(app.anonymous(), &right, "ana").await.done();
}
