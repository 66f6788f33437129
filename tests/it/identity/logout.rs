//! Signing out.

use super::{refresh, text, whoami};
use chrono::TimeDelta;
use serde_json::json;
use tests::{Acted, App, Client, PROMISED, for_good};

async fn logout(client: &Client) -> Acted {
    client.act("logout", json!({})).await
}

#[track_caller]
fn ended(acted: &Acted) -> u64 {
    acted.done()["endedSessions"].as_u64().expect("a number")
}

#[tokio::test]
async fn b7_a_token_is_refused_on_the_very_next_request() {
    let app = App::start().await;
    let (ana, elsewhere) = (app.user("ana").create().await, app.login("ana").await);
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(whoami(&ana).await, "REVOKED");
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(whoami(&elsewhere).await, "ana", "only this session was ended");
    assert_eq!(whoami(&*app.login("ana").await).await, "ana", "the same second");
}

#[tokio::test]
async fn b7_another_replica_refuses_it_in_time_and_for_good() {
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
        for_good(PROMISED, async || whoami(&elsewhere).await, |who| who == "REVOKED").await;
        assert_eq!(refresh(&other, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test]
async fn it_is_refused_after_a_restart() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let ben = app.user("ben").create().await;
    assert_eq!(ended(&logout(&ana).await), 1);
    let app = app.restart().await;
    assert_eq!(whoami(&ana.at(&app)).await, "REVOKED");
    assert_eq!(whoami(&ben.at(&app)).await, "ben");
}

#[tokio::test]
async fn an_expired_token_still_signs_out() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(whoami(&ana).await, "EXPIRED");
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn a_refresh_token_signs_out_too() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let successor = text(&refresh(&app, &ana.refresh_token).await, "refreshToken");
    let out = app.anonymous().act("logout", json!({ "refreshToken": successor })).await;
    assert_eq!(ended(&out), 1);
    assert_eq!(whoami(&ana).await, "REVOKED");
}

#[tokio::test]
async fn b8_everywhere_ends_all_of_ones_own_sessions_and_no_others() {
    let app = App::start().await;
    let other = app.replica().await;
    let (one, two, three) = (app.user("ana").create().await, app.login("ana").await, other.login("ana").await);
    let ben = app.user("ben").create().await;
    assert_eq!(ended(&one.act("logout", json!({ "everywhere": true })).await), 3);
    for session in [&one, &two, &three] {
        assert_eq!(whoami(&session.at(&app)).await, "REVOKED");
        let elsewhere = session.at(&other);
        for_good(PROMISED, async || whoami(&elsewhere).await, |who| who == "REVOKED").await;
    }
    assert_eq!(whoami(&ben).await, "ben");
    assert_eq!(whoami(&*app.login("ana").await).await, "ana", "the same second");
}

#[tokio::test]
async fn d18_signing_out_again_ends_nothing_and_succeeds() {
    let app = App::start().await;
    let (ana, elsewhere) = (app.user("ana").create().await, app.login("ana").await);
    assert_eq!(ended(&logout(&ana).await), 1);
    assert_eq!(ended(&logout(&ana).await), 0);
    // A session that has ended speaks for nobody any more.
    assert_eq!(ended(&ana.act("logout", json!({ "everywhere": true })).await), 0);
    assert_eq!(whoami(&elsewhere).await, "ana");
}

#[tokio::test]
async fn a_session_that_has_run_out_ends_no_others() {
    let app = App::start().await;
    let old = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(36));
    let now = app.login("ana").await;
    for presented in [json!({ "everywhere": true }), json!({ "everywhere": true, "refreshToken": old.refresh_token })] {
        assert_eq!(ended(&old.act("logout", presented).await), 0);
    }
    assert_eq!(whoami(&now).await, "ana");
}

#[tokio::test]
async fn d21_nobody_is_signed_out_by_a_forged_token() {
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
            assert_eq!(ended(&client.act("logout", given).await), 0);
        }
    }
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn what_follows_in_the_same_document_is_still_asked_by_the_one_who_signed_out() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let answer = ana.ask("mutation { one: logout { endedSessions } two: logout { endedSessions } }").await;
    assert_eq!(answer.data(), &json!({ "one": { "endedSessions": 1 }, "two": { "endedSessions": 0 } }));
    assert_eq!(whoami(&ana).await, "REVOKED");
}
