//! The policy revision and the change feed that replicas follow.

use crate::schema::{Columns, index, primary_key, run, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_policy_state(manager).await?;
        create_policy_changes(manager).await
    }
}

/// The table is its one row: without it there is nothing to lock.
async fn create_policy_state(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let policy_state = table(manager, "policy_state")
        .col(columns.integer("id").primary_key())
        .col(columns.big_integer("revision"))
        .take();
    manager.create_table(policy_state).await?;
    let first = "INSERT INTO policy_state (id, revision) \
                 SELECT one.id, 0 FROM (SELECT 1 AS id) AS one \
                 WHERE NOT EXISTS (SELECT 1 FROM policy_state)";
    run(manager, first).await
}

async fn create_policy_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let policy_changes = table(manager, "policy_changes")
        .col(columns.big_integer("revision"))
        .col(columns.integer("position"))
        .col(columns.string("kind", 16))
        .col(columns.id("object_id"))
        .col(columns.instant("at"))
        .primary_key(&mut primary_key(["revision", "position"]))
        .take();
    manager.create_table(policy_changes).await?;
    index(manager, "policy_changes", ["at"]).await
}
