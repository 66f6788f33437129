//! The positions of all feeds in one statement: what a replica asks the database while nothing happens.

use super::{keys, policy, sessions};
use crate::database::{Connection, epoch_millis};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query};
use std::ops::RangeInclusive;

/// Positions of the feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Positions {
    /// Revision of the policy.
    pub(crate) revision: u64,
    /// Latest number in the feed of sessions; 0 when it is empty.
    pub(crate) latest_session_change: i64,
    /// Number of changes of sessions within the ranges.
    pub(crate) skipped_session_changes: i64,
    /// State of the signing keys.
    pub(crate) keys: KeysPosition,
    /// Time of the database; `None` where it has the clock of this machine.
    pub(crate) now: Option<DateTime<Utc>>,
}

/// State of the signing keys: it differs after each creation and revocation, and a key retires when another one is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeysPosition {
    keys: i64,
    revoked: i64,
    newest: Option<DateTime<Utc>>,
}

/// Reads the positions. `skipped` are ranges of numbers in the feed of sessions.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(crate) async fn positions<C: Connection>(connection: &C, skipped: &[RangeInclusive<i64>]) -> Result<Positions> {
    let mut query = Query::select();
    query
        .expr_as(policy::revision_query(), "revision")
        .expr_as(sessions::latest(), "latest")
        .expr_as(sessions::count_within(skipped), "skipped")
        .expr_as(keys::count_query(), "keys")
        .expr_as(keys::count_revoked_query(), "revoked")
        .expr_as(keys::newest_query(), "newest");
    if let Some(now) = epoch_millis(connection.get_database_backend()) {
        query.expr_as(Expr::cust(now), "now_ms");
    }
    let row = connection.query_one(&query).await?;
    let row = row.ok_or_else(|| Error::Internal("the database returned no positions".into()))?;
    let revision: Option<i64> = row.try_get("", "revision")?;
    let revision = revision.ok_or_else(|| Error::Internal("the table `policy_state` is empty".into()))?;
    let now: Option<i64> = row.try_get("", "now_ms").unwrap_or_default();
    Ok(Positions {
        revision: policy::revision_of(revision),
        latest_session_change: row.try_get::<Option<i64>>("", "latest")?.unwrap_or_default(),
        skipped_session_changes: row.try_get("", "skipped")?,
        keys: KeysPosition {
            keys: row.try_get("", "keys")?,
            revoked: row.try_get("", "revoked")?,
            newest: row.try_get("", "newest")?,
        },
        now: now.and_then(DateTime::from_timestamp_millis),
    })
}
