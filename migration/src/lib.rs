//! The migrations of the database schema: forward only, each unchanged once it is released.
//!
//! No migration imports `entity`, which changes later, and none writes data that the schema does not need. A database
//! that has more migrations than this binary knows is left as it is, so that an old binary runs on a new schema during a
//! rolling update.
//!
//! To add a migration: a file `mNNNN_….rs` with a function `up`, and a line in [`MIGRATIONS`]. MariaDB commits each
//! statement, so that a failed migration may run again from its start: it creates only what does not exist yet, with the
//! functions of `schema`.

mod lock;
mod m0001_users;
mod m0002_policy;
mod m0003_assignments;
mod m0004_sessions;
mod m0005_audit;
mod m0006_feed;
mod m0007_constraints;
mod m0008_switches;
mod m0009_ends;
mod m0010_session_data;
mod m0011_password_resets;
mod m0012_addresses;
mod m0013_user_versions;
mod m0014_assigners;
mod m0015_session_changes;
mod m0016_user_revisions;
mod m0017_session_feed;
mod m0018_deletions;
mod m0019_audit_texts;
mod m0020_live_sessions;
mod m0021_refusals;
mod m0022_audit_subjects;
mod m0023_audit_impact;
mod m0024_patterns;
mod m0025_policy_revisions;
mod m0026_last_uses;
mod m0027_demo_objects;
mod schema;

// A boxed future is compiled here once, not again in each crate that awaits it.
use async_recursion::async_recursion as boxed;
use schema::Schema;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr};
use std::collections::HashSet;
use std::pin::Pin;

/// The table of applied migrations, as SeaORM's own tool expects it.
const APPLIED_TABLE: &str = "seaql_migrations";

/// A migration.
struct Migration {
    name: &'static str,
    up: for<'a> fn(&'a Schema<'a>) -> Running<'a>,
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), DbErr>> + Send + 'a>>;

/// Migrations by the names of their files.
macro_rules! migrations {
    ($($name:ident),+ $(,)?) => {
        [$(Migration { name: stringify!($name), up: |schema| Box::pin($name::up(schema)) }),+]
    };
}

/// All migrations, oldest first.
const MIGRATIONS: &[Migration] = &migrations![
    m0001_users,
    m0002_policy,
    m0003_assignments,
    m0004_sessions,
    m0005_audit,
    m0006_feed,
    m0007_constraints,
    m0008_switches,
    m0009_ends,
    m0010_session_data,
    m0011_password_resets,
    m0012_addresses,
    m0013_user_versions,
    m0014_assigners,
    m0015_session_changes,
    m0016_user_revisions,
    m0017_session_feed,
    m0018_deletions,
    m0019_audit_texts,
    m0020_live_sessions,
    m0021_refusals,
    m0022_audit_subjects,
    m0023_audit_impact,
    m0024_patterns,
    m0025_policy_revisions,
    m0026_last_uses,
    m0027_demo_objects,
];

/// Applies the pending migrations and returns their number, under a lock that concurrent processes wait for. On SQLite
/// and PostgreSQL all of them are one transaction.
///
/// # Errors
/// [`DbErr`] of the failed statement, or when another process holds the lock for more than a minute (MariaDB).
#[boxed]
pub async fn up(database: &DatabaseConnection) -> Result<usize, DbErr> {
    let lock = lock::take(database).await?;
    let outcome = apply_pending(lock.connection()).await;
    lock.release(outcome).await
}

/// Names of the pending migrations, oldest first.
///
/// # Errors
/// [`DbErr`] when the database cannot be read.
#[boxed]
pub async fn pending(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let is_new = !schema::has_table(database, APPLIED_TABLE).await?;
    let applied = if is_new { HashSet::new() } else { applied(database).await? };
    Ok(not_in(&applied).map(|migration| migration.name.to_owned()).collect())
}

async fn apply_pending(transaction: &DatabaseTransaction) -> Result<usize, DbErr> {
    let schema = Schema::new(transaction);
    schema::create_applied_table(&schema, APPLIED_TABLE).await?;
    let applied = applied(transaction).await?;
    let mut count = 0;
    for migration in not_in(&applied) {
        (migration.up)(&schema).await?;
        record(transaction, migration.name).await?;
        count += 1;
    }
    Ok(count)
}

/// Migrations that are not applied, oldest first.
fn not_in(applied: &HashSet<String>) -> impl Iterator<Item = &'static Migration> {
    MIGRATIONS.iter().filter(|migration| !applied.contains(migration.name))
}

/// Names of the applied migrations, with those that only a newer binary knows.
async fn applied<C: ConnectionTrait>(connection: &C) -> Result<HashSet<String>, DbErr> {
    let names = Query::select().column("version").from(APPLIED_TABLE).take();
    let rows = connection.query_all(&names).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

#[expect(clippy::disallowed_methods, reason = "informative only; migrations run before the service has a clock")]
async fn record<C: ConnectionTrait>(connection: &C, name: &str) -> Result<(), DbErr> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let applied_at = i64::try_from(now.as_secs()).unwrap_or_default();
    let mut entry = Query::insert();
    entry.into_table(APPLIED_TABLE).columns(["version", "applied_at"]).values_panic([name.into(), applied_at.into()]);
    connection.execute(&entry).await.map(drop)
}
