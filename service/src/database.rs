//! The database connection: SQLite by default, PostgreSQL and MariaDB by address.

mod error;
mod interrupt;
mod notify;
mod open;
mod savepoint;

use crate::{Error, Progress, Result, boxed};
use interrupt::Dropped;
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use savepoint::{confirm_open, mark_open, savepoint};

/// A connection or an open transaction.
pub(crate) use sea_orm::ConnectionTrait as Connection;
/// Connections that share a limit of their number.
pub(crate) use sea_orm::DatabaseConnection as Pool;
/// An open transaction; it is rolled back when it is dropped without a commit.
pub(crate) use sea_orm::DatabaseTransaction as Transaction;

/// The database to connect to.
#[derive(Clone, Debug)]
pub enum DatabaseSettings {
    /// An embedded SQLite database, created if it does not exist.
    Embedded {
        /// Path of the file.
        path: PathBuf,
    },
    /// A server.
    Server(ServerSettings),
}

/// A database server.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// URL with the password (`postgres://…` or `mysql://…`).
    pub url: SecretString,
    /// Maximum number of connections of requests. The service has four of its own.
    pub max_connections: u32,
    /// Longest wait for a connection, and for a new one.
    pub timeout: Duration,
    /// Longest time of a statement of a request; unlimited when `None`.
    pub statement_timeout: Option<Duration>,
}

/// The connections to a database; clones share them.
///
/// Those of requests and those of the service itself are apart: whatever requests do, the service can follow the changes
/// of other replicas and check sessions.
#[derive(Clone, Debug)]
pub struct Database {
    connection: DatabaseConnection,
    reserved: DatabaseConnection,
    background: DatabaseConnection,
    /// Number of connections of requests.
    connections: u32,
    statements: Arc<AtomicU64>,
    own_statements: Arc<AtomicU64>,
    dropped: Arc<Dropped>,
}

impl Database {
    /// Opens the database. An embedded database is created if it does not exist, readable by its owner only.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it cannot be opened; its source holds the cause and the remedy, in one line and
    /// without the password.
    #[boxed]
    pub async fn open(settings: &DatabaseSettings) -> Result<Self> {
        let dropped = Arc::new(Dropped::new());
        let (pools, connections) = match settings {
            DatabaseSettings::Embedded { path } => (open::embedded(path).await?, open::EMBEDDED_CONNECTIONS),
            DatabaseSettings::Server(settings) => (open::server(settings, &dropped).await?, settings.max_connections),
        };
        let (statements, own_statements) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let counted = |pool: &DatabaseConnection, counter: &Arc<AtomicU64>| {
            let (mut pool, counter) = (pool.clone(), Arc::clone(counter));
            pool.set_metric_callback(move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            });
            pool
        };
        let connection = counted(&pools.requests, &statements);
        let (reserved, background) = (counted(&pools.own, &statements), counted(&pools.own, &own_statements));
        Ok(Self { connection, connections, reserved, background, statements, own_statements, dropped })
    }

    /// The connections of requests.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Number of connections that requests share.
    pub(crate) fn connections(&self) -> u32 {
        self.connections
    }

    /// The service's own connections, for what a request depends on: its session and its subject.
    pub(crate) fn reserved(&self) -> &DatabaseConnection {
        &self.reserved
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when one cannot be closed.
    #[boxed]
    pub async fn close(&self) -> Result<()> {
        self.connection.close_by_ref().await?;
        Ok(self.background.close_by_ref().await?)
    }

    /// Does work whose statements end when it is dropped, those of a commit that has begun excepted.
    pub fn interruptible<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        interrupt::interruptible(&self.dropped, work)
    }

    /// Number of SQL statements that requests have run, those in transactions included.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Number of SQL statements that the service has run by itself, to follow other replicas and in the background.
    #[must_use]
    pub fn own_statements(&self) -> u64 {
        self.own_statements.load(Ordering::Relaxed)
    }

    /// The service's own connections, for migrations and background work: their statements take as long as they need.
    #[must_use]
    pub fn background(&self) -> &DatabaseConnection {
        &self.background
    }

    /// Whether a transaction goes on after the failure of a statement, from its latest savepoint. After some errors
    /// MariaDB ends the whole transaction by itself, and commits what follows statement by statement.
    pub(crate) fn keeps_savepoints(&self) -> bool {
        self.connection.get_database_backend() != DbBackend::MySql
    }

    /// Starts a transaction that writes, whose statements do not end with the work that starts it: other work may go on
    /// with it.
    pub(crate) async fn begin_shared(&self) -> Result<DatabaseTransaction> {
        interrupt::uninterrupted(self.begin()).await
    }

    /// Starts a transaction that writes. On SQLite it takes the write lock at once: a transaction that reads first fails
    /// at its first write, without waiting, when another one wrote in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = match self.connection.get_database_backend() {
            // The default locks gaps between rows, and does not see what was committed while it waited for a lock.
            DbBackend::MySql => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
        };
        Ok(self.connection.begin_with_options(options).await?)
    }
}

/// SQL of the database's time, in milliseconds since 1970; `None` for SQLite, which has the clock of this machine.
pub(crate) fn epoch_millis(backend: DbBackend) -> Option<&'static str> {
    match backend {
        DbBackend::Postgres => Some("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)"),
        DbBackend::MySql => Some("CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"),
        _ => None,
    }
}

/// Commits a transaction in a task of its own: a request that is cancelled does not interrupt a commit that has begun.
pub(crate) async fn commit(transaction: Transaction, progress: &Progress) -> Result<()> {
    progress.begin();
    let progress = progress.clone();
    let committed = tokio::spawn(async move {
        transaction.commit().await?;
        progress.committed();
        Ok(())
    });
    committed.await.unwrap_or_else(|error| Err(Error::Internal(error.into())))
}

/// Starts a transaction whose statements read one snapshot.
pub(crate) async fn snapshot(connection: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options = match connection.get_database_backend() {
        DbBackend::Sqlite => TransactionOptions::default(),
        _ => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        },
    };
    Ok(connection.begin_with_options(options).await?)
}

/// Lets the connection of a transaction keep more pages in memory, for very many writes. SQLite writes a page that does not
/// fit to its log, and reads it again for the next row.
pub(crate) async fn expect_many_writes(transaction: &DatabaseTransaction) -> Result<()> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        // 64 MiB, in KiB.
        transaction.execute_unprepared("PRAGMA cache_size = -65536").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, Statement};
    use std::error::Error as _;

    async fn cause(settings: &DatabaseSettings) -> String {
        let error = Database::open(settings).await.expect_err("does not open");
        error.source().expect("says why").to_string()
    }

    fn server(url: &str) -> DatabaseSettings {
        let timeout = Duration::from_secs(2);
        let settings = ServerSettings { url: url.into(), max_connections: 2, timeout, statement_timeout: None };
        DatabaseSettings::Server(settings)
    }

    #[tokio::test]
    async fn a_missing_database_is_created_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new").join("keyward.db");

        let database = Database::open(&DatabaseSettings::Embedded { path: path.clone() }).await.expect("opens");
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT 1");
        database.connection().query_one_raw(statement).await.expect("reads");

        assert_eq!(database.statements(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &std::path::Path| path.metadata().expect("is there").permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().expect("has a folder")), 0o700);
        }
    }

    #[tokio::test]
    async fn a_damaged_file_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyward.db");
        std::fs::write(&path, "this is no database, whatever its name may say").expect("writes");

        let cause = cause(&DatabaseSettings::Embedded { path: path.clone() }).await;

        assert!(cause.contains(&format!("`{}`", path.display())), "{cause}");
        assert!(cause.contains("restore a backup"), "{cause}");
        assert!(!cause.contains('\n'), "{cause}");
    }

    #[tokio::test]
    async fn a_folder_in_place_of_the_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let cause = cause(&DatabaseSettings::Embedded { path: folder.path().to_owned() }).await;
        assert!(cause.starts_with("cannot open the database file"), "{cause}");
    }

    #[tokio::test]
    async fn a_url_with_an_unknown_scheme_is_rejected_with_examples() {
        let cause = cause(&server("ftp://somewhere/keyward")).await;
        assert!(cause.contains("postgres://") && cause.contains("mysql://"), "{cause}");
    }

    #[tokio::test]
    async fn a_server_that_does_not_answer_is_named_without_the_password() {
        let cause = cause(&server("postgres://ana:s3cret@127.0.0.1:1/keyward")).await;
        assert!(cause.contains("`127.0.0.1:1`"), "{cause}");
        assert!(!cause.contains("s3cret"), "{cause}");
    }
}
