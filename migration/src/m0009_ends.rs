//! The expiries of assignments and direct grants that the audit log reports.

use crate::schema::{Columns, Schema, add_column, index, optional};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    for table in ["user_roles", "user_permissions"] {
        let noted_end = optional(Columns::of(schema).instant("noted_end"));
        add_column(schema, table, noted_end).await?;
        index(schema, table, ["expires_at"]).await?;
    }
    Ok(())
}
