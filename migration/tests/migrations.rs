//! The steps on a real, empty SQLite file.

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
async fn a_database_that_is_ahead_of_this_binary_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder).await;
    migration::up(&database).await.expect("applies");
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    database.execute_unprepared(later).await.expect("is written");

    assert!(migration::pending(&database).await.expect("can be asked").is_empty());
    assert_eq!(migration::up(&database).await.expect("applies"), 0);
}
