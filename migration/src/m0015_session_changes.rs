//! Indexes in the order in which the changes of sessions are read in pages. They replace those of the time alone.

use crate::schema::{Schema, drop_index, index};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    index(schema, "sessions", ["revoked_at", "id"]).await?;
    index(schema, "sessions", ["switched_at", "id"]).await?;
    drop_index(schema, "sessions", ["revoked_at"]).await?;
    drop_index(schema, "sessions", ["switched_at"]).await
}
