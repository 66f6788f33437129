//! Values that applications keep with sessions, and an index that finds a user's live ones.

use crate::schema::{Columns, Schema, add_column, index, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    // A text, since MariaDB's documents nest no deeper than 32.
    add_column(schema, "sessions", optional(Columns::of(schema).text("data"))).await?;
    index(schema, "sessions", ["user_id", "revoked_at", "expires_at"]).await
}
