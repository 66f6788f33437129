//! Pages out of the database: `(key, id)` is compared with the cursor's, never counted from the
//! start.

use super::{Cursor, CursorKey, Direction, Page, PageEnd, PageRequest};
use crate::{Error, Result};
use chrono::{DateTime, Datelike, Utc};
use sea_orm::sea_query::{Expr, ValueType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, ModelTrait, Order,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use uuid::Uuid;

/// What a list in the database is ordered by; the id breaks ties.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyset<C> {
    /// The column of ids.
    pub(crate) id: C,
    /// What comes before it.
    pub(crate) key: SortKey<C>,
    /// Which way, for key and id alike.
    pub(crate) direction: Direction,
}

/// The column that a list is ordered by. It is never null.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SortKey<C> {
    /// A text, byte by byte on every engine.
    Text(C),
    /// A number.
    Number(C),
    /// An instant.
    Time(C),
}

/// Reads one page of `query` in the order of `keyset`.
///
/// One more row than asked for tells whether there are more in the direction of reading; in the
/// other one there are when a cursor bounds the page, since a cursor names an item of the list.
///
/// # Errors
/// [`Error::BadInput`] for a cursor of another order.
pub(crate) async fn fetch<E, D>(
    query: Select<E>,
    keyset: Keyset<E::Column>,
    request: &PageRequest,
    connection: &D,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
    D: ConnectionTrait,
{
    let query = keyset.narrow(query, request, connection.get_database_backend())?;
    let rows = query.limit(request.limit as u64 + 1).all(connection).await?;
    let items = rows.into_iter().map(|row| Ok((keyset.cursor::<E>(&row)?, row))).collect::<Result<Vec<_>>>()?;
    Ok(assemble(items, request))
}

/// Makes a page of up to `limit + 1` rows in the order of reading.
pub(super) fn assemble<T>(mut items: Vec<(Cursor, T)>, request: &PageRequest) -> Page<T> {
    let more = items.len() > request.limit;
    items.truncate(request.limit);
    match request.from {
        PageEnd::Start => {
            Page { items, has_next: more || request.before.is_some(), has_previous: request.after.is_some() }
        }
        PageEnd::End => {
            items.reverse();
            Page { items, has_next: request.before.is_some(), has_previous: more || request.after.is_some() }
        }
    }
}

impl<C: ColumnTrait> Keyset<C> {
    /// Puts the rows between the cursors into the order of reading: from the end that is counted from.
    pub(super) fn narrow<E: EntityTrait<Column = C>>(
        &self,
        mut query: Select<E>,
        request: &PageRequest,
        backend: DbBackend,
    ) -> Result<Select<E>> {
        if let Some(after) = &request.after {
            query = query.filter(self.beyond(after, self.direction, backend)?);
        }
        if let Some(before) = &request.before {
            query = query.filter(self.beyond(before, self.direction.reversed(), backend)?);
        }
        let reading = match request.from {
            PageEnd::Start => self.direction,
            PageEnd::End => self.direction.reversed(),
        };
        let order = match reading {
            Direction::Ascending => Order::Asc,
            Direction::Descending => Order::Desc,
        };
        Ok(query.order_by(self.key_column(backend), order.clone()).order_by(self.id, order))
    }

    /// Rows on the far side of `cursor`, looking in `direction`.
    fn beyond(&self, cursor: &Cursor, direction: Direction, backend: DbBackend) -> Result<Condition> {
        let id = match direction {
            Direction::Ascending => self.id.gt(cursor.id),
            Direction::Descending => self.id.lt(cursor.id),
        };
        let (key, value) = (self.key_column(backend), self.key_value(&cursor.key)?);
        // `key ≥ v and (key > v or id > i)`: the first part bounds the scan of an index on every engine.
        let (reached, passed) = match direction {
            Direction::Ascending => (key.clone().gte(value.clone()), key.gt(value)),
            Direction::Descending => (key.clone().lte(value.clone()), key.lt(value)),
        };
        Ok(Condition::all().add(reached).add(Condition::any().add(passed).add(id)))
    }

    /// The sort key as an expression that compares alike everywhere. PostgreSQL compares texts by the
    /// database's language unless told otherwise; the other engines' columns are binary already.
    fn key_column(&self, backend: DbBackend) -> Expr {
        match self.key {
            SortKey::Text(column) if backend == DbBackend::Postgres => {
                Expr::cust_with_expr("$1 COLLATE \"C\"", column.into_simple_expr())
            }
            SortKey::Text(column) | SortKey::Number(column) | SortKey::Time(column) => column.into_simple_expr(),
        }
    }

    /// The key of a cursor as a value to compare with; cursors come from clients.
    fn key_value(&self, key: &CursorKey) -> Result<Value> {
        match (self.key, key) {
            (SortKey::Text(_), CursorKey::Text(text)) if !text.contains('\0') => Ok(text.as_str().into()),
            (SortKey::Number(_), CursorKey::Number(number)) => Ok((*number).into()),
            (SortKey::Time(_), CursorKey::Time(at)) if (1..=9999).contains(&at.year()) => Ok((*at).into()),
            _ => Err(Error::BadInput("the cursor is not one of this list in this order".to_owned())),
        }
    }

    pub(super) fn cursor<E: EntityTrait<Column = C>>(&self, row: &E::Model) -> Result<Cursor>
    where
        E::Model: ModelTrait<Entity = E>,
    {
        fn read<V: ValueType>(value: Value) -> Result<V> {
            <V as ValueType>::try_from(value).map_err(|cause| Error::Internal(cause.into()))
        }
        let key = match self.key {
            SortKey::Text(column) => CursorKey::Text(read(row.get(column))?),
            SortKey::Number(column) => CursorKey::Number(read(row.get(column))?),
            SortKey::Time(column) => CursorKey::Time(read::<DateTime<Utc>>(row.get(column))?),
        };
        Ok(Cursor { key, id: read::<Uuid>(row.get(self.id))? })
    }
}

impl Direction {
    fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

#[cfg(test)]
mod tests;
