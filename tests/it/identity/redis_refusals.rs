//! A Redis that responds, but refuses what is used of it, counts as lost.

use super::redis::{ask, logout, readiness, redis, refused_everywhere, start, start_with};
use serde_json::{Value, json};
use std::time::Duration;
use tests::servers::{self, Server};
use tests::{App, permanently};

/// Longest time until a change of Redis shows.
const NOTICED: Duration = Duration::from_secs(10);

async fn is_lost(app: &App) {
    let lost = (200, json!("ready"), json!("redis"));
    permanently(NOTICED, async || readiness(app).await, |readiness| *readiness == lost).await;
}

async fn is_used(app: &App) {
    let used = (200, json!("ready"), Value::Null);
    permanently(NOTICED, async || readiness(app).await, |readiness| *readiness == used).await;
}

/// Redis is used, then lost by a command to it, and used again after another one. Sessions can be ended at all times.
async fn lost_between(redis: &Server, refuse: &[&str], permit: &[&str]) {
    let app = start(redis).await;
    let other = app.replica().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    is_used(&app).await;

    let _: String = ask(redis, refuse).await;
    is_lost(&app).await;
    is_lost(&other).await;
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &other]).await;
    let late = app.replica().await;
    is_lost(&late).await;
    refused_everywhere(&ana, [&late, &other]).await;

    let _: String = ask(redis, permit).await;
    for app in [&app, &other, &late] {
        is_used(app).await;
    }
    logout(&ben).await;
    let keys: Vec<String> = ask(redis, &["KEYS", "keyward:deny:*"]).await;
    assert_eq!(keys.len(), 1, "{keys:?}");
}

#[tokio::test]
async fn a_redis_user_without_eval_counts_as_a_lost_redis() {
    let Some(redis) = redis() else { return };
    lost_between(&redis, &["ACL", "SETUSER", "default", "-eval"], &["ACL", "SETUSER", "default", "+eval"]).await;
}

#[tokio::test]
async fn a_redis_user_without_publish_counts_as_a_lost_redis() {
    let Some(redis) = redis() else { return };
    lost_between(&redis, &["ACL", "SETUSER", "default", "-publish"], &["ACL", "SETUSER", "default", "+publish"]).await;
}

#[tokio::test]
async fn a_read_only_replica_counts_as_a_lost_redis() {
    let (Some(primary), Some(redis)) = (redis(), redis()) else { return };
    let port = primary.port.to_string();
    lost_between(&redis, &["REPLICAOF", "127.0.0.1", &port], &["REPLICAOF", "NO", "ONE"]).await;
}

#[tokio::test]
async fn a_redis_cluster_counts_as_a_lost_redis() {
    if !servers::has_redis() {
        return;
    }
    // By default the port of the cluster is 10,000 higher, which may not exist.
    let bus = servers::free_port().to_string();
    let redis = servers::redis_with(&["--cluster-enabled", "yes", "--cluster-port", &bus]);
    let _: String = ask(&redis, &["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await;
    let app = start(&redis).await;
    let ana = app.user("ana").create().await;
    is_lost(&app).await;
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &app.replica().await]).await;
}

#[tokio::test]
async fn the_documented_redis_user_has_all_that_is_used() {
    let Some(redis) = redis() else { return };
    let docs = include_str!("../../../docs/operations.md");
    let command = docs.lines().find(|line| line.starts_with("ACL SETUSER keyward")).expect("the command");
    let _: String = ask(&redis, &command.split(' ').collect::<Vec<_>>()).await;
    let url = format!("redis://keyward:PASSWORD@127.0.0.1:{}", redis.port);
    let app = start_with(&redis, |config| config.redis_url = Some(url.into())).await;
    is_used(&app).await;
    let ana = app.user("ana").create().await;
    logout(&ana).await;
    refused_everywhere(&ana, [&app, &app.replica().await]).await;
}
