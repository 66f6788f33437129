//! People, service accounts, and the names they sign in with.

use crate::schema::{Columns, belongs_to, index, optional, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_users(manager).await?;
        create_login_names(manager).await
    }
}

async fn create_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let users = table(manager, "users")
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
    manager.create_table(users).await?;
    for sort_key in ["created_at", "username_key", "display_key", "last_login_key"] {
        index(manager, "users", [sort_key, "id"]).await?;
    }
    Ok(())
}

async fn create_login_names(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let login_names = table(manager, "login_names")
        .col(columns.key("name_key", 512).primary_key())
        .col(columns.id("user_id"))
        .foreign_key(&mut belongs_to(("login_names", "user_id"), "users"))
        .take();
    manager.create_table(login_names).await?;
    index(manager, "login_names", ["user_id"]).await
}
