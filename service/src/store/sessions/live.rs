//! Live sessions: their use and their end.

use super::{UNWRITTEN, changes, with_choices};
use crate::Result;
use crate::database::Connection;
use crate::sessions::{EndReason, Session, SessionData, SessionSelection, SessionUse};
use crate::store::among;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{SessionId, UserId};
use entity::session::{ActiveModel, Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

/// Ends those of the sessions whose rows are live at `now`; returns them as they are afterwards.
/// Sessions that were revoked or have expired are left as they are.
pub(crate) async fn end<C: Connection>(
    connection: &C,
    whose: SessionSelection<'_>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<Session>> {
    // Locked first, so that of two concurrent calls one returns the session.
    let rows = Entity::find()
        .filter(may_be_live(now).add(selected(connection, whose)))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(connection)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let end = ActiveModel {
        revoked_at: Set(Some(now)),
        revoked_reason: Set(Some(reason.as_str().to_owned())),
        ..Default::default()
    };
    let these = among(connection, Column::Id, rows.iter().map(|row| row.id)).and(Column::RevokedAt.is_null());
    Entity::update_many().set(end).filter(these).exec(connection).await?;
    let ended: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    changes::append_ends(connection, &ended, now).await?;
    let sessions = with_choices(connection, rows).await?;
    Ok(sessions.into_iter().map(|session| Session { revoked_at: Some(now), ..session }).collect())
}

/// Locks a session until the transaction ends, and returns whether it is open: neither revoked nor past its absolute end.
/// The live sessions that it is about to [`end`] are locked with it, all in one order, so that two sessions that end
/// each other do not wait for each other.
pub(crate) async fn lock_open<C: Connection>(
    connection: &C,
    session: SessionId,
    ending: SessionSelection<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let rows = Entity::find()
        .filter(
            Condition::any().add(Column::Id.eq(session.uuid())).add(may_be_live(now).add(selected(connection, ending))),
        )
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(connection)
        .await?;
    let own = rows.iter().find(|row| row.id == session.uuid());
    Ok(own.is_some_and(|row| row.revoked_at.is_none() && now < row.ends_at))
}

fn selected<C: Connection>(connection: &C, whose: SessionSelection<'_>) -> Condition {
    let these = match whose {
        SessionSelection::This(session) => Column::Id.eq(session.uuid()),
        SessionSelection::AllOf(user) => Column::UserId.eq(user.uuid()),
        SessionSelection::OthersOf(user, session) => Column::UserId.eq(user.uuid()).and(Column::Id.ne(session.uuid())),
        SessionSelection::These(sessions) => {
            among(connection, Column::Id, sessions.iter().map(|session| session.uuid()))
        }
    };
    Condition::all().add(these)
}

/// Neither revoked nor past its absolute end, and not past its idle end unless later use may be unwritten.
pub(super) fn may_be_live(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::EndsAt.gt(now))
        .add(Column::ExpiresAt.gt(now - UNWRITTEN))
}

/// The live sessions of a user, apart from the `limit` most recently used.
pub(crate) async fn beyond_limit<C: Connection>(
    connection: &C,
    user: UserId,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(may_be_live(now).add(Column::UserId.eq(user.uuid())))
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .offset(u64::from(limit))
        // SQLite and MariaDB accept no offset without a limit.
        .limit(i64::MAX.unsigned_abs())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Records the use of a session, unless it was revoked or has reached its absolute end; returns whether it did. The row
/// stays locked until the transaction ends.
pub(crate) async fn record_use<C: Connection>(connection: &C, used: SessionUse) -> Result<bool> {
    let mut update = Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(used.at))
        .col_expr(Column::ExpiresAt, idle_end(used.at + used.idle))
        .filter(is_open(used.session, used.at));
    if let Some(address) = used.ip_address {
        update = update.col_expr(Column::IpAddress, Expr::value(address.to_canonical().to_string()));
    }
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Records the use of sessions at about the same time, except where later use is recorded.
pub(crate) async fn record_uses<C: Connection>(
    connection: &C,
    sessions: &[SessionId],
    at: DateTime<Utc>,
    idle: TimeDelta,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(at))
        .col_expr(Column::ExpiresAt, idle_end(at + idle))
        .filter(among(connection, Column::Id, sessions.iter().map(|session| session.uuid())))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::LastSeenAt.lt(at))
        .exec(connection)
        .await?;
    Ok(())
}

/// An idle end, no later than the absolute end.
fn idle_end(at: DateTime<Utc>) -> Expr {
    Expr::case(Expr::col(Column::EndsAt).lt(at), Expr::col(Column::EndsAt)).finally(at).into()
}

/// Records a reauthentication in a session, unless it was revoked or has reached its absolute end; returns whether it
/// did.
pub(crate) async fn confirm<C: Connection>(connection: &C, id: SessionId, now: DateTime<Utc>) -> Result<bool> {
    let change = ActiveModel { authenticated_at: Set(now), ..Default::default() };
    Ok(Entity::update_many().set(change).filter(is_open(id, now)).exec(connection).await?.rows_affected == 1)
}

/// Sets the application's values of a session.
pub(crate) async fn set_data<C: Connection>(connection: &C, id: SessionId, data: &SessionData) -> Result<()> {
    let change = ActiveModel { data: Set(data.to_text()), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

/// This session, neither revoked nor past its absolute end.
fn is_open(id: SessionId, now: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::Id.eq(id.uuid())).add(Column::RevokedAt.is_null()).add(Column::EndsAt.gt(now))
}
