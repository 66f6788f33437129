//! The feed of sessions: their ends, and the switches of their active roles, by number. Read in pages, since an incident
//! can end all sessions at once.

use crate::Result;
use crate::database::Connection;
use crate::store::CHUNK;
use chrono::{DateTime, Utc};
use engine::SessionId;
use entity::session;
use entity::session_change::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect, Set};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Rows of a page.
pub(crate) const PAGE: usize = 10_000;

/// End of a session, or a switch of its active roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionChange {
    /// Number in the feed.
    pub(crate) seq: i64,
    pub(crate) session: SessionId,
    /// Number of its switches; `None` for its end.
    pub(crate) switches: Option<i64>,
    pub(crate) at: DateTime<Utc>,
}

impl From<Model> for SessionChange {
    fn from(row: Model) -> Self {
        Self { seq: row.seq, session: row.session_id.into(), switches: row.switches, at: row.at }
    }
}

/// Changes after a number, in order: at most [`PAGE`].
pub(crate) async fn changes_after<C: Connection>(connection: &C, seq: i64) -> Result<Vec<SessionChange>> {
    read(connection, Condition::all().add(Column::Seq.gt(seq))).await
}

/// Changes within ranges of numbers, in order: at most [`PAGE`].
pub(crate) async fn changes_within<C: Connection>(
    connection: &C,
    ranges: &[RangeInclusive<i64>],
) -> Result<Vec<SessionChange>> {
    read(connection, within(ranges)).await
}

async fn read<C: Connection>(connection: &C, which: Condition) -> Result<Vec<SessionChange>> {
    let page = Entity::find().filter(which).order_by_asc(Column::Seq).limit(PAGE as u64);
    Ok(page.all(connection).await?.into_iter().map(SessionChange::from).collect())
}

fn within(ranges: &[RangeInclusive<i64>]) -> Condition {
    let within = |range: &RangeInclusive<i64>| Column::Seq.between(*range.start(), *range.end());
    // No range is no row.
    ranges.iter().map(within).fold(Condition::any().add(Expr::value(false)), Condition::add)
}

/// The query of the latest number.
pub(in crate::store) fn latest() -> SelectStatement {
    Query::select().expr(Column::Seq.max()).from(Entity).take()
}

/// The query of the number of changes within ranges.
pub(in crate::store) fn count_within(ranges: &[RangeInclusive<i64>]) -> SelectStatement {
    Query::select().expr(Column::Seq.count()).from(Entity).cond_where(within(ranges)).take()
}

/// Appends the ends of sessions.
pub(super) async fn append_ends<C: Connection>(connection: &C, sessions: &[Uuid], at: DateTime<Utc>) -> Result<()> {
    for sessions in sessions.chunks(CHUNK) {
        let row =
            |session: &Uuid| ActiveModel { seq: NotSet, session_id: Set(*session), switches: Set(None), at: Set(at) };
        Entity::insert_many(sessions.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Appends the latest switch of a session.
pub(super) async fn append_switch<C: Connection>(connection: &C, id: SessionId, at: DateTime<Utc>) -> Result<()> {
    let latest = Query::select()
        .columns([session::Column::Id, session::Column::Switches])
        .expr(Expr::value(at))
        .from(session::Entity)
        .and_where(session::Column::Id.eq(id.uuid()))
        .take();
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([Column::SessionId, Column::Switches, Column::At]);
    if let Err(error) = insert.select_from(latest) {
        return Err(crate::Error::Internal(error.into()));
    }
    connection.execute(&insert).await?;
    Ok(())
}

/// Deletes some of the changes from before `before`; returns whether there may be more. The latest stays: numbers only grow.
pub(crate) async fn delete_changes_before<C: Connection>(connection: &C, before: DateTime<Utc>) -> Result<bool> {
    let bounds = Entity::find()
        .select_only()
        .column_as(Column::Seq.min(), "first")
        .column_as(Column::Seq.max(), "latest")
        .into_tuple::<(Option<i64>, Option<i64>)>();
    let Some((Some(first), Some(latest))) = bounds.one(connection).await? else { return Ok(false) };
    let some = first.saturating_add(PAGE as i64).min(latest);
    let old = Entity::delete_many().filter(Column::Seq.lt(some)).filter(Column::At.lt(before));
    Ok(old.exec(connection).await?.rows_affected > 0)
}
