//! The last days on which users were allowed something by their roles and permissions. A day is a number of days since
//! 1970-01-01, in UTC.

use super::{CHUNK, among, among_pairs, bulk};
use crate::Result;
use crate::database::Connection;
use engine::UserId;
use entity::last_use::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Pairs that one statement looks for.
const PAIRS: usize = 5_000;
/// The same on MariaDB, which gets them as literals.
const LITERAL_PAIRS: usize = 1_000;

/// A role or a permission, and a user.
pub(crate) type ObjectOfUser = (Uuid, UserId);

/// Records uses on one day. Of two days the later one is kept. The pairs are written in their order: concurrent writers
/// that sort them wait for each other, and not crosswise.
pub(crate) async fn record<C: Connection>(connection: &C, used: &[ObjectOfUser], day: i32) -> Result<()> {
    let rows: Vec<_> = used.iter().map(|(object, user)| [*object, user.uuid()]).collect();
    let key = OnConflict::columns([Column::ObjectId, Column::UserId]);
    let later = match connection.get_database_backend() {
        DbBackend::MySql => key.clone().value(Column::Day, Expr::cust("GREATEST(day, VALUES(day))")).to_owned(),
        _ => {
            let mut later = key.clone();
            later.value(Column::Day, Expr::cust("excluded.day"));
            later.action_and_where(Expr::cust("last_uses.day < excluded.day")).to_owned()
        }
    };
    bulk::upsert_ids(connection, Entity, [Column::ObjectId, Column::UserId], &rows, &[(Column::Day, day.into())], later)
        .await
}

/// The last days of use of those of these pairs that were used, on `since` or later.
pub(crate) async fn days<C: Connection>(
    connection: &C,
    pairs: &[ObjectOfUser],
    since: Option<i32>,
) -> Result<Vec<(ObjectOfUser, i32)>> {
    let size = if connection.get_database_backend() == DbBackend::MySql { LITERAL_PAIRS } else { PAIRS };
    let columns = [Column::ObjectId, Column::UserId];
    let mut found = Vec::new();
    for pairs in pairs.chunks(size) {
        let pairs: Vec<_> = pairs.iter().map(|(object, user)| [*object, user.uuid()]).collect();
        let later = Condition::all().add_option(since.map(|since| Column::Day.gte(since)));
        let query = Entity::find().filter(among_pairs(connection, columns, &pairs)).filter(later);
        let rows = query.all(connection).await?;
        found.extend(rows.into_iter().map(|row| ((row.object_id, UserId::new(row.user_id)), row.day)));
    }
    Ok(found)
}

/// Whether an object was not used on any day after `day`, by anyone. The latest day is looked up in an index, object by
/// object: as an anti-join, PostgreSQL would read the uses of all objects.
pub(super) fn is_unused_after(object: Expr, day: i32) -> Expr {
    let latest = Query::select()
        .expr(Func::max(Expr::col((Entity, Column::Day))))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::ObjectId)).eq(object))
        .take();
    Expr::from(Func::coalesce([Expr::from(latest), Expr::value(i32::MIN)])).lte(day)
}

/// Deletes the uses of up to [`CHUNK`] users of an object; returns how many.
pub(super) async fn delete_some_of_object<C: Connection>(connection: &C, object: Uuid) -> Result<usize> {
    let these = Column::ObjectId.eq(object);
    let query = Entity::find().select_only().column(Column::UserId).filter(these.clone()).limit(CHUNK as u64);
    let users: Vec<Uuid> = query.into_tuple().all(connection).await?;
    if !users.is_empty() {
        let these = these.and(among(connection, Column::UserId, users.iter().copied()));
        Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(users.len())
}

/// Deletes the uses of up to [`CHUNK`] objects by a user; returns how many.
pub(super) async fn delete_some_of_user<C: Connection>(connection: &C, user: UserId) -> Result<usize> {
    let these = Column::UserId.eq(user.uuid());
    let query = Entity::find().select_only().column(Column::ObjectId).filter(these.clone()).limit(CHUNK as u64);
    let objects: Vec<Uuid> = query.into_tuple().all(connection).await?;
    if !objects.is_empty() {
        let these = these.and(among(connection, Column::ObjectId, objects.iter().copied()));
        Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(objects.len())
}
