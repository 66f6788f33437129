//! Versions of users, which count their changes.

use crate::schema::{Columns, Schema, add_column};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    add_column(schema, "users", Columns::of(schema).integer("version").default(0).take()).await
}
