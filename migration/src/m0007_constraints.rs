//! Separation of duty: constraints, and the roles that each keeps apart.

use crate::schema::{Columns, belongs_to, index, optional, primary_key, table, unique};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_sod_constraints(manager).await?;
        create_sod_constraint_roles(manager).await
    }
}

async fn create_sod_constraints(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let sod_constraints = table(manager, "sod_constraints")
        .col(columns.id("id").primary_key())
        .col(columns.key("name", 255))
        .col(columns.key("name_key", 255))
        .col(optional(columns.text("description")))
        .col(columns.string("kind", 16))
        .col(columns.integer("role_limit"))
        .col(columns.instant("created_at"))
        .take();
    manager.create_table(sod_constraints).await?;
    unique(manager, "sod_constraints", ["name_key"]).await
}

async fn create_sod_constraint_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let sod_constraint_roles = table(manager, "sod_constraint_roles")
        .col(columns.id("constraint_id"))
        .col(columns.id("role_id"))
        .primary_key(&mut primary_key(["constraint_id", "role_id"]))
        .foreign_key(&mut belongs_to(("sod_constraint_roles", "constraint_id"), "sod_constraints"))
        .foreign_key(&mut belongs_to(("sod_constraint_roles", "role_id"), "roles"))
        .take();
    manager.create_table(sod_constraint_roles).await?;
    index(manager, "sod_constraint_roles", ["role_id"]).await
}
