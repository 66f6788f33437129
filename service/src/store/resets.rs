//! Password resets: at most one for each user.

use crate::Result;
use crate::crypto::TokenHash;
use crate::database::Connection;
use crate::store::among;
use chrono::{DateTime, Utc};
use engine::UserId;
use entity::password_reset::{self, Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter};

/// A password reset that was issued and not used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResetRecord {
    pub(crate) user: UserId,
    /// `None` for the operator.
    pub(crate) issued_by: Option<UserId>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Stores a reset in place of the user's previous one.
pub(crate) async fn replace<C: Connection>(
    connection: &C,
    hash: TokenHash,
    reset: ResetRecord,
    now: DateTime<Utc>,
) -> Result<()> {
    Entity::delete_by_id(reset.user.uuid()).exec(connection).await?;
    let row = password_reset::Model {
        user_id: reset.user.uuid(),
        token_hash: hash.to_vec(),
        issued_by: reset.issued_by.map(UserId::uuid),
        issued_at: now,
        expires_at: reset.expires_at,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The reset of this token, unless it has expired.
pub(crate) async fn find<C: Connection>(
    connection: &C,
    hash: TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<ResetRecord>> {
    let is_valid = Condition::all().add(Column::TokenHash.eq(hash.to_vec())).add(Column::ExpiresAt.gt(now));
    let row = Entity::find().filter(is_valid).one(connection).await?;
    Ok(row.map(|row| ResetRecord {
        user: row.user_id.into(),
        issued_by: row.issued_by.map(UserId::new),
        expires_at: row.expires_at,
    }))
}

/// Deletes the resets of these users, and those that they issued.
pub(crate) async fn delete_of<C: Connection>(connection: &C, users: &[UserId]) -> Result<()> {
    let are_among = |column: Column| among(connection, column, users.iter().map(|user| user.uuid()));
    let these = Condition::any().add(are_among(Column::UserId)).add(are_among(Column::IssuedBy));
    Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

/// Deletes the resets that have expired.
pub(crate) async fn delete_expired<C: Connection>(connection: &C, now: DateTime<Utc>) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(connection).await?;
    Ok(())
}
