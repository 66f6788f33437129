//! Live sessions as stored: which are beyond a user's limit, and what changes while one goes on.

use super::{SessionData, open_at};
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{SessionId, UserId};
use entity::session::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

/// The open sessions of a user but those `kept`, which are the most recently used.
pub(in crate::sessions) async fn beyond<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    (kept, now): (u32, DateTime<Utc>),
) -> Result<Vec<SessionId>> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(open_at(now).add(Column::UserId.eq(user.uuid())))
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .offset(u64::from(kept))
        // SQLite and MariaDB take no offset without one.
        .limit(i64::MAX.unsigned_abs())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Notes that the password was given in a session that has neither ended nor reached its absolute end;
/// says whether it was so.
pub(crate) async fn confirm<C: ConnectionTrait>(connection: &C, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
    let confirmed = ActiveModel { authenticated_at: Set(now), ..Default::default() };
    change_live(connection, (id, confirmed), now).await
}

/// Keeps values with a session that has neither ended nor reached its absolute end; says whether it was so.
pub(in crate::sessions) async fn set_data<C: ConnectionTrait>(
    connection: &C,
    (id, data): (SessionId, &SessionData),
    now: DateTime<Utc>,
) -> Result<bool> {
    let kept = ActiveModel { data: Set(data.to_text()), ..Default::default() };
    change_live(connection, (id, kept), now).await
}

async fn change_live<C: ConnectionTrait>(
    connection: &C,
    (id, change): (SessionId, ActiveModel),
    now: DateTime<Utc>,
) -> Result<bool> {
    let live = Column::Id.eq(id.uuid()).and(Column::RevokedAt.is_null()).and(Column::EndsAt.gt(now));
    Ok(Entity::update_many().set(change).filter(live).exec(connection).await?.rows_affected == 1)
}
