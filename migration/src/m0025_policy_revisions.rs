//! Past revisions of the policy, with what undoes each. Revisions before this migration have none.

use crate::schema::{Columns, Schema, optional, primary_key, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let policy_revisions = table(schema, "policy_revisions")
        .col(columns.big_integer("number").primary_key())
        .col(columns.id("id"))
        .col(columns.instant("at"))
        .col(optional(columns.id("actor_id")))
        .col(columns.text("summary"))
        .col(columns.integer("parts"))
        .col(columns.json("undo").not_null())
        .take();
    schema.create_table(policy_revisions).await?;
    unique(schema, "policy_revisions", ["id"]).await?;
    let policy_revision_parts = table(schema, "policy_revision_parts")
        .col(columns.big_integer("number"))
        .col(columns.integer("position"))
        .col(columns.json("undo").not_null())
        .primary_key(&mut primary_key(["number", "position"]))
        .take();
    schema.create_table(policy_revision_parts).await
}
