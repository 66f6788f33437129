//! Stored resets of passwords: at most one for each user.

use crate::Result;
use crate::auth::opaque::TokenHash;
use chrono::{DateTime, Utc};
use engine::UserId;
use entity::password_reset::{self, Column, Entity};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// A reset of a password, as stored.
#[derive(Clone, Copy, Debug)]
pub(in crate::auth) struct Reset {
    pub(in crate::auth) user: UserId,
    /// `None` for the operator.
    pub(in crate::auth) issued_by: Option<UserId>,
    pub(in crate::auth) expires_at: DateTime<Utc>,
}

/// Writes a reset in the place of the one before it.
pub(in crate::auth) async fn replace<C: ConnectionTrait>(
    connection: &C,
    (hash, reset): (TokenHash, Reset),
    now: DateTime<Utc>,
) -> Result<()> {
    forget(connection, reset.user).await?;
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

/// The reset of this token, unless it has run out.
pub(in crate::auth) async fn find<C: ConnectionTrait>(
    connection: &C,
    hash: TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<Reset>> {
    let row = Entity::find().filter(good(hash, now)).one(connection).await?;
    Ok(row.map(|row| Reset {
        user: row.user_id.into(),
        issued_by: row.issued_by.map(UserId::new),
        expires_at: row.expires_at,
    }))
}

/// Takes the reset of this token away; says whether this call did. One conditional statement: of all that try at
/// once, on whatever replica, one gets it.
pub(in crate::auth) async fn redeem<C: ConnectionTrait>(
    connection: &C,
    hash: TokenHash,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(Entity::delete_many().filter(good(hash, now)).exec(connection).await?.rows_affected == 1)
}

fn good(hash: TokenHash, now: DateTime<Utc>) -> Condition {
    let this = Column::TokenHash.eq(hash.to_vec());
    Condition::all().add(this).add(Column::ExpiresAt.gt(now))
}

/// Takes away what could reset a user's password.
pub(crate) async fn forget<C: ConnectionTrait>(connection: &C, user: UserId) -> Result<()> {
    Entity::delete_by_id(user.uuid()).exec(connection).await?;
    Ok(())
}

/// Deletes resets that have run out.
pub(in crate::auth) async fn delete_dead<C: ConnectionTrait>(connection: &C, now: DateTime<Utc>) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(connection).await?;
    Ok(())
}
