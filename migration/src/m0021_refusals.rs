//! The entries of the audit log that are no successes, in the order of their list: they are few among many. MariaDB, which
//! does not index a part of a table, has those of success in the index as well.

use crate::schema::{Schema, index, run};
use sea_orm::{DbBackend, DbErr};

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    if schema.backend() == DbBackend::MySql {
        return index(schema, "audit_events", ["outcome", "at", "id"]).await;
    }
    let refused = "CREATE INDEX idx_audit_events_refused ON audit_events (outcome, at, id) WHERE outcome <> 'SUCCESS'";
    run(schema, refused).await
}
