//! The database connection: SQLite by default, PostgreSQL and MariaDB by address.

mod open;

use crate::Result;
use crate::boxed;
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where the data lives.
#[derive(Clone, Debug)]
pub enum DatabaseSettings {
    /// An embedded SQLite file, made when it is not there.
    Embedded {
        /// The file.
        path: PathBuf,
    },
    /// A server, by URL (`postgres://…` or `mysql://…`).
    Server {
        /// The URL, with its password.
        url: SecretString,
        /// Most connections held.
        max_connections: u32,
        /// How long to wait for a connection, and for one to be made.
        timeout: Duration,
    },
}

/// An open database; clones share its connections.
#[derive(Clone, Debug)]
pub struct Database {
    connection: DatabaseConnection,
    background: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

impl Database {
    /// Opens the database. An embedded one is made when it is not there, for its owner's eyes only.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it cannot be opened; its source says why and what to do,
    /// in one line and without the password.
    #[boxed]
    pub async fn open(settings: &DatabaseSettings) -> Result<Self> {
        let background = match settings {
            DatabaseSettings::Embedded { path } => open::embedded(path).await?,
            DatabaseSettings::Server { url, max_connections, timeout } => {
                open::server(url, *max_connections, *timeout).await?
            }
        };
        let statements = Arc::new(AtomicU64::new(0));
        let mut connection = background.clone();
        let counter = Arc::clone(&statements);
        connection.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        Ok(Self { connection, background, statements })
    }

    /// The connection, for the migrations and the stores.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// How many SQL statements requests have run so far, those in transactions included.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The same connections, for what no request asked for: its statements are not counted.
    pub(crate) fn background(&self) -> &DatabaseConnection {
        &self.background
    }

    /// Starts a transaction that will write. SQLite takes its write lock at once: a transaction that
    /// reads first and writes then fails without waiting when another one wrote in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = match self.connection.get_database_backend() {
            // The default would lock gaps between rows and read what was true before a lock was waited for.
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

/// Starts a transaction whose statements all read the same state, however many there are.
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
        DatabaseSettings::Server { url: url.into(), max_connections: 2, timeout: Duration::from_secs(2) }
    }

    #[tokio::test]
    async fn a_database_that_is_not_there_is_made_for_its_owner_only() {
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
    async fn an_address_of_no_known_kind_is_refused_with_examples() {
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
