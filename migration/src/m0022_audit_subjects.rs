//! No foreign key from what an audit entry concerns to the entry, on PostgreSQL.

use crate::schema::{Schema, run};
use sea_orm::{DbBackend, DbErr};

/// PostgreSQL checks each row with a query of its own, which takes longer than to write the row: an import writes millions.
/// Nothing relies on the key: entries are written with what they concern, and are deleted after it.
pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    match schema.backend() {
        DbBackend::Postgres => {
            run(schema, "ALTER TABLE audit_subjects DROP CONSTRAINT IF EXISTS fk_audit_subjects_event_id").await
        }
        _ => Ok(()),
    }
}
