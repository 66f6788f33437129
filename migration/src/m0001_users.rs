//! Users and their login names.

use crate::schema::{Columns, Schema, belongs_to, index, optional, table};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_users(schema).await?;
    create_login_names(schema).await
}

async fn create_users(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let users = table(schema, "users")
        .col(columns.id("id").primary_key())
        .col(columns.string("kind", 16))
        .col(columns.string("status", 16))
        .col(columns.string("username", 255))
        .col(columns.key("username_key", 512))
        .col(optional(columns.string("email", 320)))
        .col(optional(columns.text("display_name")))
        .col(columns.key("display_key", 512))
        .col(optional(columns.string("password_hash", 255)))
        .col(columns.big_integer("revision"))
        .col(columns.instant("created_at"))
        .col(columns.instant("updated_at"))
        .col(optional(columns.instant("last_login_at")))
        .col(columns.big_integer("last_login_key"))
        .take();
    schema.create_table(users).await?;
    for sort_key in ["created_at", "username_key", "display_key", "last_login_key"] {
        index(schema, "users", [sort_key, "id"]).await?;
    }
    Ok(())
}

async fn create_login_names(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let login_names = table(schema, "login_names")
        .col(columns.key("name_key", 512).primary_key())
        .col(columns.id("user_id"))
        .foreign_key(&mut belongs_to("login_names", "user_id", "users"))
        .take();
    schema.create_table(login_names).await?;
    index(schema, "login_names", ["user_id"]).await
}
