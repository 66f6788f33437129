//! The policy revision and the change feed that replicas follow.

use crate::schema::{Columns, Schema, index, primary_key, run, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_policy_state(schema).await?;
    create_policy_changes(schema).await
}

/// The table has one row, which changes lock.
async fn create_policy_state(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let policy_state = table(schema, "policy_state")
        .col(columns.integer("id").primary_key())
        .col(columns.big_integer("revision"))
        .take();
    schema.create_table(policy_state).await?;
    let first = "INSERT INTO policy_state (id, revision) \
                 SELECT one.id, 0 FROM (SELECT 1 AS id) AS one \
                 WHERE NOT EXISTS (SELECT 1 FROM policy_state)";
    run(schema, first).await
}

async fn create_policy_changes(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let policy_changes = table(schema, "policy_changes")
        .col(columns.big_integer("revision"))
        .col(columns.integer("position"))
        .col(columns.string("kind", 16))
        .col(columns.id("object_id"))
        .col(columns.instant("at"))
        .primary_key(&mut primary_key(["revision", "position"]))
        .take();
    schema.create_table(policy_changes).await?;
    index(schema, "policy_changes", ["at"]).await
}
