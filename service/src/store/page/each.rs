//! Many lists in one statement: a page of each, or the length of each.
//!
//! The queries are combined with `UNION ALL`, each limited to its page, so that an index serves each list as if it were
//! read alone.

use super::keyset::assemble;
use super::{Keyset, fetch};
use crate::page::{Cursor, Direction, Page, PageEnd, PageRequest};
use crate::{Error, Result};
use sea_orm::sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, ModelTrait, QueryResult, QuerySelect, QueryTrait, Select,
};

/// Lists in one statement: SQLite combines at most 500.
const MAX_LISTS: usize = 250;
/// Values in one statement: SQLite binds at most 32,766.
const MAX_VALUES: usize = 30_000;
/// Column with the index of the list.
const LIST: &str = "list";
/// Column with the length of the list.
const LENGTH: &str = "length";

/// Reads a page of each query, as [`fetch`] reads one.
///
/// # Errors
/// As [`fetch`].
pub(in crate::store) async fn fetch_each<E, D>(
    queries: Vec<Select<E>>,
    keyset: Keyset<E::Column>,
    request: &PageRequest,
    connection: &D,
) -> Result<Vec<Page<E::Model>>>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E> + FromQueryResult,
    D: ConnectionTrait,
{
    let queries = match <[_; 1]>::try_from(queries) {
        Ok([query]) => return Ok(vec![fetch(query, keyset, request, connection).await?]),
        Err(queries) => queries,
    };
    let backend = connection.get_database_backend();
    let limit = request.limit as u64 + 1;
    let mut lists = Vec::with_capacity(queries.len());
    for query in queries {
        lists.push(keyset.between_cursors(query, request, backend)?.limit(limit).into_query());
    }
    let mut found: Vec<Vec<_>> = lists.iter().map(|_| Vec::new()).collect();
    let rows = |list| Query::select().column(Asterisk).from_subquery(list, "page").to_owned();
    for (list, row) in read(lists, rows, connection).await? {
        let model = E::Model::from_query_result(&row, "")?;
        slot(&mut found, list)?.push((keyset.cursor::<E>(&model)?, model));
    }
    let is_reversed = (keyset.direction == Direction::Descending) != (request.from == PageEnd::End);
    let page = |mut items: Vec<_>| {
        items.sort_by(|(a, _): &(Cursor, _), (b, _)| if is_reversed { b.cmp(a) } else { a.cmp(b) });
        assemble(items, request)
    };
    Ok(found.into_iter().map(page).collect())
}

/// The number of rows of each query.
pub(in crate::store) async fn count_each<E, D>(queries: Vec<Select<E>>, connection: &D) -> Result<Vec<u64>>
where
    E: EntityTrait,
    D: ConnectionTrait,
{
    let lists: Vec<_> = queries.into_iter().map(QueryTrait::into_query).collect();
    let mut lengths = vec![0; lists.len()];
    let length = |list| {
        let count = Expr::cust("COUNT(*)");
        Query::select().expr_as(count, LENGTH).from_subquery(list, "whole").to_owned()
    };
    for (list, row) in read(lists, length, connection).await? {
        let length: i64 = row.try_get("", LENGTH)?;
        *slot(&mut lengths, list)? = u64::try_from(length).unwrap_or_default();
    }
    Ok(lengths)
}

/// Runs `select` on each list, in as few statements as the database allows; returns each row with the index of its list.
async fn read<D: ConnectionTrait>(
    lists: Vec<SelectStatement>,
    select: impl Fn(SelectStatement) -> SelectStatement,
    connection: &D,
) -> Result<Vec<(i32, QueryResult)>> {
    let mut rows = Vec::new();
    for statement in statements(lists, select, connection.get_database_backend()) {
        for row in connection.query_all(&statement).await? {
            rows.push((row.try_get("", LIST)?, row));
        }
    }
    Ok(rows)
}

fn statements(
    lists: Vec<SelectStatement>,
    select: impl Fn(SelectStatement) -> SelectStatement,
    backend: DbBackend,
) -> Vec<SelectStatement> {
    let mut statements: Vec<SelectStatement> = Vec::new();
    let (mut joined, mut values) = (0, 0);
    for (number, list) in lists.into_iter().enumerate() {
        let list = select(list).expr_as(Expr::cust(number.to_string()), LIST).to_owned();
        let own = backend.build(&list).values.map_or(0, |values| values.0.len());
        match statements.last_mut().filter(|_| joined < MAX_LISTS && values + own <= MAX_VALUES) {
            Some(statement) => {
                statement.union(UnionType::All, list);
                (joined, values) = (joined + 1, values + own);
            }
            None => {
                statements.push(list);
                (joined, values) = (1, own);
            }
        }
    }
    statements
}

fn slot<T>(slots: &mut [T], list: i32) -> Result<&mut T> {
    let slot = usize::try_from(list).ok().and_then(|list| slots.get_mut(list));
    slot.ok_or_else(|| Error::Internal("the database returned a row of an unknown list".into()))
}

#[cfg(test)]
mod tests;
