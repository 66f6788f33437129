//! Index of the texts of the audit log by trigrams, where the database has one.

use crate::schema::{Schema, has_table, run};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait};

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    match schema.backend() {
        DbBackend::Sqlite => index_on_sqlite(schema).await,
        DbBackend::Postgres => index_on_postgres(schema).await,
        // MariaDB has indexes of words only, which find other entries.
        _ => Ok(()),
    }
}

/// FTS5 names its rows by numbers. Those of `audit_events` may change when the file is compacted, so `audit_numbers` keeps
/// a number for each entry. Triggers follow the entries, which are never updated.
async fn index_on_sqlite(schema: &Schema<'_>) -> Result<(), DbErr> {
    if has_table(schema.transaction(), "audit_numbers").await? {
        return Ok(());
    }
    for statement in [
        "CREATE TABLE audit_numbers (number INTEGER PRIMARY KEY, event_id BLOB NOT NULL UNIQUE)",
        "CREATE VIRTUAL TABLE audit_texts USING fts5(summary, content = '', contentless_delete = 1, \
         tokenize = 'trigram', detail = none)",
        "INSERT INTO audit_numbers (event_id) SELECT id FROM audit_events ORDER BY at, id",
        "INSERT INTO audit_texts (rowid, summary) SELECT number, summary FROM audit_numbers \
         JOIN audit_events ON id = event_id ORDER BY number",
        "CREATE TRIGGER audit_texts_insert AFTER INSERT ON audit_events BEGIN \
         INSERT INTO audit_numbers (event_id) VALUES (new.id); \
         INSERT INTO audit_texts (rowid, summary) VALUES (last_insert_rowid(), new.summary); END",
        "CREATE TRIGGER audit_texts_delete AFTER DELETE ON audit_events BEGIN \
         DELETE FROM audit_texts WHERE rowid = (SELECT number FROM audit_numbers WHERE event_id = old.id); \
         DELETE FROM audit_numbers WHERE event_id = old.id; END",
    ] {
        run(schema, statement).await?;
    }
    Ok(())
}

/// The extension belongs to the standard distribution. Where it is not installed, or the user of the database may not
/// create it, searches read the entries themselves.
async fn index_on_postgres(schema: &Schema<'_>) -> Result<(), DbErr> {
    let attempt = schema.transaction().begin().await?;
    let created = attempt
        .execute_unprepared(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; \
             CREATE INDEX IF NOT EXISTS idx_audit_events_summary ON audit_events USING gin (summary gin_trgm_ops)",
        )
        .await;
    match created {
        Ok(_) => attempt.commit().await,
        Err(_) => attempt.rollback().await,
    }
}
