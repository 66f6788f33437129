//! The steps on a real, empty SQLite file.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

async fn open(folder: &tempfile::TempDir) -> DatabaseConnection {
    let file = folder.path().join("empty.db");
    Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await.expect("an empty file opens")
}

async fn number(database: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Sqlite, sql);
    let row = database.query_one_raw(statement).await.expect("the statement runs").expect("there is a row");
    row.try_get_by_index(0).expect("it is a number")
}

#[tokio::test]
async fn every_step_applies_to_an_empty_database_and_only_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder).await;

    let before = migration::pending(&database).await.expect("can be asked");
    assert_eq!(before.first().map(String::as_str), Some("m0001_users"));
    assert_eq!(migration::up(&database).await.expect("applies"), before.len());

    assert!(migration::pending(&database).await.expect("can be asked").is_empty());
    assert_eq!(migration::up(&database).await.expect("applies again"), 0);
    assert_eq!(number(&database, "SELECT count(*) FROM policy_state WHERE id = 1 AND revision = 0").await, 1);
}

#[tokio::test]
async fn two_processes_that_migrate_at_once_apply_each_step_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (open(&folder).await, open(&folder).await);
    let steps = migration::pending(&one).await.expect("can be asked").len();

    let (first, second) = tokio::join!(migration::up(&one), migration::up(&other));

    assert_eq!(first.expect("applies") + second.expect("applies"), steps);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder).await;
    migration::up(&database).await.expect("applies");
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    database.execute_unprepared(later).await.expect("is written");

    assert!(migration::pending(&database).await.expect("can be asked").is_empty());
    assert_eq!(migration::up(&database).await.expect("applies"), 0);
}

/// Login names with the number at the end of the id of their user, by key.
async fn login_names(database: &DatabaseConnection) -> Vec<(String, i64)> {
    let sql = "SELECT name_key, CAST(substr(hex(user_id), 32) AS INTEGER) FROM login_names ORDER BY name_key";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("names");
    let name = |row: &sea_orm::QueryResult| (row.try_get_by_index(0), row.try_get_by_index(1));
    rows.iter().map(name).map(|(key, user)| (key.expect("a key"), user.expect("a number"))).collect()
}

#[tokio::test]
async fn addresses_get_their_canonical_keys_and_no_account_loses_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder).await;
    migration::up(&database).await.expect("applies");
    let run = async |sql: String| database.execute_unprepared(&sql).await.map(drop).expect("runs");
    run("DELETE FROM seaql_migrations WHERE version = 'm0012_addresses'".to_owned()).await;
    for (user, key) in [
        (1, "ana"),
        (1, "ana@bücher.example"),
        (2, "ben@xn--bcher-kva.example"),
        // The same address thrice; the canonical spelling is the youngest.
        (3, "\"cy\"@bücher.example"),
        (4, "cy@bücher.example"),
        (5, "cy@xn--bcher-kva.example"),
        // The same address twice, neither canonical.
        (7, "dan@bücher.example"),
        (6, "\"dan\"@bücher.example"),
        (8, "\"e f\"@example.com"),
    ] {
        let id = format!("X'{user:032}'");
        run(format!(
            "INSERT OR IGNORE INTO users (id, kind, status, username, username_key, display_key, revision, created_at,
                updated_at, last_login_key) VALUES ({id}, 'HUMAN', 'ACTIVE', '{user}', '{user}', '{user}', 0,
                '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', 0)"
        ))
        .await;
        run(format!("INSERT INTO login_names (name_key, user_id) VALUES ('{key}', {id})")).await;
    }
    let before = login_names(&database).await;

    assert_eq!(migration::up(&database).await.expect("applies"), 1);

    let after = login_names(&database).await;
    assert!(before.iter().all(|name| after.contains(name)), "{after:?}");
    let added: Vec<_> = after.iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(
        added,
        [&("ana@xn--bcher-kva.example".to_owned(), 1), &("dan@xn--bcher-kva.example".to_owned(), 6)],
        "an address that another account has stays its own"
    );
    // MariaDB may run it twice.
    run("DELETE FROM seaql_migrations WHERE version = 'm0012_addresses'".to_owned()).await;
    migration::up(&database).await.expect("applies again");
    assert_eq!(login_names(&database).await, after);
}
