//! Values of applications in sessions, and an index of a user's live sessions.

use crate::schema::{Columns, Schema, add_column, index, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    // A text, since MariaDB limits JSON documents to a depth of 32.
    add_column(schema, "sessions", optional(Columns::of(schema).text("data"))).await?;
    index(schema, "sessions", ["user_id", "revoked_at", "expires_at"]).await
}
