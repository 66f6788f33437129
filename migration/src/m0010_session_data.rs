//! Values that applications keep with sessions, and an index that finds a user's live ones.

use crate::schema::{Columns, add_column, index, optional};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A text, since MariaDB's documents nest no deeper than 32.
        add_column(manager, "sessions", optional(Columns::of(manager).text("data"))).await?;
        index(manager, "sessions", ["user_id", "revoked_at", "expires_at"]).await
    }
}
