//! Patterns of permissions granted to roles, and permissions of separation-of-duty constraints.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_role_patterns(schema).await?;
    create_sod_constraint_permissions(schema).await
}

async fn create_role_patterns(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let role_patterns = table(schema, "role_patterns")
        .col(columns.id("role_id"))
        .col(columns.key("pattern", 255))
        .col(columns.instant("granted_at"))
        .col(optional(columns.id("granted_by")))
        .primary_key(&mut primary_key(["role_id", "pattern"]))
        .foreign_key(&mut belongs_to("role_patterns", "role_id", "roles"))
        .take();
    schema.create_table(role_patterns).await
}

async fn create_sod_constraint_permissions(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let sod_constraint_permissions = table(schema, "sod_constraint_permissions")
        .col(columns.id("constraint_id"))
        .col(columns.id("permission_id"))
        .primary_key(&mut primary_key(["constraint_id", "permission_id"]))
        .foreign_key(&mut belongs_to("sod_constraint_permissions", "constraint_id", "sod_constraints"))
        .foreign_key(&mut belongs_to("sod_constraint_permissions", "permission_id", "permissions"))
        .take();
    schema.create_table(sod_constraint_permissions).await?;
    index(schema, "sod_constraint_permissions", ["permission_id"]).await
}
