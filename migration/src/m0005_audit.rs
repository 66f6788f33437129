//! The audit log and the objects that its entries concern.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_audit_events(schema).await?;
    create_audit_subjects(schema).await
}

async fn create_audit_events(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let audit_events = table(schema, "audit_events")
        .col(columns.id("id").primary_key())
        .col(columns.instant("at"))
        .col(columns.key("action", 64))
        .col(columns.string("outcome", 16))
        .col(optional(columns.id("actor_id")))
        .col(columns.text("actor_label"))
        .col(optional(columns.string("target_type", 32)))
        .col(optional(columns.id("target_id")))
        .col(optional(columns.text("target_label")))
        .col(columns.text("summary"))
        .col(columns.json("before"))
        .col(columns.json("after"))
        .col(optional(columns.text("reason")))
        .col(optional(columns.string("ip_address", 64)))
        .col(optional(columns.text("user_agent")))
        .col(columns.string("request_id", 64))
        .take();
    schema.create_table(audit_events).await?;
    index(schema, "audit_events", ["at", "id"]).await?;
    for filter in ["actor_id", "target_id", "action"] {
        index(schema, "audit_events", [filter, "at", "id"]).await?;
    }
    Ok(())
}

async fn create_audit_subjects(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let audit_subjects = table(schema, "audit_subjects")
        .col(columns.id("object_id"))
        .col(columns.id("event_id"))
        .primary_key(&mut primary_key(["object_id", "event_id"]))
        .foreign_key(&mut belongs_to("audit_subjects", "event_id", "audit_events"))
        .take();
    schema.create_table(audit_subjects).await?;
    index(schema, "audit_subjects", ["event_id"]).await
}
