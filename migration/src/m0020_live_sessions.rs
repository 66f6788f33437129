//! The live sessions in the order of their list, where the database indexes a part of a table.

use crate::schema::{Schema, drop_index, run};
use sea_orm::{DbBackend, DbErr};

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    if schema.backend() == DbBackend::MySql {
        return Ok(());
    }
    run(schema, "CREATE INDEX idx_sessions_live ON sessions (last_seen_at, id) WHERE revoked_at IS NULL").await?;
    // SQLite would look up what is not revoked in an index of the whole column, and sort it.
    drop_index(schema, "sessions", ["revoked_at", "id"]).await?;
    run(schema, "CREATE INDEX idx_sessions_ended ON sessions (revoked_at) WHERE revoked_at IS NOT NULL").await
}
