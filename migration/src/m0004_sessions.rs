//! Sessions with their roles and refresh tokens, and signing keys.

use crate::schema::{Columns, Schema, belongs_to, index, optional, primary_key, table, unique};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    create_sessions(schema).await?;
    create_session_roles(schema).await?;
    create_refresh_tokens(schema).await?;
    create_signing_keys(schema).await
}

async fn create_sessions(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let sessions = table(schema, "sessions")
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
        .foreign_key(&mut belongs_to("sessions", "user_id", "users"))
        .take();
    schema.create_table(sessions).await?;
    index(schema, "sessions", ["user_id", "last_seen_at", "id"]).await?;
    index(schema, "sessions", ["last_seen_at", "id"]).await?;
    index(schema, "sessions", ["revoked_at"]).await?;
    index(schema, "sessions", ["expires_at"]).await
}

async fn create_session_roles(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let session_roles = table(schema, "session_roles")
        .col(columns.id("session_id"))
        .col(columns.id("role_id"))
        .primary_key(&mut primary_key(["session_id", "role_id"]))
        .foreign_key(&mut belongs_to("session_roles", "session_id", "sessions"))
        .foreign_key(&mut belongs_to("session_roles", "role_id", "roles"))
        .take();
    schema.create_table(session_roles).await?;
    index(schema, "session_roles", ["role_id"]).await
}

async fn create_refresh_tokens(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let refresh_tokens = table(schema, "refresh_tokens")
        .col(columns.hash("token_hash").primary_key())
        .col(columns.id("session_id"))
        .col(columns.instant("created_at"))
        .col(optional(columns.instant("used_at")))
        .col(optional(columns.bytes("sealed_successor")))
        .foreign_key(&mut belongs_to("refresh_tokens", "session_id", "sessions"))
        .take();
    schema.create_table(refresh_tokens).await?;
    index(schema, "refresh_tokens", ["session_id"]).await?;
    index(schema, "refresh_tokens", ["used_at"]).await
}

async fn create_signing_keys(schema: &Schema<'_>) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let signing_keys = table(schema, "signing_keys")
        .col(columns.id("id").primary_key())
        .col(columns.key("kid", 128))
        .col(columns.string("algorithm", 16))
        .col(columns.string("status", 16))
        .col(columns.bytes("sealed_private"))
        .col(columns.text("public_jwk"))
        .col(columns.instant("created_at"))
        .col(optional(columns.instant("retires_at")))
        .take();
    schema.create_table(signing_keys).await?;
    unique(schema, "signing_keys", ["kid"]).await
}
