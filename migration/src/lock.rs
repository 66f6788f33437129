//! The lock that lets one process migrate at a time.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

/// The key of PostgreSQL's advisory lock: `keyward` in ASCII.
const ADVISORY_KEY: i64 = 0x006b_6579_7761_7264;
/// Takes MariaDB's named lock; waits up to 60 seconds. Named locks are the server's, so the name contains the database.
const TAKE_NAMED: &str = "SELECT GET_LOCK(SHA1(CONCAT('keyward-migration-', DATABASE())), 60) AS taken";
const RELEASE_NAMED: &str = "DO RELEASE_LOCK(SHA1(CONCAT('keyward-migration-', DATABASE())))";

/// The held lock, bound to one connection: SQLite's write lock, PostgreSQL's advisory lock or MariaDB's named lock. On
/// MariaDB each schema statement commits, so that the transaction only holds the connection.
pub(crate) struct Lock(DatabaseTransaction);

/// Takes the lock and waits while another process holds it.
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
        "another process has been migrating this database for a minute; try again when it has finished".into(),
    ))
}

impl Lock {
    /// The connection that holds the lock.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }

    /// Commits after success, rolls back otherwise (not on MariaDB), and releases the lock.
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
