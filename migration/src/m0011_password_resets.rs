//! Resets of passwords that were issued and not used yet.

use crate::schema::{Columns, belongs_to, index, optional, table, unique};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let resets = table(manager, "password_resets")
            .col(columns.id("user_id").primary_key())
            .col(columns.hash("token_hash"))
            .col(optional(columns.id("issued_by")))
            .col(columns.instant("issued_at"))
            .col(columns.instant("expires_at"))
            .foreign_key(&mut belongs_to(("password_resets", "user_id"), "users"))
            .take();
        manager.create_table(resets).await?;
        unique(manager, "password_resets", ["token_hash"]).await?;
        index(manager, "password_resets", ["expires_at"]).await
    }
}
