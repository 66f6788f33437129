//! Database errors as errors of use cases.

use crate::{Busy, Error};
use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxMySqlError};

/// An outage is [`Error::Unavailable`]; a statement that the database rejects is a fault of the service.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Self::Unavailable(error.into()),
            DbErr::Exec(RuntimeErr::SqlxError(ref cause)) | DbErr::Query(RuntimeErr::SqlxError(ref cause))
                if is_lock_timeout(cause) =>
            {
                Busy.into()
            }
            DbErr::Exec(RuntimeErr::SqlxError(ref cause)) | DbErr::Query(RuntimeErr::SqlxError(ref cause))
                if is_outage(cause) =>
            {
                Self::Unavailable(error.into())
            }
            other => Self::Internal(other.into()),
        }
    }
}

/// Waits for a lock that were too long: SQLite 5 busy (low byte), PostgreSQL 55P03 and 40P01, MariaDB 1205 and 1213.
fn is_lock_timeout(error: &SqlxError) -> bool {
    let SqlxError::Database(cause) = error else { return false };
    if let Some(cause) = cause.try_downcast_ref::<SqlxMySqlError>() {
        return matches!(cause.number(), 1205 | 1213);
    }
    cause.code().is_some_and(|code| match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => sqlite & 0xff == 5,
        _ => matches!(&*code, "55P03" | "40P01"),
    })
}

/// Lost connections, exhausted pools and full disks.
fn is_outage(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        // SQLSTATE classes 08 connection, 53 resources, 57 operator intervention, 40 transaction rollback, 70
        // interrupted (MariaDB); SQLite codes
        // 6 locked, 8 read-only, 9 interrupted, 10 I/O error, 13 full (low byte).
        SqlxError::Database(cause) => cause.code().is_some_and(|code| {
            let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
            sqlite.is_some_and(|code| matches!(code, 6 | 8 | 9 | 10 | 13))
                || ["08", "53", "57", "40", "70"].iter().any(|class| code.len() == 5 && code.starts_with(class))
        }),
        _ => false,
    }
}
