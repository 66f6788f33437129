//! Logout with Redis between the replicas: a fast copy of the denylist in SQL.

use super::{refresh, whoami};
use serde_json::{Value, json};
use service::Config;
use std::time::Duration;
use tests::servers::{self, Server};
use tests::{Actor, App, PROMISED, permanently};

/// A Redis, if the machine has one.
pub(crate) fn redis() -> Option<Server> {
    if !servers::has_redis() {
        eprintln!("left out, since there is no redis-server on this machine");
        return None;
    }
    Some(servers::redis())
}

fn address(redis: &Server) -> String {
    format!("redis://127.0.0.1:{}", redis.port)
}

pub(crate) async fn start(redis: &Server) -> App {
    start_with(redis, |_| ()).await
}

/// The same with other settings.
pub(crate) async fn start_with(redis: &Server, change: impl FnOnce(&mut Config)) -> App {
    let address = address(redis);
    App::builder().config(|config| config.redis_url = Some(address.into())).config(change).start().await
}

/// Sends a command to Redis.
pub(crate) async fn ask<T: ::redis::FromRedisValue>(redis: &Server, command: &[&str]) -> T {
    let client = ::redis::Client::open(address(redis)).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let mut asked = ::redis::cmd(command[0]);
    asked.arg(&command[1..]).query_async(&mut connection).await.expect("an answer")
}

pub(super) async fn logout(who: &Actor) {
    assert_eq!(who.mutate("logout", json!({})).await.done()["endedSessions"], 1);
}

/// Both replicas reject the token, permanently.
pub(super) async fn refused_everywhere(who: &Actor, replicas: [&App; 2]) {
    for app in replicas {
        let client = who.at(app);
        permanently(PROMISED, async || whoami(&client).await, |who| who == "REVOKED").await;
        assert_eq!(refresh(app, &who.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test]
async fn d22_logout_is_written_to_redis_for_the_lifetime_of_a_token() {
    let Some(redis) = redis() else { return };
    let app = start(&redis).await;
    let other = app.replica().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &other]).await;
    assert_eq!(whoami(&ben.at(&other)).await, "ben");
    let keys: Vec<String> = ask(&redis, &["KEYS", "keyward:deny:*"]).await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    let seconds: i64 = ask(&redis, &["TTL", &keys[0]]).await;
    assert!((1..=15 * 60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_flushed_redis_restores_no_session() {
    let Some(redis) = redis() else { return };
    let app = start(&redis).await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &other]).await;
    let _: String = ask(&redis, &["FLUSHALL"]).await;
    refused_everywhere(&ana, [&app, &other]).await;
    let late = app.replica().await;
    refused_everywhere(&ana, [&late, &app.restart().await]).await;
}

#[tokio::test]
async fn f22_an_unreachable_redis_restores_no_session_and_blocks_no_user() {
    let Some(redis) = redis() else { return };
    let app = start(&redis).await;
    let other = app.replica().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &other]).await;
    drop(redis);

    refused_everywhere(&ana, [&app, &other]).await;
    for app in [&app, &other] {
        let client = ben.at(app);
        permanently(PROMISED, async || whoami(&client).await, |who| who == "ben").await;
    }
    // Sessions can be ended meanwhile.
    logout(&ben).await;
    refused_everywhere(&ben, [&app, &other]).await;
    assert_eq!(whoami(&*app.login("ben").await).await, "ben");
}

#[tokio::test]
async fn a_service_without_its_redis_is_ready_and_says_what_is_degraded() {
    let Some(redis) = redis() else { return };
    let app = start(&redis).await;
    assert_eq!(readiness(&app).await, (200, json!("ready"), Value::Null));
    drop(redis);
    let lost = (200, json!("ready"), json!("redis"));
    permanently(Duration::from_secs(10), async || readiness(&app).await, |readiness| *readiness == lost).await;
}

/// Status code and status of `/readyz`, and the first part that is degraded, other than the clock: that of a test differs from
/// that of a database server.
pub(super) async fn readiness(app: &App) -> (u16, Value, Value) {
    let response = reqwest::get(format!("{}/readyz", app.url)).await.expect("an answer");
    let status = response.status().as_u16();
    let body: Value = response.json().await.expect("JSON");
    let mut parts = body["degraded"].as_array().into_iter().flatten().map(|degraded| degraded["part"].clone());
    (status, body["status"].clone(), parts.find(|part| part != "clock").unwrap_or_default())
}
