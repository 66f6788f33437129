//! The actor without an account who assigned a role.

use crate::schema::{Columns, Schema, add_column, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    add_column(schema, "user_roles", optional(Columns::of(schema).string("assigned_by_label", 16))).await
}
