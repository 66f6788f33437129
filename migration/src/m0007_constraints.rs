//! Separation-of-duty constraints and their roles.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_sod_constraints(schema).await?;
    create_sod_constraint_roles(schema).await
}

async fn create_sod_constraints(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let sod_constraints = table(schema, "sod_constraints")
        .col(columns.id("id").primary_key())
        .col(columns.key("name", 255))
        .col(columns.key("name_key", 255))
        .col(optional(columns.text("description")))
        .col(columns.string("kind", 16))
        .col(columns.integer("role_limit"))
        .col(columns.instant("created_at"))
        .take();
    schema.create_table(sod_constraints).await?;
    unique(schema, "sod_constraints", ["name_key"]).await
}

async fn create_sod_constraint_roles(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let sod_constraint_roles = table(schema, "sod_constraint_roles")
        .col(columns.id("constraint_id"))
        .col(columns.id("role_id"))
        .primary_key(&mut primary_key(["constraint_id", "role_id"]))
        .foreign_key(&mut belongs_to("sod_constraint_roles", "constraint_id", "sod_constraints"))
        .foreign_key(&mut belongs_to("sod_constraint_roles", "role_id", "roles"))
        .take();
    schema.create_table(sod_constraint_roles).await?;
    index(schema, "sod_constraint_roles", ["role_id"]).await
}
