//! Many lists at once: a page of each in one statement, or how long each is.
//!
//! The lists below the items of another list differ in a value or two only. Their queries are joined
//! with `UNION ALL`, each cut to its page where it stands, so that an index serves each list just as if
//! it were read alone, and what was asked of it needs no second wording.

use super::keyset::assemble;
use super::{Cursor, Direction, Keyset, Page, PageEnd, PageRequest, fetch};
use crate::{Error, Result};
use sea_orm::sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, ModelTrait, QueryResult, QuerySelect, QueryTrait, Select,
};

/// Most lists in one statement: SQLite joins at most 500.
const LISTS: usize = 250;
/// Most values in one statement: SQLite takes 32,766.
const VALUES: usize = 30_000;
/// Columns of an answer beside those of the rows.
const LIST: &str = "list";
const LENGTH: &str = "length";

/// Reads a page of each query, each in the order of `keyset`, as [`fetch`] reads one.
///
/// # Errors
/// [`Error::BadInput`] for a cursor of another order.
pub(crate) async fn fetch_each<E, D>(
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
        lists.push(keyset.narrow(query, request, backend)?.limit(limit).into_query());
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

/// How many rows each query finds.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(crate) async fn count_each<E, D>(queries: Vec<Select<E>>, connection: &D) -> Result<Vec<u64>>
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

/// What `ask` reads of each list, with the list's number: as few statements as the database allows.
async fn read<D: ConnectionTrait>(
    lists: Vec<SelectStatement>,
    ask: impl Fn(SelectStatement) -> SelectStatement,
    connection: &D,
) -> Result<Vec<(i32, QueryResult)>> {
    let mut rows = Vec::new();
    for statement in statements(lists, ask, connection.get_database_backend()) {
        for row in connection.query_all(&statement).await? {
            rows.push((row.try_get("", LIST)?, row));
        }
    }
    Ok(rows)
}

fn statements(
    lists: Vec<SelectStatement>,
    ask: impl Fn(SelectStatement) -> SelectStatement,
    backend: DbBackend,
) -> Vec<SelectStatement> {
    let mut statements: Vec<SelectStatement> = Vec::new();
    let (mut joined, mut values) = (0, 0);
    for (number, list) in lists.into_iter().enumerate() {
        let list = ask(list).expr_as(Expr::cust(number.to_string()), LIST).to_owned();
        let own = backend.build(&list).values.map_or(0, |values| values.0.len());
        match statements.last_mut().filter(|_| joined < LISTS && values + own <= VALUES) {
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
    slot.ok_or_else(|| Error::Internal("the database answered a list that was not asked for".into()))
}

#[cfg(test)]
mod tests;
