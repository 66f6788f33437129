//! Deleted objects whose links are still to be removed.

use crate::schema::{Columns, Schema, index, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let deletions = table(schema, "deletions")
        .col(columns.id("object_id").primary_key())
        .col(columns.string("kind", 16))
        .col(columns.id("event_id"))
        .col(columns.instant("deleted_at"))
        .take();
    schema.create_table(deletions).await?;
    index(schema, "deletions", ["deleted_at"]).await
}
