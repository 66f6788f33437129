//! The impact of each change in the audit log.

use crate::schema::{Columns, Schema, add_column, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    add_column(schema, "audit_events", optional(Columns::of(schema).json("impact"))).await
}
