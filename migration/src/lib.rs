//! How the tables came to be: explicit steps, forward only, each frozen once it was released.
//!
//! A room for schema only: no step imports `entity` (its shapes move on, history does not) and none
//! writes data other than what the schema itself needs. [`up`] brings any database to today's
//! schema; a database that is ahead of this binary is left alone, so that an old binary runs on a
//! new schema during a rolling update.
//!
//! To add a step: a file `mNNNN_….rs` with one `impl MigrationTrait`, and a line in [`steps`]. A step
//! may be tried again after it failed half-way (MariaDB commits each statement of it), so it creates
//! only what is not there yet; `schema.rs` helps with that.

#![expect(elided_lifetimes_in_paths, reason = "`async_trait` wants the signature of `up` letter by letter")]

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
mod schema;

use sea_orm::{ActiveValue, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager, seaql_migrations};
use std::collections::HashSet;

/// Where applied steps are written down.
const LEDGER: &str = "seaql_migrations";

/// All steps, oldest first.
fn steps() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_users::Migration),
        Box::new(m0002_policy::Migration),
        Box::new(m0003_assignments::Migration),
        Box::new(m0004_sessions::Migration),
        Box::new(m0005_audit::Migration),
        Box::new(m0006_feed::Migration),
        Box::new(m0007_constraints::Migration),
        Box::new(m0008_switches::Migration),
        Box::new(m0009_ends::Migration),
        Box::new(m0010_session_data::Migration),
    ]
}

/// Applies every step that is missing and gives how many there were. Of two processes that migrate
/// at once, one waits and then finds nothing left to do. On SQLite and PostgreSQL all of it is one
/// transaction.
///
/// # Errors
/// [`DbErr`] of the statement that failed, or of a lock that another process holds for too long.
pub async fn up(database: &DatabaseConnection) -> Result<usize, DbErr> {
    let lock = lock::take(database).await?;
    let outcome = apply_missing(lock.connection()).await;
    lock.release(outcome).await
}

/// Names of the steps that [`up`] would apply. Only reads.
///
/// # Errors
/// [`DbErr`] when the database cannot be read.
pub async fn pending(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(database).has_table(LEDGER).await? {
        return Ok(steps().iter().map(|step| step.name().to_owned()).collect());
    }
    let applied = applied(database).await?;
    Ok(missing(&applied).map(|step| step.name().to_owned()).collect())
}

async fn apply_missing(transaction: &sea_orm::DatabaseTransaction) -> Result<usize, DbErr> {
    let manager = SchemaManager::new(transaction);
    schema::create_ledger(&manager, LEDGER).await?;
    let applied = applied(transaction).await?;
    let mut count = 0;
    for step in missing(&applied) {
        step.up(&manager).await?;
        write_down(transaction, step.name()).await?;
        count += 1;
    }
    Ok(count)
}

/// Steps not among those applied, oldest first.
fn missing(applied: &HashSet<String>) -> impl Iterator<Item = Box<dyn MigrationTrait>> {
    steps().into_iter().filter(|step| !applied.contains(step.name()))
}

/// Names in the ledger; those this binary does not know are there when it is the older one.
async fn applied<C: ConnectionTrait>(connection: &C) -> Result<HashSet<String>, DbErr> {
    let entries = seaql_migrations::Entity::find().all(connection).await?;
    Ok(entries.into_iter().map(|entry| entry.version).collect())
}

#[expect(clippy::disallowed_methods, reason = "a note for people; migrations run before there is a clock to ask")]
async fn write_down<C: ConnectionTrait>(connection: &C, name: &str) -> Result<(), DbErr> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let entry = seaql_migrations::ActiveModel {
        version: ActiveValue::Set(name.to_owned()),
        applied_at: ActiveValue::Set(now.as_secs().try_into().unwrap_or_default()),
    };
    seaql_migrations::Entity::insert(entry).exec_without_returning(connection).await?;
    Ok(())
}
