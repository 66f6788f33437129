//! Days on which roles and permissions were last used. Rows of deleted objects are removed by the service, in small steps: a
//! foreign key would remove all of them at once.

use crate::schema::{Columns, Schema, index, primary_key, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let last_uses = table(schema, "last_uses")
        .col(columns.id("object_id"))
        .col(columns.id("user_id"))
        .col(columns.integer("day"))
        .primary_key(&mut primary_key(["object_id", "user_id"]))
        .take();
    schema.create_table(last_uses).await?;
    index(schema, "last_uses", ["object_id", "day"]).await?;
    index(schema, "last_uses", ["user_id", "object_id"]).await
}
