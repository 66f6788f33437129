//! A database for each test: a fresh SQLite file, or a fresh database on a real server.

use crate::servers;
use sea_orm::{ConnectionTrait, Database};
use secrecy::SecretString;
use service::DatabaseSettings;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// Where a test's data lives; gone with it.
#[derive(Debug)]
pub struct TestDatabase {
    /// How to open it.
    pub settings: DatabaseSettings,
    _home: Home,
}

/// What goes with a test.
#[derive(Debug)]
enum Home {
    Folder { _folder: TempDir },
    Database(String),
    Server,
}

/// Databases whose tests are over: whoever needs a new one drops them, so that the disk holds few.
static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Drop for Home {
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
    /// Reads the setting.
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
                Self { settings, _home: Home::Folder { _folder: folder } }
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

    /// The database that a PostgreSQL comes with.
    #[must_use]
    pub fn of(server: &servers::Server) -> Self {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", server.port);
        let timeout = Duration::from_secs(1);
        let settings = DatabaseSettings::Server { url: SecretString::from(url), max_connections: 4, timeout };
        Self { settings, _home: Home::Server }
    }

    async fn on_server(server: &str, home: &str, force: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("keyward_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let connection = Database::connect(format!("{server}{home}")).await.expect("the test server");
        let done = std::mem::take(&mut *DONE.lock().unwrap_or_else(PoisonError::into_inner));
        for name in done {
            connection.execute_unprepared(&format!("DROP DATABASE {name}{force}")).await.expect("a dropped database");
        }
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
        connection.close().await.expect("a closed connection");
        let settings = DatabaseSettings::Server {
            url: SecretString::from(format!("{server}/{name}")),
            max_connections: 8,
            timeout: Duration::from_secs(10),
        };
        Self { settings, _home: Home::Database(name) }
    }
}
