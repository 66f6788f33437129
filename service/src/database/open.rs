//! Opening a database, and saying in one line why it cannot be done and what to do about it.

use crate::{Error, Result};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, RuntimeErr, SqlxError, SqlxMySqlConnector, SqlxPostgresConnector,
    SqlxSqliteConnector,
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections to the embedded file. Readers do not wait for the writer, but writers wait for each
/// other, each on a connection of its own.
const EMBEDDED_CONNECTIONS: u32 = 8;
/// How long a write waits for another one to the embedded file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for one of the connections to the embedded file.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections not used for so long are closed; each keeps a thread and a cache.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// A server's connection not used for so long is tried before it is used again.
const TRY_AFTER: Duration = Duration::from_secs(1);

/// Why a database cannot be opened, in one line, with what to do about it.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error("cannot make the data folder `{}`: {cause}; name another folder, or let this user write there", .folder.display())]
    Folder { folder: PathBuf, cause: io::Error },
    #[error("cannot open the database file `{}`: {cause}; let this user read and write it, or name another", .file.display())]
    File { file: PathBuf, cause: io::Error },
    #[error("`{}` is damaged or is no database: {cause}; restore a backup, or move it away to start anew", .file.display())]
    Damaged { file: PathBuf, cause: String },
    #[error("cannot use the database file `{}`: {cause}; see that nothing else holds it and that the disk is not full", .file.display())]
    Unusable { file: PathBuf, cause: String },
    #[error(
        "the database address is of no known kind; write `postgres://user:password@host:5432/name` or `mysql://user:password@host:3306/name`"
    )]
    UnknownKind,
    #[error("the database address cannot be read: {cause}; write it like `postgres://user:password@host:5432/name`")]
    Malformed { cause: String },
    #[error("the database server at `{host}` does not answer: {cause}; see that it runs and that the address is right")]
    Away { host: String, cause: String },
    #[error(
        "the database server at `{host}` refuses: {cause}; check the user, the password and the name in the address"
    )]
    RefusedByServer { host: String, cause: String },
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// Opens the SQLite file at `path`; makes it, and its folder, when they are not there.
pub(super) async fn embedded(path: &Path) -> Result<DatabaseConnection> {
    prepare(path)?;
    // The file is named below, where nothing has to be escaped.
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(EMBEDDED_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        .sqlx_logging(false);
    let file = path.to_owned();
    options.map_sqlx_sqlite_opts(move |options| tune(options, &file));
    let connection = SqlxSqliteConnector::connect(options).await.map_err(|error| why_not_embedded(path, &error))?;
    // Opening reads little; a damaged file shows itself when its list of tables is read.
    let probe = sea_orm::ConnectionTrait::execute_unprepared(&connection, "SELECT count(*) FROM sqlite_master").await;
    probe.map_err(|error| why_not_embedded(path, &error))?;
    Ok(connection)
}

/// With a write-ahead log and `synchronous = FULL` a commit is on the disk when it is acknowledged: a
/// logout or a change of rights survives the death of this process and a loss of power alike.
fn tune(options: SqliteConnectOptions, file: &Path) -> SqliteConnectOptions {
    options
        .filename(file)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Makes folder and file for their owner's eyes only; what is there keeps its permissions.
fn prepare(path: &Path) -> Result<(), OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        make_folder(folder).map_err(|cause| OpenError::Folder { folder: folder.to_owned(), cause })?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|cause| OpenError::File { file: path.to_owned(), cause })
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn why_not_embedded(path: &Path, error: &DbErr) -> OpenError {
    // SQLITE_CORRUPT and SQLITE_NOTADB, whatever their extended form.
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

/// Connects to the server at `url`.
pub(super) async fn server(url: &SecretString, max_connections: u32, timeout: Duration) -> Result<DatabaseConnection> {
    let address = url.expose_secret();
    let mut options = ConnectOptions::new(address);
    options
        .max_connections(max_connections)
        .connect_timeout(timeout)
        .acquire_timeout(timeout)
        .test_before_acquire_if_idle_for(TRY_AFTER)
        .sqlx_logging(false);
    let connected = match address.split_once("://").map(|(kind, _)| kind) {
        Some("postgres" | "postgresql") => SqlxPostgresConnector::connect(options).await,
        Some("mysql") => SqlxMySqlConnector::connect(options).await,
        _ => return Err(OpenError::UnknownKind.into()),
    };
    connected.map_err(|error| why_not_server(address, &error).into())
}

fn why_not_server(url: &str, error: &DbErr) -> OpenError {
    let cause = one_line(error);
    match sqlx_cause(error) {
        Some(SqlxError::Configuration(_)) => OpenError::Malformed { cause },
        Some(SqlxError::Database(_)) => OpenError::RefusedByServer { host: host(url), cause },
        Some(SqlxError::PoolTimedOut) => OpenError::Away { host: host(url), cause: "no answer in time".to_owned() },
        _ => OpenError::Away { host: host(url), cause },
    }
}

/// Host and port of a URL, without who and with which password.
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

/// The innermost cause in one line: outer ones only repeat that a connection failed.
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
