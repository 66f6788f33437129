//! Migration of an empty database.

use sea_orm::{ConnectionTrait, Statement};
use service::Database;
use tests::{App, TestDatabase};

const TABLES: [&str; 6] = ["users", "roles", "permissions", "sessions", "audit_events", "seaql_migrations"];

async fn rows(database: &Database, table: &str) -> i64 {
    let connection = database.connection();
    let text = format!("SELECT COUNT(*) AS n FROM {table}");
    let statement = Statement::from_string(connection.get_database_backend(), text);
    let row = connection.query_one_raw(statement).await.expect("a table").expect("a row");
    row.try_get("", "n").expect("a number")
}

#[tokio::test]
async fn an_empty_database_gets_every_table_and_a_second_run_changes_nothing() {
    let storage = TestDatabase::create().await;
    let database = Database::open(&storage.settings).await.expect("a database");
    let connection = database.connection();
    let missing = migration::pending(connection).await.expect("steps");
    assert!(missing.len() >= 6, "{missing:?}");
    assert_eq!(migration::up(connection).await.expect("steps"), missing.len());
    for table in TABLES {
        let expected = if table == "seaql_migrations" { i64::try_from(missing.len()).expect("few") } else { 0 };
        assert_eq!(rows(&database, table).await, expected, "{table}: no step writes data");
    }
    assert_eq!(migration::up(connection).await.expect("nothing to do"), 0);
    assert!(migration::pending(connection).await.expect("steps").is_empty());
}

#[tokio::test]
async fn one_of_several_concurrent_processes_migrates() {
    let storage = TestDatabase::create().await;
    let mut applied = 0;
    let open = || async { Database::open(&storage.settings).await.expect("a database") };
    let databases = [open().await, open().await, open().await];
    let [a, b, c] = &databases;
    let outcomes =
        tokio::join!(migration::up(a.connection()), migration::up(b.connection()), migration::up(c.connection()));
    for outcome in [outcomes.0, outcomes.1, outcomes.2] {
        let count = outcome.expect("steps");
        assert!(count == 0 || applied == 0, "applied twice");
        applied += count;
    }
    assert!(applied >= 6);
}

#[tokio::test]
async fn data_survives_a_restart() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let token = ana.token().to_owned();
    let app = app.restart().await;
    let answer = app.anonymous().with_token(token).ask("{ me { id username } }").await;
    assert_eq!(answer.data()["me"]["username"], "ana");
    assert_eq!(answer.data()["me"]["id"], ana.id);
}
