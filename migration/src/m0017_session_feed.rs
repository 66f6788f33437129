//! The feed of sessions: the ends of sessions and the switches of their active roles, by number. It replaces the search
//! for both by time.

use crate::schema::{Columns, Schema, drop_index, index, optional, run, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let session_changes = table(schema, "session_changes")
        .col(columns.big_integer("seq").auto_increment().primary_key())
        .col(columns.id("session_id"))
        .col(optional(columns.big_integer("switches")))
        .col(columns.instant("at"))
        .take();
    schema.create_table(session_changes).await?;
    index(schema, "session_changes", ["at"]).await?;
    // Access tokens of ended sessions may not have expired yet.
    let ended = "INSERT INTO session_changes (session_id, at) \
                 SELECT id, revoked_at FROM sessions WHERE revoked_at IS NOT NULL";
    run(schema, ended).await?;
    drop_index(schema, "sessions", ["switched_at", "id"]).await
}
