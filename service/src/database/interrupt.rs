//! Statements end with the work that runs them.
//!
//! A driver waits for a statement whose future was dropped, and keeps its connection meanwhile. Here SQLite asks the work
//! from time to time whether it was dropped. A connection to PostgreSQL that does not respond when it is returned is
//! closed, and the server ends the statement of a client that has gone. MariaDB notices neither: there, the timeout of
//! statements is the limit.

use sqlx::sqlite::{SqliteConnection, SqlitePoolOptions};
use sqlx::{Connection as _, Executor as _, MySql, Postgres};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Steps of SQLite's virtual machine between two questions: some 20 µs.
const STEPS: i32 = 1_000;
/// Time for which returned connections are tested after work was dropped.
const TESTED_FOR: Duration = Duration::from_secs(5);
/// Interval at which PostgreSQL looks during a statement whether its client has gone.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// Time in which an idle server responds.
const RESPONSE_TIME: Duration = Duration::from_millis(200);

tokio::task_local! {
    /// The work that the current task does.
    static WORK: Arc<AtomicBool>;
}

/// Work that was dropped, on one database.
#[derive(Debug)]
pub(super) struct Dropped {
    origin: Instant,
    /// Time of the latest, in milliseconds after `origin`; 0 before the first.
    latest: AtomicU64,
}

impl Dropped {
    pub(super) fn new() -> Self {
        Self { origin: Instant::now(), latest: AtomicU64::new(0) }
    }

    fn note(&self) {
        self.latest.fetch_max(self.now().max(1), Ordering::AcqRel);
    }

    fn is_recent(&self) -> bool {
        let latest = self.latest.load(Ordering::Acquire);
        latest != 0 && self.now() < latest + u64::try_from(TESTED_FOR.as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Ends the statements of work that is dropped before its end.
struct Guard<'a> {
    work: Arc<AtomicBool>,
    dropped: &'a Dropped,
    is_done: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.work.store(true, Ordering::Release);
            self.dropped.note();
        }
    }
}

/// Does work whose statements end when it is dropped. A commit that has begun is completed.
pub(super) async fn interruptible<T>(dropped: &Dropped, work: impl Future<Output = T>) -> T {
    let flag = Arc::new(AtomicBool::new(false));
    // Dropped in reverse order: the guard stops the statement before its future is dropped.
    let work = pin!(WORK.scope(Arc::clone(&flag), work));
    let mut guard = Guard { work: flag, dropped, is_done: false };
    let result = work.await;
    guard.is_done = true;
    result
}

/// Does work that gets a connection for other work as well: its statements do not end with the current work.
pub(super) async fn uninterrupted<T>(work: impl Future<Output = T>) -> T {
    WORK.scope(Arc::default(), work).await
}

/// Makes the connections of a pool to SQLite interruptible.
pub(super) fn sqlite(options: SqlitePoolOptions) -> SqlitePoolOptions {
    options
        .after_connect(|connection, _| Box::pin(attach(connection)))
        .before_acquire(|connection, _| Box::pin(async move { attach(connection).await.map(|()| true) }))
        .after_release(|connection, _| Box::pin(has_rolled_back(connection)))
}

/// Whether a transaction that was dropped has been rolled back. SQLite rolls one back by itself when a write is
/// interrupted, and the driver then takes it for open: such a connection is closed.
async fn has_rolled_back(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // Answered after the rollback.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Lets the statements of a connection ask the work of the current task.
async fn attach(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let work = WORK.try_with(Arc::clone);
    let mut connection = connection.lock_handle().await?;
    match work {
        Ok(work) => connection.set_progress_handler(STEPS, move || !work.load(Ordering::Acquire)),
        Err(_) => connection.remove_progress_handler(),
    }
    Ok(())
}

/// Makes the connections of a pool to PostgreSQL interruptible, and limits the time of their statements.
pub(super) fn postgres(
    options: sqlx::pool::PoolOptions<Postgres>,
    dropped: &Arc<Dropped>,
    limit: Option<Duration>,
) -> sqlx::pool::PoolOptions<Postgres> {
    let dropped = Arc::clone(dropped);
    // Older servers than 14 lack the second setting.
    let settings = format!(
        "SELECT set_config('statement_timeout', '{}', false); \
         SELECT set_config(name, '{}', false) FROM pg_settings WHERE name = 'client_connection_check_interval'",
        limit.unwrap_or_default().as_millis(),
        CHECK_INTERVAL.as_millis(),
    );
    let settings: Arc<str> = settings.into();
    options
        .after_connect(move |connection, _| {
            let settings = Arc::clone(&settings);
            Box::pin(async move { connection.execute(sqlx::AssertSqlSafe(settings.to_string())).await.map(drop) })
        })
        .after_release(move |connection, _| {
            let is_tested = dropped.is_recent();
            Box::pin(
                async move { Ok(!is_tested || matches!(timeout(RESPONSE_TIME, connection.ping()).await, Ok(Ok(())))) },
            )
        })
}

/// Limits the time of the statements on a pool to MariaDB.
pub(super) fn mariadb(
    options: sqlx::pool::PoolOptions<MySql>,
    limit: Option<Duration>,
) -> sqlx::pool::PoolOptions<MySql> {
    let Some(limit) = limit else { return options };
    let setting = format!("SET SESSION max_statement_time = {}", limit.as_secs_f64());
    options.after_connect(move |connection, _| {
        let setting = setting.clone();
        Box::pin(async move { connection.execute(sqlx::AssertSqlSafe(setting)).await.map(drop) })
    })
}
