//! Signing out with a Redis between the replicas: a quick copy of what the database knows, never more.

use super::{refresh, whoami};
use serde_json::json;
use service::Config;
use std::time::Duration;
use tests::servers::{self, Server};
use tests::{Actor, App, PROMISED, eventually, for_good};

/// A Redis, where the machine has one.
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

/// The same with settings of one's own.
pub(crate) async fn start_with(redis: &Server, change: impl FnOnce(&mut Config)) -> App {
    let address = address(redis);
    App::builder().config(|config| config.redis_url = Some(address.into())).config(change).start().await
}

/// Asks Redis itself.
pub(crate) async fn ask<T: ::redis::FromRedisValue>(redis: &Server, command: &[&str]) -> T {
    let client = ::redis::Client::open(address(redis)).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let mut asked = ::redis::cmd(command[0]);
    asked.arg(&command[1..]).query_async(&mut connection).await.expect("an answer")
}

async fn logout(who: &Actor) {
    assert_eq!(who.act("logout", json!({})).await.done()["endedSessions"], 1);
}

/// The token is refused by both replicas, from now on.
async fn refused_everywhere(who: &Actor, replicas: [&App; 2]) {
    for app in replicas {
        let client = who.at(app);
        for_good(PROMISED, async || whoami(&client).await, |who| who == "REVOKED").await;
        assert_eq!(refresh(app, &who.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test]
async fn d22_signing_out_is_written_to_redis_for_as_long_as_a_token_may_live() {
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
async fn an_emptied_redis_revives_nobody() {
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
async fn f22_a_redis_that_dies_revives_nobody_and_locks_nobody_out() {
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
        for_good(PROMISED, async || whoami(&client).await, |who| who == "ben").await;
    }
    // What is ended meanwhile is ended all the same.
    logout(&ben).await;
    refused_everywhere(&ben, [&app, &other]).await;
    assert_eq!(whoami(&*app.login("ben").await).await, "ben");
}

#[tokio::test]
async fn a_service_whose_redis_is_away_says_that_it_is_not_ready() {
    let Some(redis) = redis() else { return };
    let app = start(&redis).await;
    let ready = async || {
        let response = reqwest::get(format!("{}/readyz", app.url)).await.expect("an answer");
        response.status().as_u16()
    };
    assert_eq!(ready().await, 200);
    drop(redis);
    eventually(Duration::from_secs(10), ready, |status| *status == 503).await;
    let alive = reqwest::get(format!("{}/healthz", app.url)).await.expect("an answer");
    assert_eq!(alive.status().as_u16(), 200);
}
