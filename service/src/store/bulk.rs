//! Inserting many rows that differ in their ids or in a few texts. Few parameters hold what differs in all rows of a
//! statement, so that neither its text nor its plan depends on their number.

mod texts;

pub(super) use texts::{Form, insert_texts};

use super::CHUNK;
use crate::database::Connection;
use crate::{Error, Result};
use futures_util::future::join;
use sea_orm::sea_query::{Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait};
use std::fmt::Write as _;
use uuid::Uuid;

/// Rows of one statement.
const ROWS: usize = 5_000;
/// Digits of an id.
const DIGITS: usize = 32;

/// Inserts rows with these ids in `columns`; the values of `others` are the same in all of them.
pub(super) async fn insert_ids<E: EntityTrait, C: Connection, const N: usize>(
    connection: &C,
    table: E,
    columns: [E::Column; N],
    rows: &[[Uuid; N]],
    others: &[(E::Column, Expr)],
) -> Result<()> {
    write_ids(connection, Query::insert().into_table(table), columns, rows, others).await
}

/// Inserts rows as [`insert_ids`], and where a row with a unique key exists does what `on_conflict` says.
pub(super) async fn upsert_ids<E: EntityTrait, C: Connection, const N: usize>(
    connection: &C,
    table: E,
    columns: [E::Column; N],
    rows: &[[Uuid; N]],
    others: &[(E::Column, Expr)],
    on_conflict: OnConflict,
) -> Result<()> {
    write_ids(connection, Query::insert().into_table(table).on_conflict(on_conflict), columns, rows, others).await
}

async fn write_ids<Column: ColumnTrait, C: Connection, const N: usize>(
    connection: &C,
    insert: &InsertStatement,
    columns: [Column; N],
    rows: &[[Uuid; N]],
    others: &[(Column, Expr)],
) -> Result<()> {
    let backend = connection.get_database_backend();
    let statement = |rows: &[[Uuid; N]]| {
        let mut insert = insert.clone();
        insert.columns(columns.into_iter().chain(others.iter().map(|&(column, _)| column)));
        let others = others.iter().map(|(_, value)| value.clone());
        if backend == DbBackend::MySql {
            // It has no table of a parameter that the statement builder can write.
            for ids in rows {
                insert.values_panic(ids.iter().map(|&id| id.into()).chain(others.clone()));
            }
            return Ok(insert);
        }
        let mut select = Query::select();
        let ids = from_parameter(&mut select, rows, backend);
        select.exprs(ids).exprs(others);
        if backend == DbBackend::Sqlite {
            // Without a condition it takes ON CONFLICT for that of a join.
            select.and_where(Expr::cust("1 = 1"));
        }
        insert.select_from(select).map_err(|error| Error::Internal(error.into()))?;
        Ok(insert)
    };
    execute_all(connection, rows.chunks(if backend == DbBackend::MySql { CHUNK } else { ROWS }).map(statement)).await
}

/// Executes statements in order. Each is built while the database executes the one before.
async fn execute_all<C: Connection>(
    connection: &C,
    mut statements: impl Iterator<Item = Result<InsertStatement>>,
) -> Result<()> {
    let mut next = statements.next().transpose()?;
    while let Some(statement) = next {
        let (executed, following) = join(connection.execute(&statement), async { statements.next() }).await;
        executed?;
        next = following.transpose()?;
    }
    Ok(())
}

/// Selects rows of ids. Not on MariaDB.
pub(super) fn select_ids<const N: usize>(rows: &[[Uuid; N]], backend: DbBackend) -> SelectStatement {
    let mut select = Query::select();
    let ids = from_parameter(&mut select, rows, backend);
    select.exprs(ids).take()
}

/// The ids of each column of `rows`, as expressions of a statement that gets the rows from parameters.
fn from_parameter<const N: usize>(select: &mut SelectStatement, rows: &[[Uuid; N]], backend: DbBackend) -> Vec<Expr> {
    if backend == DbBackend::Postgres {
        return lists_of(rows);
    }
    select.from_function(Func::cust("json_each").arg(Expr::value(texts_of(rows))), "ids");
    let id = |place: usize| {
        let [start, length] = [place * DIGITS + 1, DIGITS].map(|number| Expr::cust(number.to_string()));
        Func::cust("unhex").arg(Func::cust("substr").arg(Expr::col("value")).arg(start).arg(length)).into()
    };
    (0..N).map(id).collect()
}

/// One list for each column, which PostgreSQL reads side by side.
fn lists_of<const N: usize>(rows: &[[Uuid; N]]) -> Vec<Expr> {
    let list = |place: usize| {
        let mut text = String::with_capacity(rows.len() * (DIGITS + 1) + 2);
        for id in rows.iter().filter_map(|ids| ids.get(place)) {
            // Writing to a text cannot fail.
            let _ = write!(text, "{}{}", if text.is_empty() { '{' } else { ',' }, id.as_simple());
        }
        if text.is_empty() {
            text.push('{');
        }
        text.push('}');
        Func::cust("unnest").arg(Expr::value(text).cast_as("uuid[]")).into()
    };
    (0..N).map(list).collect()
}

/// One list of texts, each with the ids of one row, which SQLite reads.
fn texts_of<const N: usize>(rows: &[[Uuid; N]]) -> String {
    let mut text = String::with_capacity(rows.len() * (N * DIGITS + 3) + 2);
    for ids in rows {
        text.push_str(if text.is_empty() { "[\"" } else { ",\"" });
        for id in ids {
            let _ = write!(text, "{}", id.as_simple());
        }
        text.push('"');
    }
    if text.is_empty() {
        text.push('[');
    }
    text.push(']');
    text
}
