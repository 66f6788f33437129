//! A database for each test: a fresh SQLite file, or a fresh database on a real server.

use crate::servers;
use sea_orm::{ConnectionTrait, Database};
use secrecy::SecretString;
use service::{DatabaseSettings, ServerSettings};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// The database of a test; deleted with it.
#[derive(Debug)]
pub struct TestDatabase {
    /// How to open it.
    pub settings: DatabaseSettings,
    _storage: Storage,
}

/// Storage deleted after a test.
#[derive(Debug)]
enum Storage {
    Folder { _folder: TempDir },
    Database(String),
    Server,
}

/// Databases of finished tests: dropped before the next one is created, to limit disk usage.
static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Drop for Storage {
    fn drop(&mut self) {
        if let Self::Database(name) = self {
            DONE.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(name));
        }
    }
}

/// The engine that `KEYWARD_TEST_DATABASE` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// A real PostgreSQL.
    Postgres,
    /// A real MariaDB.
    Mariadb,
}

impl Engine {
    /// Reads `KEYWARD_TEST_DATABASE`.
    ///
    /// # Panics
    /// When it names no engine.
    #[must_use]
    pub fn chosen() -> Self {
        match std::env::var("KEYWARD_TEST_DATABASE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok("mariadb") => Self::Mariadb,
            Ok(other) => panic!("KEYWARD_TEST_DATABASE is sqlite, postgres or mariadb, not `{other}`"),
        }
    }
}

impl TestDatabase {
    /// An empty database on the chosen engine.
    ///
    /// # Panics
    /// When the server cannot be started or reached.
    pub async fn create() -> Self {
        match Engine::chosen() {
            Engine::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let settings = DatabaseSettings::Embedded { path: folder.path().join("keyward.db") };
                Self { settings, _storage: Storage::Folder { _folder: folder } }
            }
            Engine::Postgres => {
                let url = format!("postgres://postgres@127.0.0.1:{}", servers::postgres().port);
                Self::on_server(&url, "/postgres", " WITH (FORCE)").await
            }
            Engine::Mariadb => {
                let url = format!("mysql://root@127.0.0.1:{}", servers::mariadb().port);
                Self::on_server(&url, "/mysql", "").await
            }
        }
    }

    /// The default database of a PostgreSQL server.
    #[must_use]
    pub fn of(server: &servers::Server) -> Self {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", server.port);
        Self { settings: settings(url, 4, Duration::from_secs(1)), _storage: Storage::Server }
    }

    async fn on_server(server: &str, database: &str, force: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("keyward_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let connection = Database::connect(format!("{server}{database}")).await.expect("the test server");
        let done = std::mem::take(&mut *DONE.lock().unwrap_or_else(PoisonError::into_inner));
        for name in done {
            connection.execute_unprepared(&format!("DROP DATABASE {name}{force}")).await.expect("a dropped database");
        }
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
        connection.close().await.expect("a closed connection");
        let settings = settings(format!("{server}/{name}"), 8, Duration::from_secs(10));
        Self { settings, _storage: Storage::Database(name) }
    }
}

/// A server whose statements have a time that no test needs.
fn settings(url: String, max_connections: u32, timeout: Duration) -> DatabaseSettings {
    let (url, statement_timeout) = (SecretString::from(url), Some(Duration::from_secs(60)));
    DatabaseSettings::Server(ServerSettings { url, max_connections, timeout, statement_timeout })
}
