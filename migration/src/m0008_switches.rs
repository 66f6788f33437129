//! How often, and when last, a session's active roles were switched.

use crate::schema::{Columns, add_column, index, optional};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        add_column(manager, "sessions", columns.big_integer("switches").default(0).take()).await?;
        add_column(manager, "sessions", optional(columns.instant("switched_at"))).await?;
        index(manager, "sessions", ["switched_at"]).await
    }
}
