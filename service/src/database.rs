//! The database connection: SQLite by default, PostgreSQL and MariaDB by address.

use crate::Result;
use secrecy::SecretString;
use std::path::PathBuf;
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

/// An open database.
#[derive(Clone, Debug)]
pub struct Database {
    connection: sea_orm::DatabaseConnection,
}

impl Database {
    /// Opens the database.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it cannot be opened; its source says why.
    pub async fn open(settings: &DatabaseSettings) -> Result<Self> {
        let _ = settings;
        todo!()
    }

    /// The connection, for the migrations and the stores.
    #[must_use]
    pub fn connection(&self) -> &sea_orm::DatabaseConnection {
        &self.connection
    }
}
