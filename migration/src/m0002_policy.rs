//! Roles, permissions, grants of permissions to roles and inheritance between roles.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_roles(schema).await?;
    create_permissions(schema).await?;
    create_role_permissions(schema).await?;
    create_role_inheritance(schema).await
}

async fn create_roles(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let roles = table(schema, "roles")
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
    schema.create_table(roles).await?;
    unique(schema, "roles", ["name_key"]).await?;
    index(schema, "roles", ["created_at", "id"]).await
}

async fn create_permissions(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let permissions = table(schema, "permissions")
        .col(columns.id("id").primary_key())
        .col(columns.key("name", 255))
        .col(columns.key("resource", 255))
        .col(optional(columns.text("description")))
        .col(columns.flag("is_system"))
        .col(columns.instant("created_at"))
        .take();
    schema.create_table(permissions).await?;
    unique(schema, "permissions", ["name"]).await?;
    index(schema, "permissions", ["resource", "name"]).await
}

async fn create_role_permissions(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let role_permissions = table(schema, "role_permissions")
        .col(columns.id("role_id"))
        .col(columns.id("permission_id"))
        .col(columns.instant("granted_at"))
        .col(optional(columns.id("granted_by")))
        .primary_key(&mut primary_key(["role_id", "permission_id"]))
        .foreign_key(&mut belongs_to("role_permissions", "role_id", "roles"))
        .foreign_key(&mut belongs_to("role_permissions", "permission_id", "permissions"))
        .take();
    schema.create_table(role_permissions).await?;
    index(schema, "role_permissions", ["permission_id"]).await
}

async fn create_role_inheritance(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let role_inheritance = table(schema, "role_inheritance")
        .col(columns.id("senior_id"))
        .col(columns.id("junior_id"))
        .col(columns.instant("created_at"))
        .col(optional(columns.id("created_by")))
        .primary_key(&mut primary_key(["senior_id", "junior_id"]))
        .foreign_key(&mut belongs_to("role_inheritance", "senior_id", "roles"))
        .foreign_key(&mut belongs_to("role_inheritance", "junior_id", "roles"))
        .take();
    schema.create_table(role_inheritance).await?;
    index(schema, "role_inheritance", ["junior_id"]).await
}
