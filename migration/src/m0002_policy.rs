//! Roles, permissions, grants of permissions to roles, and inheritance between roles.

use crate::schema::{Columns, belongs_to, index, optional, primary_key, table, unique};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_roles(manager).await?;
        create_permissions(manager).await?;
        create_role_permissions(manager).await?;
        create_role_inheritance(manager).await
    }
}

async fn create_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let roles = table(manager, "roles")
        .col(columns.id("id").primary_key())
        .col(columns.key("name", 255))
        .col(columns.key("name_key", 255))
        .col(optional(columns.text("description")))
        .col(columns.flag("is_system"))
        .col(columns.flag("is_default"))
        .col(columns.flag("requires_activation"))
        .col(columns.integer("version"))
        .col(columns.big_integer("revision"))
        .col(columns.instant("created_at"))
        .col(columns.instant("updated_at"))
        .take();
    manager.create_table(roles).await?;
    unique(manager, "roles", ["name_key"]).await?;
    index(manager, "roles", ["created_at", "id"]).await
}

async fn create_permissions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let permissions = table(manager, "permissions")
        .col(columns.id("id").primary_key())
        .col(columns.key("name", 255))
        .col(columns.key("resource", 255))
        .col(optional(columns.text("description")))
        .col(columns.flag("is_system"))
        .col(columns.instant("created_at"))
        .take();
    manager.create_table(permissions).await?;
    unique(manager, "permissions", ["name"]).await?;
    index(manager, "permissions", ["resource", "name"]).await
}

async fn create_role_permissions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let role_permissions = table(manager, "role_permissions")
        .col(columns.id("role_id"))
        .col(columns.id("permission_id"))
        .col(columns.instant("granted_at"))
        .col(optional(columns.id("granted_by")))
        .primary_key(&mut primary_key(["role_id", "permission_id"]))
        .foreign_key(&mut belongs_to(("role_permissions", "role_id"), "roles"))
        .foreign_key(&mut belongs_to(("role_permissions", "permission_id"), "permissions"))
        .take();
    manager.create_table(role_permissions).await?;
    index(manager, "role_permissions", ["permission_id"]).await
}

async fn create_role_inheritance(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let role_inheritance = table(manager, "role_inheritance")
        .col(columns.id("senior_id"))
        .col(columns.id("junior_id"))
        .col(columns.instant("created_at"))
        .col(optional(columns.id("created_by")))
        .primary_key(&mut primary_key(["senior_id", "junior_id"]))
        .foreign_key(&mut belongs_to(("role_inheritance", "senior_id"), "roles"))
        .foreign_key(&mut belongs_to(("role_inheritance", "junior_id"), "roles"))
        .take();
    manager.create_table(role_inheritance).await?;
    index(manager, "role_inheritance", ["junior_id"]).await
}
