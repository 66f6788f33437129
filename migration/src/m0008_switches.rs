//! Number and last time of the switches of a session's active roles.

use crate::schema::{Columns, Schema, add_column, index, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    add_column(schema, "sessions", columns.big_integer("switches").default(0).take()).await?;
    add_column(schema, "sessions", optional(columns.instant("switched_at"))).await?;
    index(schema, "sessions", ["switched_at"]).await
}
