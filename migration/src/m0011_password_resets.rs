//! Password resets.

use crate::schema::{Columns, Schema, belongs_to, index, optional, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let resets = table(schema, "password_resets")
        .col(columns.id("user_id").primary_key())
        .col(columns.hash("token_hash"))
        .col(optional(columns.id("issued_by")))
        .col(columns.instant("issued_at"))
        .col(columns.instant("expires_at"))
        .foreign_key(&mut belongs_to("password_resets", "user_id", "users"))
        .take();
    schema.create_table(resets).await?;
    unique(schema, "password_resets", ["token_hash"]).await?;
    index(schema, "password_resets", ["expires_at"]).await
}
