//! The audit log, and what each of its entries concerns.

use crate::schema::{Columns, belongs_to, index, optional, primary_key, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_audit_events(manager).await?;
        create_audit_subjects(manager).await
    }
}

async fn create_audit_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let audit_events = table(manager, "audit_events")
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
    manager.create_table(audit_events).await?;
    index(manager, "audit_events", ["at", "id"]).await?;
    for filter in ["actor_id", "target_id", "action"] {
        index(manager, "audit_events", [filter, "at", "id"]).await?;
    }
    Ok(())
}

async fn create_audit_subjects(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let audit_subjects = table(manager, "audit_subjects")
        .col(columns.id("object_id"))
        .col(columns.id("event_id"))
        .primary_key(&mut primary_key(["object_id", "event_id"]))
        .foreign_key(&mut belongs_to(("audit_subjects", "event_id"), "audit_events"))
        .take();
    manager.create_table(audit_subjects).await?;
    index(manager, "audit_subjects", ["event_id"]).await
}
