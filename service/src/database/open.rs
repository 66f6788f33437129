//! Opening a database.

use super::ServerSettings;
use super::interrupt::{self, Dropped};
use crate::{Error, Result};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, RuntimeErr, SqlxError, SqlxMySqlConnector, SqlxPostgresConnector,
    SqlxSqliteConnector,
};
use secrecy::ExposeSecret;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Connections of requests to the embedded database. Readers do not wait for the writer; writers wait for each other, each
/// on its own connection.
pub(super) const EMBEDDED_CONNECTIONS: u32 = 8;
/// Own connections of the service, which no request can hold: followers, readiness, checks of sessions, background work.
const OWN_CONNECTIONS: u32 = 4;
/// Cache of an own connection to the embedded database, in KiB: it reads little at a time.
const OWN_CACHE: &str = "-512";
/// Longest wait of a write for another one to the embedded database; shorter than the time of a response.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest wait for one of the connections to the embedded database.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Idle time after which a connection is closed; each has a thread and a cache.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Idle time after which a connection to a server is tested before it is used.
const TEST_AFTER: Duration = Duration::from_secs(1);

/// The connections of one database.
pub(super) struct Pools {
    /// Those of requests: their statements end with them.
    pub(super) requests: DatabaseConnection,
    /// The service's own.
    pub(super) own: DatabaseConnection,
}

/// Why a database cannot be opened, in one line, with the remedy.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error("cannot create the data folder `{}`: {cause}; choose another folder, or grant this user write access", .folder.display())]
    Folder { folder: PathBuf, cause: io::Error },
    #[error("cannot open the database file `{}`: {cause}; grant this user read and write access, or choose another file", .file.display())]
    File { file: PathBuf, cause: io::Error },
    #[error("`{}` is damaged or not a database: {cause}; restore a backup, or move the file to start with an empty database", .file.display())]
    Damaged { file: PathBuf, cause: String },
    #[error("cannot use the database file `{}`: {cause}; check that no other process locks it and that the disk is not full", .file.display())]
    Unusable { file: PathBuf, cause: String },
    #[error(
        "the database URL has an unknown scheme; write `postgres://user:password@host:5432/name` or `mysql://user:password@host:3306/name`"
    )]
    UnknownScheme,
    #[error("the database URL is invalid: {cause}; write it like `postgres://user:password@host:5432/name`")]
    Malformed { cause: String },
    #[error("the database server at `{host}` does not answer: {cause}; check that it runs and that the URL is right")]
    Unreachable { host: String, cause: String },
    #[error(
        "the database server at `{host}` rejects the connection: {cause}; check the user, the password and the database name in the URL"
    )]
    Rejected { host: String, cause: String },
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// Opens the SQLite file at `path`; creates it and its folder if they do not exist.
pub(super) async fn embedded(path: &Path) -> Result<Pools> {
    prepare(path)?;
    let mut requests = embedded_options(EMBEDDED_CONNECTIONS);
    let file = path.to_owned();
    requests
        .map_sqlx_sqlite_opts(move |options| configure_sqlite(options, &file))
        .map_sqlx_sqlite_pool_opts(interrupt::sqlite);
    let mut own = embedded_options(OWN_CONNECTIONS);
    let file = path.to_owned();
    own.map_sqlx_sqlite_opts(move |options| configure_sqlite(options, &file).pragma("cache_size", OWN_CACHE));
    let open = async |options| {
        let connection = SqlxSqliteConnector::connect(options).await?;
        // Opening reads little: a damaged file is detected when the list of tables is read.
        sea_orm::ConnectionTrait::execute_unprepared(&connection, "SELECT count(*) FROM sqlite_master").await?;
        Ok::<_, DbErr>(connection)
    };
    let failed = |error: DbErr| embedded_error(path, &error);
    Ok(Pools { requests: open(requests).await.map_err(failed)?, own: open(own).await.map_err(failed)? })
}

fn embedded_options(connections: u32) -> ConnectOptions {
    // The path is set later, where it needs no escaping.
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

/// With a write-ahead log and `synchronous = FULL`, a commit is on the disk when it returns: a logout or a change of rights
/// survives a crash and a loss of power.
fn configure_sqlite(options: SqliteConnectOptions, file: &Path) -> SqliteConnectOptions {
    options
        .filename(file)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Creates folder and file, accessible to their owner only; existing ones keep their permissions.
fn prepare(path: &Path) -> Result<(), OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        create_folder(folder).map_err(|cause| OpenError::Folder { folder: folder.to_owned(), cause })?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|cause| OpenError::File { file: path.to_owned(), cause })
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn embedded_error(path: &Path, error: &DbErr) -> OpenError {
    // SQLITE_CORRUPT and SQLITE_NOTADB; the low byte of extended codes.
    const DAMAGED: [u32; 2] = [11, 26];
    let code = match sqlx_cause(error) {
        Some(SqlxError::Database(cause)) => cause.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    let (file, cause) = (path.to_owned(), one_line(error));
    match code {
        Some(code) if DAMAGED.contains(&(code & 0xff)) => OpenError::Damaged { file, cause },
        _ => OpenError::Unusable { file, cause },
    }
}

/// Connects to a server. Statements of requests take no longer than the statement timeout.
pub(super) async fn server(settings: &ServerSettings, dropped: &Arc<Dropped>) -> Result<Pools> {
    let mut requests = server_options(settings, settings.max_connections);
    let (limit, postgres_limit, dropped) =
        (settings.statement_timeout, settings.statement_timeout, Arc::clone(dropped));
    requests
        .map_sqlx_postgres_pool_opts(move |options| interrupt::postgres(options, &dropped, postgres_limit))
        .map_sqlx_mysql_pool_opts(move |options| interrupt::mariadb(options, limit));
    let own = server_options(settings, OWN_CONNECTIONS);
    let address = settings.url.expose_secret();
    Ok(Pools { requests: connect(address, requests).await?, own: connect(address, own).await? })
}

fn server_options(settings: &ServerSettings, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(settings.url.expose_secret());
    options
        .max_connections(connections)
        .connect_timeout(settings.timeout)
        .acquire_timeout(settings.timeout)
        .test_before_acquire_if_idle_for(TEST_AFTER)
        .sqlx_logging(false);
    options
}

async fn connect(address: &str, options: ConnectOptions) -> Result<DatabaseConnection> {
    let connected = match address.split_once("://").map(|(kind, _)| kind) {
        Some("postgres" | "postgresql") => SqlxPostgresConnector::connect(options).await,
        Some("mysql") => SqlxMySqlConnector::connect(options).await,
        _ => return Err(OpenError::UnknownScheme.into()),
    };
    connected.map_err(|error| server_error(address, &error).into())
}

fn server_error(url: &str, error: &DbErr) -> OpenError {
    let cause = one_line(error);
    match sqlx_cause(error) {
        Some(SqlxError::Configuration(_)) => OpenError::Malformed { cause },
        Some(SqlxError::Database(_)) => OpenError::Rejected { host: host(url), cause },
        Some(SqlxError::PoolTimedOut) => OpenError::Unreachable { host: host(url), cause: "timed out".to_owned() },
        _ => OpenError::Unreachable { host: host(url), cause },
    }
}

/// Host and port of a URL, without user and password.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}

fn sqlx_cause(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// The innermost cause in one line; outer ones only repeat that the connection failed.
fn one_line(error: &DbErr) -> String {
    let text = match sqlx_cause(error) {
        Some(SqlxError::Database(cause)) => cause.message().to_owned(),
        Some(SqlxError::Io(cause)) => cause.to_string(),
        Some(SqlxError::Configuration(cause)) => cause.to_string(),
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
