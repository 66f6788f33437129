//! Refresh tokens.

use crate::Result;
use crate::crypto::TokenHash;
use crate::database::Connection;
use crate::store::{CHUNK, among};
use chrono::{DateTime, Utc};
use engine::SessionId;
use entity::refresh_token::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct TokenRecord {
    pub(crate) session: SessionId,
    /// Time of its rotation.
    pub(crate) used_at: Option<DateTime<Utc>>,
    /// The token that replaced it, sealed; erased after the grace period.
    pub(crate) sealed_successor: Option<Vec<u8>>,
}

impl TokenRecord {
    /// A token of a session that was rotated so long ago that its row is deleted.
    pub(crate) fn deleted(session: SessionId) -> Self {
        Self { session, used_at: Some(DateTime::UNIX_EPOCH), sealed_successor: None }
    }
}

pub(crate) async fn insert<C: Connection>(
    connection: &C,
    hash: TokenHash,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = Model {
        token_hash: hash.to_vec(),
        session_id: session.uuid(),
        created_at: now,
        used_at: None,
        sealed_successor: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

pub(crate) async fn find<C: Connection>(connection: &C, hash: TokenHash) -> Result<Option<TokenRecord>> {
    let row = Entity::find_by_id(hash.to_vec()).one(connection).await?;
    Ok(row.map(|row| TokenRecord {
        session: row.session_id.into(),
        used_at: row.used_at,
        sealed_successor: row.sealed_successor,
    }))
}

/// Marks a token as rotated, unless it is already; returns whether this call did. The update is conditional: of
/// concurrent calls, on any replica, one succeeds.
pub(crate) async fn rotate<C: Connection>(
    connection: &C,
    hash: TokenHash,
    sealed_successor: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let rotated =
        ActiveModel { used_at: Set(Some(now)), sealed_successor: Set(Some(sealed_successor)), ..Default::default() };
    let unused = Column::TokenHash.eq(hash.to_vec()).and(Column::UsedAt.is_null());
    Ok(Entity::update_many().set(rotated).filter(unused).exec(connection).await?.rows_affected == 1)
}

/// Erases the sealed successors of tokens rotated in `from..to`.
pub(crate) async fn erase_sealed_tokens_in<C: Connection>(
    connection: &C,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::SealedSuccessor, Expr::value(Option::<Vec<u8>>::None))
        .filter(Column::UsedAt.gte(from))
        .filter(Column::UsedAt.lt(to))
        .filter(Column::SealedSuccessor.is_not_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Deletes some of the tokens that were rotated before `before`, the oldest; returns whether any may be left.
pub(crate) async fn delete_rotated_before<C: Connection>(connection: &C, before: DateTime<Utc>) -> Result<bool> {
    let oldest = Entity::find().select_only().column(Column::UsedAt).filter(Column::UsedAt.lt(before));
    let beyond: Option<DateTime<Utc>> =
        oldest.order_by_asc(Column::UsedAt).offset(CHUNK as u64).limit(1).into_tuple().one(connection).await?;
    let these = match beyond {
        Some(at) => Column::UsedAt.lte(at),
        None => Column::UsedAt.lt(before),
    };
    Entity::delete_many().filter(these).exec(connection).await?;
    Ok(beyond.is_some())
}

/// Deletes the tokens of sessions.
pub(super) async fn delete_of<C: Connection>(connection: &C, sessions: &[Uuid]) -> Result<()> {
    let these = among(connection, Column::SessionId, sessions.iter().copied());
    Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

/// Selects the tokens of a session.
pub(super) fn of_session(session: Expr) -> SelectStatement {
    let these = Expr::col((Entity, Column::SessionId)).eq(session);
    Query::select().expr(Expr::value(1)).from(Entity).and_where(these).take()
}
