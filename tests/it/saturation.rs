//! Requests that hold all connections to the database, and statements that run on.

use crate::raw::Raw;
use crate::sessions::session;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _};
use serde_json::json;
use service::{Database, DatabaseSettings, ServerSettings};
use std::time::Duration;
use tests::{App, Client, Engine, PROMISED, TestDatabase, eventually};
use tokio::time::timeout;

/// Connections of requests in these tests: those of the embedded database, and as many to a server.
const CONNECTIONS: usize = 8;
/// A statement that does not end by itself.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) AS found FROM n";
/// Time in which a statement begins.
const BEGUN: Duration = Duration::from_millis(100);
/// Far longer than the end of a statement takes.
const ENDED: Duration = Duration::from_secs(10);

/// Holds all connections that requests share.
async fn hold_all(database: &Database) -> Vec<DatabaseTransaction> {
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        held.push(database.connection().begin().await.expect("a connection"));
    }
    held
}

async fn is_ready(app: &App) -> bool {
    Raw::new("GET", "/readyz").send(&app.url).await.status == 200
}

/// The name of a client's user, or the reason why it has none: what needs no connection of requests.
async fn who(client: &Client) -> String {
    let answer = client.ask("{ me { username } }").await;
    let name = answer.body["data"]["me"]["username"].as_str();
    name.or(answer.body["errors"][0]["extensions"]["reason"].as_str()).expect("a name or a reason").to_owned()
}

#[tokio::test]
async fn a_replica_whose_connections_are_all_held_by_requests_decides_and_follows() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let replica = app.replica().await;
    let (ana_there, ben_there) = (ana.at(&replica), ben.at(&replica));
    let held = hold_all(&replica.database).await;

    assert_eq!(who(&ana_there).await, "ana", "a session that is not in memory is read");
    assert!(is_ready(&replica).await);
    let _ = ana.mutate("logout", json!({})).await.done();
    let _ = eventually(PROMISED, async || who(&ana_there).await, |who| who == "REVOKED").await;
    // Longer than state in memory is relied on without being confirmed.
    let until = tokio::time::Instant::now() + Duration::from_secs(3);
    while tokio::time::Instant::now() < until {
        assert_eq!(who(&ben_there).await, "ben");
        assert!(is_ready(&replica).await);
    }
    drop(held);
}

fn endless(backend: DbBackend) -> Statement {
    Statement::from_string(backend, ENDLESS)
}

#[tokio::test]
async fn the_statement_of_a_request_that_is_dropped_ends() {
    if Engine::chosen() == Engine::Mariadb {
        println!("skipped: MariaDB does not notice that a client has gone");
        return;
    }
    let app = App::start().await;
    let connection = app.database.connection();
    let backend = connection.get_database_backend();
    let work = (0..CONNECTIONS).map(|_| {
        let work = app.service.interruptible(connection.query_one_raw(endless(backend)));
        timeout(BEGUN, work)
    });
    for outcome in futures_util::future::join_all(work).await {
        assert!(outcome.is_err(), "it does not end by itself");
    }
    // Each connection can be used again.
    let held = timeout(ENDED, hold_all(&app.database)).await.expect("free connections");
    drop(held);
    if backend == DbBackend::Postgres {
        let running = "SELECT count(*) AS found FROM pg_stat_activity \
                       WHERE datname = current_database() AND state = 'active' AND query LIKE 'WITH RECURSIVE n(i)%'";
        let running = async || {
            let statement = Statement::from_string(backend, running);
            let row = app.database.background().query_one_raw(statement).await.expect("a reading").expect("a row");
            row.try_get::<i64>("", "found").expect("a number")
        };
        assert_eq!(eventually(ENDED, running, |running| *running == 0).await, 0);
    }
}

#[tokio::test]
async fn a_transaction_of_a_request_that_is_dropped_is_rolled_back_and_its_connection_works() {
    let app = App::start().await;
    let connection = app.database.connection();
    let endless_write = format!("UPDATE policy_state SET revision = ({ENDLESS})");
    for _ in 0..CONNECTIONS {
        let work = async {
            let transaction = connection.begin().await.expect("a connection");
            transaction.execute_unprepared("UPDATE policy_state SET revision = 7777").await.expect("writes");
            // MariaDB does not notice that a client has gone.
            if Engine::chosen() != Engine::Mariadb {
                transaction.execute_unprepared(&endless_write).await.expect("writes");
            }
            std::future::pending::<()>().await;
        };
        assert!(timeout(BEGUN, app.service.interruptible(work)).await.is_err());
    }
    drop(hold_all(&app.database).await);
    let statement = Statement::from_string(connection.get_database_backend(), "SELECT revision FROM policy_state");
    let row = connection.query_one_raw(statement).await.expect("a reading").expect("a row");
    assert_ne!(row.try_get::<i64>("", "revision").expect("a number"), 7777);
    assert!(session(&*app.user("ana").create().await).await.starts_with("ses_"), "changes are made");
}

#[tokio::test]
async fn statements_of_requests_to_a_server_have_a_timeout_and_those_of_the_service_have_none() {
    let storage = TestDatabase::create().await;
    let DatabaseSettings::Server(settings) = &storage.settings else {
        println!("skipped: this test requires a database server");
        return;
    };
    let limited = ServerSettings { statement_timeout: Some(Duration::from_millis(500)), ..settings.clone() };
    let database = Database::open(&DatabaseSettings::Server(limited)).await.expect("a database");
    let sleep = match Engine::chosen() {
        Engine::Mariadb => "SELECT SLEEP(1)",
        _ => "SELECT pg_sleep(1)",
    };
    let outcome = database.connection().execute_unprepared(sleep).await;
    assert!(outcome.is_err(), "{outcome:?}");
    database.background().execute_unprepared(sleep).await.expect("takes as long as it needs");
}

/// Clients of the user who holds the service up.
const CLIENTS: usize = 40;
const LIST: &str = "{ permissions(first: 1) { totalCount } }";

/// Sends queries of lists, one after another.
async fn ask_lists(client: Client) {
    loop {
        let _ = client.ask(LIST).await;
    }
}

#[tokio::test]
async fn a_user_whose_queries_take_all_their_time_holds_up_nobody_else() {
    if Engine::chosen() != Engine::Postgres {
        println!("skipped: this test requires PostgreSQL, where a lock makes a query slow");
        return;
    }
    let app = App::start().await;
    let root = app.admin().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let lock = app.database.background().begin().await.expect("a connection");
    lock.execute_unprepared("LOCK TABLE permissions IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(ask_lists(Client::clone(root)))).collect();
    let waiting = "SELECT count(*) AS found FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = async || {
        let statement = Statement::from_string(DbBackend::Postgres, waiting);
        let row = app.database.background().query_one_raw(statement).await.expect("a reading").expect("a row");
        row.try_get::<i64>("", "found").expect("a number")
    };
    let some = eventually(ENDED, waiting, |waiting| *waiting == 4).await;
    for _ in 0..20 {
        assert_eq!(ana.ask("{ me { username } }").await.data()["me"]["username"], "ana");
        assert!(session(&*app.login("ben").await).await.starts_with("ses_"));
        assert!(is_ready(&app).await);
        assert_eq!(
            ben.ask("{ me { sessions(first: 1) { nodes { id } } } }").await.status,
            200,
            "a list of another user"
        );
        assert!(waiting().await <= 2 * some, "the turns of one user, and those that have just ended");
    }
    clients.iter().for_each(tokio::task::JoinHandle::abort);
    drop(lock);
    assert!(root.ask(LIST).await.data()["permissions"]["totalCount"].is_number());
}
