//! What the demo company consists of, so that exactly that is removed.

use crate::schema::{Columns, Schema, primary_key, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let demo_objects = table(schema, "demo_objects").col(columns.id("id")).primary_key(&mut primary_key(["id"])).take();
    schema.create_table(demo_objects).await
}
