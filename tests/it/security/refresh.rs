//! D12 to D15, D18, D19, D21 and D22: refresh tokens and the denylist. Other tests of D are in `identity::refresh`,
//! `identity::logout`, `identity::redis`.

use crate::identity::{decode, encode, refresh, whoami};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use serde_json::json;
use std::time::Duration;
use tests::{Actor, App, MutationResult, PASSWORD};

fn successor(refreshed: &MutationResult) -> String {
    refreshed.done()["refreshToken"].as_str().expect("a token").to_owned()
}

async fn token_after(app: &App, token: &str) -> String {
    successor(&refresh(app, token).await)
}

#[tokio::test]
async fn d12_the_grace_period_is_configurable_and_may_be_zero() {
    for seconds in [0, 3, 60] {
        let grace = Duration::from_secs(seconds);
        let app = App::builder().config(|config| config.token.refresh_grace = grace).start().await;
        let other = app.replica().await;
        let ana = app.user("ana").create().await;
        let next = token_after(&app, &ana.refresh_token).await;
        app.clock.advance(TimeDelta::from_std(grace).expect("not long"));
        assert_eq!(token_after(&other, &ana.refresh_token).await, next, "{seconds}");
        app.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(refresh(&other, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_REUSED", "{seconds}");
        assert_eq!(refresh(&app, &next).await.refused(), "REFRESH_TOKEN_INVALID", "{seconds}");
    }
}

#[tokio::test]
async fn d12_reuse_of_any_token_of_the_family_ends_it() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let mut family = vec![ana.refresh_token.clone()];
    for _ in 0..4 {
        app.clock.advance(TimeDelta::minutes(5));
        family.push(token_after(&app, family.last().expect("one")).await);
    }
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(refresh(&app, &family[1]).await.refused(), "REFRESH_TOKEN_REUSED");
    for token in &family {
        assert_eq!(refresh(&app, token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d12_no_concurrent_late_reuse_succeeds() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let next = token_after(&app, &ana.refresh_token).await;
    app.clock.advance(TimeDelta::seconds(11));
    let reuses = join_all((0..10).map(|n| refresh(if n % 2 == 0 { &app } else { &other }, &ana.refresh_token))).await;
    for reused in reuses {
        assert!(["REFRESH_TOKEN_REUSED", "REFRESH_TOKEN_INVALID"].contains(&reused.refused().as_str()), "{reused:?}");
    }
    assert_eq!(refresh(&other, &next).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(whoami(&ana).await, "REVOKED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d13_a_refresh_concurrent_with_logout_restores_nothing() {
    let app = App::start().await;
    let other = app.replica().await;
    let _ = app.user("ana").create().await;
    for _ in 0..5 {
        let ana = app.login("ana").await;
        let (refreshed, out) = tokio::join!(refresh(&other, &ana.refresh_token), ana.mutate("logout", json!({})));
        assert_eq!(out.done()["endedSessions"], 1);
        assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
        if refreshed.user_errors().is_empty() {
            assert_eq!(refresh(&other, &successor(&refreshed)).await.refused(), "REFRESH_TOKEN_INVALID");
            let token = refreshed.done()["accessToken"].as_str().expect("a token").to_owned();
            assert_eq!(whoami(&app.anonymous().with_token(token)).await, "REVOKED");
        }
    }
}

#[tokio::test]
async fn d14_families_end_independently() {
    let app = App::start().await;
    let (one, two, ben) = (app.user("ana").create().await, app.login("ana").await, app.user("ben").create().await);
    let next = token_after(&app, &two.refresh_token).await;
    let _ = token_after(&app, &one.refresh_token).await;
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(refresh(&app, &one.refresh_token).await.refused(), "REFRESH_TOKEN_REUSED");
    for (who, token) in [(&two, &next), (&ben, &ben.refresh_token)] {
        let _ = refresh(&app, token).await.done();
        assert_eq!(whoami(who).await, who.name);
    }
}

#[tokio::test]
async fn d15_no_token_of_a_family_survives_logout_password_change_suspension_or_deletion() {
    let app = App::start().await;
    let other = app.replica().await;
    let root = app.admin().await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    for event in ["logout", "passwordChange", "userSuspend", "userDelete"] {
        let who: Actor = app.user(event).create().await;
        let elsewhere = app.login(event).await;
        // The older one is within its grace period.
        let tokens = [who.refresh_token.clone(), token_after(&other, &who.refresh_token).await];
        let _ = match event {
            "logout" => who.mutate(event, json!({})).await,
            "passwordChange" => elsewhere.mutate(event, change.clone()).await,
            event => root.mutate(event, json!({ "id": who.id })).await,
        }
        .done();
        for token in &tokens {
            for app in [&app, &other] {
                assert_eq!(refresh(app, token).await.refused(), "REFRESH_TOKEN_INVALID", "{event}");
            }
        }
        assert_eq!(whoami(&who).await, "REVOKED", "{event}");
    }
}

#[tokio::test]
async fn d15_reactivation_restores_no_session() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    let _ = root.mutate("userReactivate", json!({ "id": ana.id })).await.done();
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(whoami(&ana).await, "REVOKED");
    assert_eq!(whoami(&*app.login("ana").await).await, "ana");
}

#[tokio::test]
async fn d18_logout_with_a_malformed_token_looks_like_a_repeated_logout() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let used = ana.refresh_token.clone();
    let _ = ana.mutate("logout", json!({ "refreshToken": used })).await.done();
    let again = app.anonymous().mutate("logout", json!({ "refreshToken": used })).await;
    let unknown = format!("kwr_{}", "A".repeat(86));
    for garbage in ["", "rubbish", "kwr_", unknown.as_str(), ana.token()] {
        let answer = app.anonymous().mutate("logout", json!({ "refreshToken": garbage })).await;
        assert_eq!((answer.response.status, &answer.response.body), (200, &again.response.body), "{garbage}");
    }
}

#[tokio::test]
async fn d19_no_secret_is_in_any_table() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let next = token_after(&app, &ana.refresh_token).await;
    let connection = app.database.connection();
    let users = entity::user::Entity::find().all(connection).await.expect("users");
    let sessions = entity::session::Entity::find().all(connection).await.expect("sessions");
    let tokens = entity::refresh_token::Entity::find().all(connection).await.expect("tokens");
    let keys = entity::signing_key::Entity::find().all(connection).await.expect("keys");
    let everything = format!("{users:?} {sessions:?} {tokens:?} {keys:?}");
    let bytes = |text: &str| format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).to_owned();
    for secret in [PASSWORD, &ana.refresh_token, &next, ana.token()] {
        assert!(!everything.contains(secret) && !everything.contains(&bytes(secret)), "{secret}");
    }
    assert!(users.iter().all(|user| user.password_hash.as_ref().is_none_or(|hash| hash.starts_with("$argon2id$"))));
}

#[tokio::test]
async fn d21_every_token_of_an_ended_session_is_rejected_in_any_encoding() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::seconds(1));
    let refreshed = refresh(&app, &ana.refresh_token).await;
    let other = refreshed.done()["accessToken"].as_str().expect("a token").to_owned();
    let _ = ana.mutate("logout", json!({})).await.done();
    // A token of the same session that was not used for the logout.
    assert_eq!(whoami(&app.anonymous().with_token(&other)).await, "REVOKED");
    let parts: Vec<&str> = ana.token().split('.').collect();
    let (header, claims) = decode(ana.token());
    let [head, body, signature] = [parts[0], parts[1], parts[2]];
    let written = [
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}=.{signature}"),
        format!("{head}.{body}.{signature}="),
        format!("{head}.{body}.{signature}=="),
        format!("{}.{body}.{signature}", encode(&header)),
        format!("{head}.{}.{signature}", encode(&claims)),
        format!("{head}.{body}.{}", signature.replace('-', "+").replace('_', "/")),
    ];
    for token in written {
        let outcome = whoami(&app.anonymous().with_token(&token)).await;
        assert!(["REVOKED", "INVALID"].contains(&outcome.as_str()), "{outcome}: {token}");
    }
}

#[tokio::test]
async fn d22_an_ended_session_stays_ended_after_its_tokens_have_expired() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let _ = ana.mutate("logout", json!({})).await.done();
    // By then no entry is needed, and none is kept: the tokens have expired.
    for minutes in [9, 2, 5, 60, 24 * 60] {
        app.clock.advance(TimeDelta::minutes(minutes));
        for app in [&app, &other] {
            assert!(["REVOKED", "EXPIRED"].contains(&whoami(&ana.at(app)).await.as_str()));
            assert_eq!(refresh(app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
        }
    }
}
