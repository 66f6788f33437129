//! Deletion of sessions, and of what identifies their devices.

use super::choice;
use crate::Result;
use crate::database::Connection;
use crate::store::{CHUNK, among, tokens};
use chrono::{DateTime, Utc};
use engine::UserId;
use entity::session::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Value};
use uuid::Uuid;

/// Deletes up to [`CHUNK`] sessions that ended before `before`, with their refresh tokens; returns how many.
pub(crate) async fn delete_ended_before<C: Connection>(connection: &C, before: DateTime<Utc>) -> Result<usize> {
    let dead: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Condition::any().add(Column::ExpiresAt.lt(before)).add(Column::RevokedAt.lt(before)))
        .limit(CHUNK as u64)
        .into_tuple()
        .all(connection)
        .await?;
    if !dead.is_empty() {
        tokens::delete_of(connection, &dead).await?;
        choice::delete_of(connection, &dead).await?;
        Entity::delete_many().filter(among(connection, Column::Id, dead.iter().copied())).exec(connection).await?;
    }
    Ok(dead.len())
}

/// Erases the devices and addresses of up to [`CHUNK`] sessions of a user, the roles that they chose and their refresh
/// tokens. The rows stay, so that replicas read that they ended. Returns whether it was the last of them.
pub(in crate::store) async fn erase_of_user<C: Connection>(connection: &C, user: UserId) -> Result<bool> {
    let session = || Expr::col((Entity, Column::Id));
    let is_kept = Condition::any()
        .add(Column::UserAgent.is_not_null())
        .add(Column::IpAddress.is_not_null())
        .add(Expr::exists(tokens::of_session(session())))
        .add(Expr::exists(choice::of_session(session())));
    let query = Entity::find().select_only().column(Column::Id).filter(Column::UserId.eq(user.uuid())).filter(is_kept);
    let sessions: Vec<Uuid> = query.limit(CHUNK as u64).into_tuple().all(connection).await?;
    if !sessions.is_empty() {
        tokens::delete_of(connection, &sessions).await?;
        choice::delete_of(connection, &sessions).await?;
        Entity::update_many()
            .col_expr(Column::UserAgent, Expr::value(Value::String(None)))
            .col_expr(Column::IpAddress, Expr::value(Value::String(None)))
            .filter(among(connection, Column::Id, sessions.iter().copied()))
            .exec(connection)
            .await?;
    }
    Ok(sessions.len() < CHUNK)
}
