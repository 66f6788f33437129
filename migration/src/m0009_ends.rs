//! Of which ends of assignments and direct grants the audit log was told.

use crate::schema::{Columns, add_column, index, optional};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["user_roles", "user_permissions"] {
            let noted_end = optional(Columns::of(manager).instant("noted_end"));
            add_column(manager, table, noted_end).await?;
            index(manager, table, ["expires_at"]).await?;
        }
        Ok(())
    }
}
