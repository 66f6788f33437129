//! Refresh tokens.

use super::{decode, refresh, text, whoami};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::json;
use std::time::Duration;
use tests::{App, Client};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_refresh_returns_new_tokens_of_the_same_session() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(whoami(&ana).await, "EXPIRED");
    let refreshed = refresh(&app, &ana.refresh_token).await;
    assert_ne!(text(&refreshed, "refreshToken"), ana.refresh_token);
    let token = text(&refreshed, "accessToken");
    assert_eq!(whoami(&app.anonymous().with_token(&token)).await, "ana");
    assert_eq!(decode(&token).1["sid"], decode(ana.token()).1["sid"]);
    assert_eq!(refreshed.done()["viewer"]["user"]["username"], "ana");
    let end = text(&refreshed, "expiresAt").parse::<chrono::DateTime<chrono::Utc>>().expect("an instant");
    assert_eq!(Some(end.timestamp()), decode(&token).1["exp"].as_i64());
}

#[tokio::test]
async fn refreshes_can_be_repeated() {
    let app = App::start().await;
    let mut token = app.user("ana").create().await.refresh_token;
    for _ in 0..10 {
        app.clock.advance(TimeDelta::minutes(9));
        let refreshed = refresh(&app, &token).await;
        token = text(&refreshed, "refreshToken");
        assert_eq!(whoami(&app.anonymous().with_token(text(&refreshed, "accessToken"))).await, "ana");
    }
}

#[tokio::test]
async fn d12_reuse_within_ten_seconds_returns_the_same_new_token() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let first = refresh(&app, &ana.refresh_token).await;
    for (seconds, at) in [(0, &app), (5, &other), (5, &app)] {
        app.clock.advance(TimeDelta::seconds(seconds));
        let again = refresh(at, &ana.refresh_token).await;
        assert_eq!(text(&again, "refreshToken"), text(&first, "refreshToken"));
        assert_eq!(whoami(&app.anonymous().with_token(text(&again, "accessToken"))).await, "ana");
    }
    let _ = refresh(&other, &text(&first, "refreshToken")).await.done();
}

#[tokio::test]
async fn d12_later_reuse_ends_the_session_and_is_audited() {
    let app = App::start().await;
    let (ana, elsewhere) = (app.user("ana").create().await, app.login("ana").await);
    let first = refresh(&app, &ana.refresh_token).await;
    app.clock.advance(TimeDelta::milliseconds(10_001));
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_REUSED");

    let newest = app.anonymous().with_token(text(&first, "accessToken"));
    assert_eq!((whoami(&ana).await, whoami(&newest).await), ("REVOKED".to_owned(), "REVOKED".to_owned()));
    for token in [&ana.refresh_token, &text(&first, "refreshToken")] {
        assert_eq!(refresh(&app, token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
    // Another session of the same user is another family.
    assert_eq!(whoami(&elsewhere).await, "ana");
    let _ = refresh(&app, &elsewhere.refresh_token).await.done();

    let log = r"query ($ana: ID!) { auditLog(filter: { involvingId: $ana, outcome: [DENIED] }) {
        nodes { action targetId reason } } }";
    let log = app.admin().await.graphql(log, json!({ "ana": ana.id })).await;
    let session = decode(ana.token()).1["sid"].clone();
    let entry = json!({ "action": "session.refresh_reuse", "targetId": session, "reason": "REFRESH_TOKEN_REUSED" });
    assert_eq!(log.data()["auditLog"]["nodes"], json!([entry]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d13_twenty_concurrent_refreshes_on_two_replicas_get_the_same_new_token() {
    let app = App::start().await;
    let other = app.replica().await;
    let mut token = app.user("ana").create().await.refresh_token;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(1));
        let attempts = (0..20).map(|n| refresh(if n % 2 == 0 { &app } else { &other }, &token));
        let tried = join_all(attempts).await;
        let successors: Vec<String> = tried.iter().map(|tried| text(tried, "refreshToken")).collect();
        assert!(successors.iter().all(|successor| *successor == successors[0]), "{successors:?}");
        for tried in &tried {
            assert_eq!(whoami(&app.anonymous().with_token(text(tried, "accessToken"))).await, "ana");
        }
        token.clone_from(&successors[0]);
    }
}

#[tokio::test]
async fn b13_a_session_ends_after_half_an_hour_without_use() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    app.clock.advance(TimeDelta::milliseconds(29 * 60_000 + 59_000));
    let kept = text(&refresh(&app, &ana.refresh_token).await, "refreshToken");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(refresh(&app, &ben.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    // The refresh counted as use.
    app.clock.advance(TimeDelta::minutes(29));
    let _ = refresh(&app, &kept).await.done();
}

#[tokio::test]
async fn using_the_access_token_keeps_the_session_alive() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(9));
    assert_eq!(whoami(&ana).await, "ana");
    app.clock.advance(TimeDelta::minutes(25));
    let _ = refresh(&app, &ana.refresh_token).await.done();
}

#[tokio::test]
async fn d17_use_does_not_extend_the_absolute_lifetime() {
    let app = App::builder().config(|config| config.session.absolute = 60 * MINUTE).start().await;
    let mut token = app.user("ana").create().await.refresh_token;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::milliseconds(20 * 60_000 - 1));
        token = text(&refresh(&app, &token).await, "refreshToken");
    }
    let last: Client = app.anonymous().with_token(text(&refresh(&app, &token).await, "accessToken"));
    assert_eq!(whoami(&last).await, "ana");
    app.clock.advance(TimeDelta::milliseconds(3));
    assert_eq!(refresh(&app, &token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_ne!(whoami(&last).await, "ana", "no access token outlives its session");
}

#[tokio::test]
async fn d16_a_refreshed_token_has_the_current_roles() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let _ = app.user("ana").with_role("clerk").create().await;
    let ana = app.login("ana").await;
    let assigned = json!({ "userId": ana.id, "roleIds": [clerk] });
    let _ = app.admin().await.mutate("userUnassignRoles", assigned).await.done();
    let refreshed = refresh(&app, &ana.refresh_token).await;
    assert_eq!(decode(&text(&refreshed, "accessToken")).1["roles"], json!(["user"]));
    assert_eq!(refreshed.done()["viewer"]["permissions"], json!([]));
    let fresh = app.anonymous().with_token(text(&refreshed, "accessToken"));
    let answer = fresh.ask("{ viewer { roles } }").await;
    assert_eq!(answer.data()["viewer"]["roles"], json!(["user"]));
    assert!(answer.body["extensions"].get("tokenStale").is_none());
}

#[tokio::test]
async fn a_refresh_does_not_renew_the_password_confirmation() {
    let app = App::start().await;
    let victim = app.user("victim").create().await;
    let boss = app.user("boss").with_role("superadmin").create().await;
    app.clock.advance(TimeDelta::minutes(9));
    let token = text(&refresh(&app, &boss.refresh_token).await, "accessToken");
    app.clock.advance(TimeDelta::minutes(2));
    let boss = app.anonymous().with_token(token);
    assert_eq!(boss.mutate("userDelete", json!({ "id": victim.id })).await.denied(), "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn d15_the_end_of_a_session_invalidates_its_refresh_token() {
    let app = App::start().await;
    let root = app.admin().await;
    let (gone, suspended) = (app.user("gone").create().await, app.user("suspended").create().await);
    let (out, ended) = (app.user("out").create().await, app.user("ended").create().await);
    let _ = root.mutate("userDelete", json!({ "id": gone.id })).await.done();
    let _ = root.mutate("userSuspend", json!({ "id": suspended.id })).await.done();
    let _ = out.mutate("logout", json!({})).await.done();
    let _ = root.mutate("userRevokeSessions", json!({ "id": ended.id })).await.done();
    for person in [gone, suspended, out, ended] {
        assert_eq!(refresh(&app, &person.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID", "{}", person.name);
    }
}

#[tokio::test]
async fn a_refresh_without_a_token_is_rejected() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    assert_eq!(app.anonymous().mutate("refresh", json!({})).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(ana.mutate("refresh", json!({})).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!(refresh(&app, &"kwr_".repeat(200_000)).await.refused(), "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn d12_reuse_is_detected_although_the_row_of_the_token_is_gone() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let mut token = ana.refresh_token.clone();
    for _ in 0..9 {
        app.clock.advance(TimeDelta::minutes(10));
        token = text(&refresh(&app, &token).await, "refreshToken");
    }
    app.service.sweep().await.expect("a sweep");
    let rows = entity::refresh_token::Entity::find().all(app.database.connection()).await.expect("tokens");
    assert_eq!(rows.len(), 8, "the last one, and those rotated within an hour");

    // Nobody can make a token of somebody else's session.
    let (start, end) = ana.refresh_token.split_at(10);
    let forged = format!("{start}{}", end.replacen(|first: char| first != 'A', "A", 1));
    assert_eq!(refresh(&app, &forged).await.refused(), "REFRESH_TOKEN_INVALID");
    let token = text(&refresh(&app, &token).await, "refreshToken");
    assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_REUSED");
    assert_eq!(refresh(&app, &token).await.refused(), "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn d19_refresh_tokens_are_stored_as_hashes() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let successor = text(&refresh(&app, &ana.refresh_token).await, "refreshToken");
    let rows = entity::refresh_token::Entity::find().all(app.database.connection()).await.expect("tokens");
    assert_eq!(rows.len(), 2);
    for row in rows {
        let stored = [row.token_hash, row.sealed_successor.unwrap_or_default()].concat();
        for token in [&ana.refresh_token, &successor] {
            let secret = &token.as_bytes()[token.len() - 12..];
            assert!(!stored.windows(secret.len()).any(|part| part == secret));
        }
    }
}
