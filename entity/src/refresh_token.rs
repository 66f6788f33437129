//! Refresh tokens, by their hashes. Each is rotated once.

use sea_orm::entity::prelude::*;

/// Refresh token.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// The session that it belongs to.
    pub session_id: Uuid,
    /// Time of issue.
    pub created_at: DateTimeUtc,
    /// Time of the rotation.
    pub used_at: Option<DateTimeUtc>,
    /// The token that replaced it, sealed under a key derived from this token; erased after the grace period.
    pub sealed_successor: Option<Vec<u8>>,
    /// The session, as a relation.
    #[sea_orm(belongs_to, from = "session_id", to = "id", on_delete = "Cascade")]
    pub session: BelongsTo<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
