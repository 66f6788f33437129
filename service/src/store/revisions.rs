//! Past revisions of the policy: they are inserted, never updated, and deleted when they are old.

use super::page::{self, Keyset, SortKey};
use super::policy::{revision_column, revision_of};
use super::{CHUNK, among};
use crate::Result;
use crate::database::Connection;
use crate::page::{Cursor, CursorKey, Direction, Page, PageRequest};
use crate::revisions::PolicyRevision;
use chrono::{DateTime, Utc};
use engine::{RevisionId, UserId};
use entity::policy_revision::{Column, Entity, Model};
use entity::policy_revision_part as part;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::Value;
use uuid::Uuid;

/// Revisions whose undoing is read at once: few, since that of one may be large.
const AT_ONCE: u64 = 100;
/// The order of the list.
const NEWEST_FIRST: Keyset<Column> =
    Keyset { id: Column::Id, key: SortKey::Number(Column::Number), direction: Direction::Descending };

/// A revision as lists show it, without what undoes it.
type Row = (i64, Uuid, DateTime<Utc>, Option<Uuid>, String);

/// What undoes a revision.
#[derive(Debug)]
pub(crate) struct StoredUndo {
    /// The revision.
    pub(crate) number: u64,
    /// JSON arrays.
    pub(crate) parts: Vec<Value>,
}

/// Inserts a revision with what undoes it, which has at least one part.
pub(crate) async fn insert<C: Connection>(connection: &C, revision: PolicyRevision, parts: Vec<Value>) -> Result<()> {
    let number = revision_column(revision.number);
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_else(|| Value::Array(Vec::new()));
    let row = Model {
        number,
        id: revision.id.uuid(),
        at: revision.at,
        actor_id: revision.by.map(UserId::uuid),
        summary: revision.summary,
        parts: i32::try_from(parts.len()).unwrap_or(i32::MAX),
        undo: first,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    for (position, undo) in (1..).zip(parts) {
        let row = part::Model { number, position, undo };
        part::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// A page of the revisions, newest first.
pub(crate) async fn page<C: Connection>(connection: &C, request: &PageRequest) -> Result<Page<PolicyRevision>> {
    let query = NEWEST_FIRST.between_cursors(shown(), request, connection.get_database_backend())?;
    let rows: Vec<Row> = query.limit(request.limit as u64 + 1).into_tuple().all(connection).await?;
    let item = |row: Row| (Cursor { key: CursorKey::Number(row.0), id: row.1 }, record(row));
    Ok(page::assemble(rows.into_iter().map(item).collect(), request))
}

pub(crate) async fn count<C: Connection>(connection: &C) -> Result<u64> {
    Ok(Entity::find().count(connection).await?)
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[RevisionId]) -> Result<Vec<PolicyRevision>> {
    let these = among(connection, Column::Id, ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = shown().filter(these).into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(record).collect())
}

fn shown() -> Select<Entity> {
    let columns = [Column::Number, Column::Id, Column::At, Column::ActorId, Column::Summary];
    Entity::find().select_only().columns(columns)
}

fn record((number, id, at, by, summary): Row) -> PolicyRevision {
    PolicyRevision { id: RevisionId::new(id), number: revision_of(number), at, by: by.map(UserId::new), summary }
}

/// What undoes the latest revisions after `number` and before `end`, newest first.
pub(crate) async fn undone<C: Connection>(connection: &C, number: u64, end: u64) -> Result<Vec<StoredUndo>> {
    let rows: Vec<(i64, i32, Value)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::Parts, Column::Undo])
        .filter(Column::Number.gt(revision_column(number)))
        .filter(Column::Number.lt(revision_column(end)))
        .order_by_desc(Column::Number)
        .limit(AT_ONCE)
        .into_tuple()
        .all(connection)
        .await?;
    let mut undone = Vec::with_capacity(rows.len());
    for (number, further, first) in rows {
        let mut parts = vec![first];
        for position in 1..=further {
            let read = part::Entity::find_by_id((number, position)).one(connection).await?;
            parts.extend(read.map(|part| part.undo));
        }
        undone.push(StoredUndo { number: revision_of(number), parts });
    }
    Ok(undone)
}

/// Deletes some of the revisions from before `before`, the oldest; returns whether any may be left. A revision that is
/// younger than `before` keeps all that follow it.
pub(crate) async fn delete_before<C: Connection>(connection: &C, before: DateTime<Utc>) -> Result<bool> {
    let oldest: Vec<(i64, DateTime<Utc>, i32)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::At, Column::Parts])
        .order_by_asc(Column::Number)
        .limit(CHUNK as u64)
        .into_tuple()
        .all(connection)
        .await?;
    let old: Vec<_> = oldest.iter().take_while(|(_, at, _)| *at < before).collect();
    let Some(&&(last, ..)) = old.last() else { return Ok(false) };
    for &&(number, _, further) in old.iter().filter(|(.., further)| *further > 0) {
        for position in 1..=further {
            part::Entity::delete_by_id((number, position)).exec(connection).await?;
        }
    }
    Entity::delete_many().filter(Column::Number.lte(last)).exec(connection).await?;
    Ok(old.len() == CHUNK)
}
