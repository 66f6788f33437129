//! Roles assigned to users, and permissions granted to them directly.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_user_roles(schema).await?;
    create_user_permissions(schema).await
}

async fn create_user_roles(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let user_roles = table(schema, "user_roles")
        .col(columns.id("id").primary_key())
        .col(columns.id("user_id"))
        .col(columns.id("role_id"))
        .col(columns.instant("assigned_at"))
        .col(optional(columns.id("assigned_by")))
        .col(optional(columns.instant("valid_from")))
        .col(optional(columns.instant("expires_at")))
        .col(optional(columns.text("reason")))
        .foreign_key(&mut belongs_to("user_roles", "user_id", "users"))
        .foreign_key(&mut belongs_to("user_roles", "role_id", "roles"))
        .take();
    schema.create_table(user_roles).await?;
    unique(schema, "user_roles", ["user_id", "role_id"]).await?;
    index(schema, "user_roles", ["role_id", "user_id"]).await
}

async fn create_user_permissions(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let user_permissions = table(schema, "user_permissions")
        .col(columns.id("user_id"))
        .col(columns.id("permission_id"))
        .col(columns.instant("granted_at"))
        .col(optional(columns.id("granted_by")))
        .col(optional(columns.instant("valid_from")))
        .col(optional(columns.instant("expires_at")))
        .col(optional(columns.text("reason")))
        .primary_key(&mut primary_key(["user_id", "permission_id"]))
        .foreign_key(&mut belongs_to("user_permissions", "user_id", "users"))
        .foreign_key(&mut belongs_to("user_permissions", "permission_id", "permissions"))
        .take();
    schema.create_table(user_permissions).await?;
    index(schema, "user_permissions", ["permission_id", "user_id"]).await
}
