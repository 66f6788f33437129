//! Password resets that were issued and not used, at most one for each user.

use sea_orm::entity::prelude::*;

/// Password reset that was issued and not used.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_resets")]
pub struct Model {
    /// The user whose password it resets.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Null when issued by the operator.
    pub issued_by: Option<Uuid>,
    /// Time of issue.
    pub issued_at: DateTimeUtc,
    /// End of validity.
    pub expires_at: DateTimeUtc,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
