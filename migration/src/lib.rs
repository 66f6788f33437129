//! How the tables came to be: explicit steps, forward only, each frozen once it was released.
//!
//! A room for schema only: no step imports `entity` (its shapes move on, history does not) and none
//! writes data other than what the schema itself needs. [`up`] brings any database to today's
//! schema; a database that is ahead of this binary is left alone, so that an old binary runs on a
//! new schema during a rolling update.
//!
//! To add a step: a file `mNNNN_….rs` with one function `up`, and a line in [`STEPS`]. A step
//! may be tried again after it failed half-way (MariaDB commits each statement of it), so it creates
//! only what is not there yet; `schema.rs` helps with that.

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
mod schema;

// What goes to and fro with a database is much to compile: here, once, and not again wherever it is awaited.
use async_recursion::async_recursion as boxed;
use schema::Schema;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr};
use std::collections::HashSet;
use std::pin::Pin;

/// Where applied steps are written down, in the shape that SeaORM's own tool reads.
const LEDGER: &str = "seaql_migrations";

/// One step of the way.
struct Step {
    name: &'static str,
    up: for<'a> fn(&'a Schema<'a>) -> Going<'a>,
}

type Going<'a> = Pin<Box<dyn Future<Output = Result<(), DbErr>> + Send + 'a>>;

/// Steps by the names of their files.
macro_rules! steps {
    ($($name:ident),+ $(,)?) => {
        [$(Step { name: stringify!($name), up: |schema| Box::pin($name::up(schema)) }),+]
    };
}

/// All steps, oldest first.
const STEPS: &[Step] = &steps![
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
];

/// Applies every step that is missing and gives how many there were. Of two processes that migrate
/// at once, one waits and then finds nothing left to do. On SQLite and PostgreSQL all of it is one
/// transaction.
///
/// # Errors
/// [`DbErr`] of the statement that failed, or of a lock that another process holds for too long.
#[boxed]
pub async fn up(database: &DatabaseConnection) -> Result<usize, DbErr> {
    let lock = lock::take(database).await?;
    let outcome = apply_missing(lock.connection()).await;
    lock.release(outcome).await
}

/// Names of the steps that [`up`] would apply. Only reads.
///
/// # Errors
/// [`DbErr`] when the database cannot be read.
#[boxed]
pub async fn pending(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let is_new = !schema::has_table(database, LEDGER).await?;
    let applied = if is_new { HashSet::new() } else { applied(database).await? };
    Ok(missing(&applied).map(|step| step.name.to_owned()).collect())
}

async fn apply_missing(transaction: &DatabaseTransaction) -> Result<usize, DbErr> {
    let schema = Schema::new(transaction);
    schema::create_ledger(&schema, LEDGER).await?;
    let applied = applied(transaction).await?;
    let mut count = 0;
    for step in missing(&applied) {
        (step.up)(&schema).await?;
        write_down(transaction, step.name).await?;
        count += 1;
    }
    Ok(count)
}

/// Steps not among those applied, oldest first.
fn missing(applied: &HashSet<String>) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(|step| !applied.contains(step.name))
}

/// Names in the ledger; those this binary does not know are there when it is the older one.
async fn applied<C: ConnectionTrait>(connection: &C) -> Result<HashSet<String>, DbErr> {
    let names = Query::select().column("version").from(LEDGER).take();
    let rows = connection.query_all(&names).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

#[expect(clippy::disallowed_methods, reason = "a note for people; migrations run before there is a clock to ask")]
async fn write_down<C: ConnectionTrait>(connection: &C, name: &str) -> Result<(), DbErr> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let applied_at = i64::try_from(now.as_secs()).unwrap_or_default();
    let mut entry = Query::insert();
    entry.into_table(LEDGER).columns(["version", "applied_at"]).values_panic([name.into(), applied_at.into()]);
    connection.execute(&entry).await.map(drop)
}
