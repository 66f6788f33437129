//! Logout.

use super::{refresh, text, whoami};
use chrono::TimeDelta;
use serde_json::json;
use tests::{App, Client, MutationResult, PROMISED, permanently};

async fn logout(client: &Client) -> MutationResult {
    client.mutate("logout", json!({})).await
}

#[track_caller]
fn ended(acted: &MutationResult) -> u64 {
    acted.done()["endedSessions"].as_u64().expect("a number")
}

#[tokio::test]
async fn b7_a_token_is_rejected_on_the_next_request() {
    let app = App::start().await;
    let (ana, elsewhere) = (app.user("ana").create().await, app.login("ana").await);
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(whoami(&ana).await, "REVOKED");
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(whoami(&elsewhere).await, "ana", "only this session was ended");
    assert_eq!(whoami(&*app.login("ana").await).await, "ana", "the same second");
}

#[tokio::test]
async fn b7_another_replica_rejects_the_token_in_time_and_permanently() {
    let app = App::start().await;
    let other = app.replica().await;
    for round in 0..5 {
        let ana = match round {
            0 => app.user("ana").create().await,
            _ => app.login("ana").await,
        };
        let elsewhere = ana.at(&other);
        assert_eq!(whoami(&elsewhere).await, "ana");
        assert_eq!(ended(&logout(&ana).await), 1);
        permanently(PROMISED, async || whoami(&elsewhere).await, |who| who == "REVOKED").await;
        assert_eq!(refresh(&other, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test]
async fn a_token_stays_revoked_after_a_restart() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let ben = app.user("ben").create().await;
    assert_eq!(ended(&logout(&ana).await), 1);
    let app = app.restart().await;
    assert_eq!(whoami(&ana.at(&app)).await, "REVOKED");
    assert_eq!(whoami(&ben.at(&app)).await, "ben");
}

#[tokio::test]
async fn an_expired_token_still_logs_out() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(whoami(&ana).await, "EXPIRED");
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn a_refresh_token_logs_out() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let successor = text(&refresh(&app, &ana.refresh_token).await, "refreshToken");
    let out = app.anonymous().mutate("logout", json!({ "refreshToken": successor })).await;
    assert_eq!(ended(&out), 1);
    assert_eq!(whoami(&ana).await, "REVOKED");
}

#[tokio::test]
async fn b8_everywhere_ends_all_own_sessions_and_no_others() {
    let app = App::start().await;
    let other = app.replica().await;
    let (one, two, three) = (app.user("ana").create().await, app.login("ana").await, other.login("ana").await);
    let ben = app.user("ben").create().await;
    assert_eq!(ended(&one.mutate("logout", json!({ "everywhere": true })).await), 3);
    for session in [&one, &two, &three] {
        assert_eq!(whoami(&session.at(&app)).await, "REVOKED");
        let elsewhere = session.at(&other);
        permanently(PROMISED, async || whoami(&elsewhere).await, |who| who == "REVOKED").await;
    }
    assert_eq!(whoami(&ben).await, "ben");
    assert_eq!(whoami(&*app.login("ana").await).await, "ana", "the same second");
}

#[tokio::test]
async fn d18_a_repeated_logout_ends_nothing_and_succeeds() {
    let app = App::start().await;
    let (ana, elsewhere) = (app.user("ana").create().await, app.login("ana").await);
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(ended(&logout(&ana).await), 0);
    // An ended session is no credential.
    assert_eq!(ended(&ana.mutate("logout", json!({ "everywhere": true })).await), 0);
    assert_eq!(whoami(&elsewhere).await, "ana");
}

#[tokio::test]
async fn an_expired_session_ends_no_others() {
    let app = App::start().await;
    let old = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(36));
    let now = app.login("ana").await;
    for presented in [json!({ "everywhere": true }), json!({ "everywhere": true, "refreshToken": old.refresh_token })] {
        assert_eq!(ended(&old.mutate("logout", presented).await), 0);
    }
    assert_eq!(whoami(&now).await, "ana");
}

#[tokio::test]
async fn d21_a_forged_token_logs_nobody_out() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let (start, signature) = ana.token().rsplit_once('.').expect("a token");
    let forged = format!("{start}.{}", signature.chars().rev().collect::<String>());
    let huge = "x".repeat(900_000);
    for client in [app.anonymous().clone(), app.anonymous().with_token(forged), app.anonymous().with_token("rubbish")] {
        for given in [
            json!({}),
            json!({ "everywhere": true }),
            json!({ "refreshToken": "rubbish" }),
            json!({ "refreshToken": huge }),
        ] {
            assert_eq!(ended(&client.mutate("logout", given).await), 0);
        }
    }
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn later_fields_of_the_document_still_have_the_logged_out_caller() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let answer = ana.ask("mutation { one: logout { endedSessions } two: logout { endedSessions } }").await;
    assert_eq!(answer.data(), &json!({ "one": { "endedSessions": 1 }, "two": { "endedSessions": 0 } }));
    assert_eq!(whoami(&ana).await, "REVOKED");
}
