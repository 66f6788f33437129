//! Roles assigned to users, and permissions granted to them directly.

use crate::schema::{Columns, belongs_to, index, optional, primary_key, table, unique};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_user_roles(manager).await?;
        create_user_permissions(manager).await
    }
}

async fn create_user_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let user_roles = table(manager, "user_roles")
        .col(columns.id("id").primary_key())
        .col(columns.id("user_id"))
        .col(columns.id("role_id"))
        .col(columns.instant("assigned_at"))
        .col(optional(columns.id("assigned_by")))
        .col(optional(columns.instant("valid_from")))
        .col(optional(columns.instant("expires_at")))
        .col(optional(columns.text("reason")))
        .foreign_key(&mut belongs_to(("user_roles", "user_id"), "users"))
        .foreign_key(&mut belongs_to(("user_roles", "role_id"), "roles"))
        .take();
    manager.create_table(user_roles).await?;
    unique(manager, "user_roles", ["user_id", "role_id"]).await?;
    index(manager, "user_roles", ["role_id", "user_id"]).await
}

async fn create_user_permissions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let user_permissions = table(manager, "user_permissions")
        .col(columns.id("user_id"))
        .col(columns.id("permission_id"))
        .col(columns.instant("granted_at"))
        .col(optional(columns.id("granted_by")))
        .col(optional(columns.instant("valid_from")))
        .col(optional(columns.instant("expires_at")))
        .col(optional(columns.text("reason")))
        .primary_key(&mut primary_key(["user_id", "permission_id"]))
        .foreign_key(&mut belongs_to(("user_permissions", "user_id"), "users"))
        .foreign_key(&mut belongs_to(("user_permissions", "permission_id"), "permissions"))
        .take();
    manager.create_table(user_permissions).await?;
    index(manager, "user_permissions", ["permission_id", "user_id"]).await
}
