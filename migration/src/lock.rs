//! One process migrates at a time.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

/// The key of PostgreSQL's advisory lock: `keyward` in ASCII.
const ADVISORY_KEY: i64 = 0x006b_6579_7761_7264;
/// How long MariaDB waits for its lock, in seconds. The name is per database: the server's locks are not.
const TAKE_NAMED: &str = "SELECT GET_LOCK(SHA1(CONCAT('keyward-migration-', DATABASE())), 60) AS taken";
const RELEASE_NAMED: &str = "DO RELEASE_LOCK(SHA1(CONCAT('keyward-migration-', DATABASE())))";

/// The right to migrate, bound to one connection: SQLite's write lock, PostgreSQL's advisory lock,
/// MariaDB's named lock (there each statement on tables commits by itself, so the transaction only
/// keeps the connection).
pub(crate) struct Lock(DatabaseTransaction);

/// Takes the lock; waits while another process holds it.
pub(crate) async fn take(database: &DatabaseConnection) -> Result<Lock, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = database.begin_with_options(options).await?;
    match transaction.get_database_backend() {
        DbBackend::Postgres => {
            let sql = format!("SELECT pg_advisory_xact_lock({ADVISORY_KEY})");
            transaction.execute_unprepared(&sql).await?;
        }
        DbBackend::MySql => take_named(&transaction).await?,
        _ => {}
    }
    Ok(Lock(transaction))
}

async fn take_named(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let statement = Statement::from_string(DbBackend::MySql, TAKE_NAMED);
    let row = transaction.query_one_raw(statement).await?;
    let taken = row.map(|row| row.try_get::<Option<i64>>("", "taken")).transpose()?.flatten();
    if taken == Some(1) {
        return Ok(());
    }
    Err(DbErr::Custom(
        "another process has been migrating this database for a minute; try again when it is done".into(),
    ))
}

impl Lock {
    /// The connection that holds the lock.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }

    /// Keeps the work if it succeeded, undoes it otherwise where that can be done, and lets others in.
    pub(crate) async fn release<T>(self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if self.0.get_database_backend() == DbBackend::MySql {
            self.0.execute_unprepared(RELEASE_NAMED).await?;
        }
        match outcome {
            Ok(value) => self.0.commit().await.map(|()| value),
            Err(error) => {
                self.0.rollback().await?;
                Err(error)
            }
        }
    }
}
