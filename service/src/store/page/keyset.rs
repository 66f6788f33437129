//! A page of one list: rows are compared with the cursor by sort key and id, never counted from the start.

use crate::page::{Cursor, CursorKey, Direction, Page, PageEnd, PageRequest};
use crate::{Error, Result};
use chrono::{DateTime, Datelike, Utc};
use sea_orm::sea_query::{Expr, ValueType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, ModelTrait, Order,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use uuid::Uuid;

/// The order of a list; the id breaks ties.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Keyset<C> {
    pub(in crate::store) id: C,
    pub(in crate::store) key: SortKey<C>,
    /// Direction of key and id alike.
    pub(in crate::store) direction: Direction,
}

/// The column of the sort key; it is never null.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum SortKey<C> {
    /// Compared byte by byte on every database.
    Text(C),
    Number(C),
    Time(C),
}

/// Reads one page of `query` in the order of `keyset`.
///
/// It reads one row beyond the page, which shows whether more follow in the direction of reading.
///
/// # Errors
/// [`Error::BadInput`] for a cursor of another list or order.
pub(in crate::store) async fn fetch<E, D>(
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
    let query = keyset.between_cursors(query, request, connection.get_database_backend())?;
    let rows = query.limit(request.limit as u64 + 1).all(connection).await?;
    let items = rows.into_iter().map(|row| Ok((keyset.cursor::<E>(&row)?, row))).collect::<Result<Vec<_>>>()?;
    Ok(assemble(items, request))
}

/// The page made of up to `limit + 1` rows in the order of reading.
pub(in crate::store) fn assemble<T>(mut items: Vec<(Cursor, T)>, request: &PageRequest) -> Page<T> {
    let more = items.len() > request.limit;
    items.truncate(request.limit);
    Page::read(items, more, request)
}

impl<C: ColumnTrait> Keyset<C> {
    /// Restricts a query to the rows between the cursors, in the order of reading.
    pub(in crate::store) fn between_cursors<E: EntityTrait<Column = C>>(
        &self,
        mut query: Select<E>,
        request: &PageRequest,
        backend: DbBackend,
    ) -> Result<Select<E>> {
        if let Some(after) = &request.after {
            query = query.filter(self.after(after, self.direction, backend)?);
        }
        if let Some(before) = &request.before {
            query = query.filter(self.after(before, self.direction.reversed(), backend)?);
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

    /// Rows after `cursor` in `direction`.
    fn after(&self, cursor: &Cursor, direction: Direction, backend: DbBackend) -> Result<Condition> {
        let id = match direction {
            Direction::Ascending => self.id.gt(cursor.id),
            Direction::Descending => self.id.lt(cursor.id),
        };
        let (key, value) = (self.key_column(backend), self.key_value(&cursor.key)?);
        // `key ≥ v and (key > v or id > i)`: the redundant first part bounds the scan of an index on every database.
        let (from_key, past_key) = match direction {
            Direction::Ascending => (key.clone().gte(value.clone()), key.gt(value)),
            Direction::Descending => (key.clone().lte(value.clone()), key.lt(value)),
        };
        Ok(Condition::all().add(from_key).add(Condition::any().add(past_key).add(id)))
    }

    /// The sort key as an expression that every database compares alike: PostgreSQL by default compares texts by the
    /// collation of the database; the columns of the others are binary.
    fn key_column(&self, backend: DbBackend) -> Expr {
        match self.key {
            SortKey::Text(column) if backend == DbBackend::Postgres => {
                Expr::cust_with_expr("$1 COLLATE \"C\"", column.into_simple_expr())
            }
            SortKey::Text(column) | SortKey::Number(column) | SortKey::Time(column) => column.into_simple_expr(),
        }
    }

    /// The key of a cursor as a value to compare with. Cursors come from clients.
    fn key_value(&self, key: &CursorKey) -> Result<Value> {
        match (self.key, key) {
            (SortKey::Text(_), CursorKey::Text(text)) if !text.contains('\0') => Ok(text.as_str().into()),
            (SortKey::Number(_), CursorKey::Number(number)) => Ok((*number).into()),
            (SortKey::Time(_), CursorKey::Time(at)) if (1..=9999).contains(&at.year()) => Ok((*at).into()),
            _ => Err(Error::BadInput(
                "the cursor is not one of this list in this order; pass one that the list returned".to_owned(),
            )),
        }
    }

    pub(in crate::store) fn cursor<E: EntityTrait<Column = C>>(&self, row: &E::Model) -> Result<Cursor>
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

#[cfg(test)]
mod tests;
