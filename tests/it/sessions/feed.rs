//! The feed of sessions between replicas: numbers that come in another order, clocks that differ, and what an idle replica asks.

use super::denylist::end_late;
use super::session;
use chrono::{DateTime, TimeDelta, Utc};
use entity::session_change;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, EntityTrait as _, IntoActiveModel as _, Statement};
use serde_json::{Value, json};
use service::Clock as _;
use std::time::{Duration, Instant};
use tests::{App, Engine, PROMISED, eventually, permanently};

#[tokio::test]
async fn a_session_ended_by_a_replica_whose_clock_is_hours_late_is_refused_everywhere() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let replica = app.replica().await;
    let there = ana.at(&replica);
    assert!(session(&there).await.starts_with("ses_"));

    end_late(&app, &ana, TimeDelta::hours(5)).await;

    permanently(PROMISED, async || session(&there).await, |session| session == "REVOKED").await;
}

#[tokio::test]
async fn a_replica_whose_clock_is_minutes_ahead_sees_logouts_within_half_a_second() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let ahead = app.replica_builder().clock_ahead(TimeDelta::minutes(5)).start().await;
    let there = ana.at(&ahead);
    assert!(session(&there).await.starts_with("ses_"));
    let _ = ana.mutate("logout", json!({})).await.done();
    permanently(PROMISED, async || session(&there).await, |session| session == "REVOKED").await;
}

/// Appends the end of a session with a number.
async fn insert(connection: &DatabaseConnection, seq: i64, session: &str, at: DateTime<Utc>) {
    let session_id = service::parse_typeid("ses", session).expect("a session");
    let change = session_change::Model { seq, session_id, switches: None, at };
    session_change::Entity::insert(change.into_active_model())
        .exec_without_returning(connection)
        .await
        .expect("a change");
}

#[tokio::test]
async fn a_change_that_commits_after_a_later_one_is_read() {
    let app = App::start().await;
    let (ana, ben, carl) =
        (app.user("ana").create().await, app.user("ben").create().await, app.user("carl").create().await);
    let replica = app.replica().await;
    let clients = [&ana, &ben, &carl].map(|user| user.at(&replica));
    let mut ids = Vec::new();
    for client in &clients {
        ids.push(session(client).await);
    }
    let connection = app.database.connection();
    // Numbers 101 to 103 are taken in order, and become visible in another one.
    for number in [2, 0, 1] {
        insert(connection, 101 + i64::try_from(number).expect("small"), &ids[number], app.clock.now()).await;
        permanently(PROMISED, async || session(&clients[number]).await, |session| session == "REVOKED").await;
    }
}

#[tokio::test]
async fn a_feed_that_became_shorter_is_read_again_as_after_a_restored_backup() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let replica = app.replica().await;
    let [ana, ben] = [&ana, &ben].map(|user| user.at(&replica));
    let ids = [session(&ana).await, session(&ben).await];
    let connection = app.database.connection();
    insert(connection, 1_000, &ids[0], app.clock.now()).await;
    permanently(PROMISED, async || session(&ana).await, |session| session == "REVOKED").await;
    session_change::Entity::delete_many().exec(connection).await.expect("deleted rows");
    insert(connection, 7, &ids[1], app.clock.now()).await;
    permanently(PROMISED, async || session(&ben).await, |session| session == "REVOKED").await;
    assert_eq!(session(&ana).await, "REVOKED", "what was read before is kept");
}

#[tokio::test]
async fn an_idle_replica_asks_at_most_four_statements_a_second() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let (begun, before) = (Instant::now(), app.database.own_statements());
    let asked = async || {
        assert!(session(&ana).await.starts_with("ses_"));
        app.database.own_statements() - before
    };
    let asked = eventually(Duration::from_secs(60), asked, |asked| *asked >= 40).await;
    // What the change of its own makes it do, once.
    let others = 12;
    let allowed = 4 * (begun.elapsed().as_secs() + 1) + others;
    assert!(asked <= allowed, "{asked} statements, {allowed} allowed");
}

/// Parts that `/readyz` reports as degraded.
async fn degraded(app: &App) -> Vec<Value> {
    let response = reqwest::get(format!("{}/readyz", app.url)).await.expect("an answer");
    let body: Value = response.json().await.expect("JSON");
    body["degraded"].as_array().expect("a list").iter().map(|part| part["part"].clone()).collect()
}

#[tokio::test]
async fn a_clock_that_differs_from_that_of_the_database_server_is_reported() {
    if Engine::chosen() == Engine::Sqlite {
        println!("skipped: SQLite has the clock of the machine");
        return;
    }
    let ahead = App::builder().clock_ahead(TimeDelta::minutes(5)).start().await;
    let reported = eventually(PROMISED, async || degraded(&ahead).await, |degraded| !degraded.is_empty()).await;
    assert_eq!(reported, ["clock"]);
}

#[tokio::test]
async fn replicas_listen_to_postgresql_where_there_is_no_redis() {
    if Engine::chosen() != Engine::Postgres {
        println!("skipped: this test requires PostgreSQL");
        return;
    }
    let app = App::start().await;
    let connection = app.database.background();
    let listening = async || {
        let sql = "SELECT count(*) AS found FROM pg_stat_activity \
                   WHERE datname = current_database() AND query LIKE 'LISTEN%keyward_changes%'";
        let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("a reading");
        row.expect("a row").try_get::<i64>("", "found").expect("a number")
    };
    eventually(PROMISED, &listening, |listening| *listening == 1).await;
    let stop =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%keyward_changes%'";
    connection.execute_unprepared(stop).await.expect("a lost connection");
    eventually(Duration::from_secs(20), &listening, |listening| *listening == 1).await;
}
