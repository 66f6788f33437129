//! Sessions with their roles and refresh tokens, and the keys that sign access tokens.

use crate::schema::{Columns, belongs_to, index, optional, primary_key, table, unique};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_sessions(manager).await?;
        create_session_roles(manager).await?;
        create_refresh_tokens(manager).await?;
        create_signing_keys(manager).await
    }
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let sessions = table(manager, "sessions")
        .col(columns.id("id").primary_key())
        .col(columns.id("user_id"))
        .col(columns.string("activation", 16))
        .col(columns.instant("created_at"))
        .col(columns.instant("authenticated_at"))
        .col(columns.instant("last_seen_at"))
        .col(columns.instant("expires_at"))
        .col(columns.instant("ends_at"))
        .col(optional(columns.instant("revoked_at")))
        .col(optional(columns.string("revoked_reason", 255)))
        .col(optional(columns.text("user_agent")))
        .col(optional(columns.string("ip_address", 64)))
        .foreign_key(&mut belongs_to(("sessions", "user_id"), "users"))
        .take();
    manager.create_table(sessions).await?;
    index(manager, "sessions", ["user_id", "last_seen_at", "id"]).await?;
    index(manager, "sessions", ["last_seen_at", "id"]).await?;
    index(manager, "sessions", ["revoked_at"]).await?;
    index(manager, "sessions", ["expires_at"]).await
}

async fn create_session_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let session_roles = table(manager, "session_roles")
        .col(columns.id("session_id"))
        .col(columns.id("role_id"))
        .primary_key(&mut primary_key(["session_id", "role_id"]))
        .foreign_key(&mut belongs_to(("session_roles", "session_id"), "sessions"))
        .foreign_key(&mut belongs_to(("session_roles", "role_id"), "roles"))
        .take();
    manager.create_table(session_roles).await?;
    index(manager, "session_roles", ["role_id"]).await
}

async fn create_refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let refresh_tokens = table(manager, "refresh_tokens")
        .col(columns.hash("token_hash").primary_key())
        .col(columns.id("session_id"))
        .col(columns.instant("created_at"))
        .col(optional(columns.instant("used_at")))
        .col(optional(columns.bytes("sealed_successor")))
        .foreign_key(&mut belongs_to(("refresh_tokens", "session_id"), "sessions"))
        .take();
    manager.create_table(refresh_tokens).await?;
    index(manager, "refresh_tokens", ["session_id"]).await?;
    index(manager, "refresh_tokens", ["used_at"]).await
}

async fn create_signing_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(manager);
    let signing_keys = table(manager, "signing_keys")
        .col(columns.id("id").primary_key())
        .col(columns.key("kid", 128))
        .col(columns.string("algorithm", 16))
        .col(columns.string("status", 16))
        .col(columns.bytes("sealed_private"))
        .col(columns.text("public_jwk"))
        .col(columns.instant("created_at"))
        .col(optional(columns.instant("retires_at")))
        .take();
    manager.create_table(signing_keys).await?;
    unique(manager, "signing_keys", ["kid"]).await
}
