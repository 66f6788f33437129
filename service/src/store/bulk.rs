//! Inserting many rows that differ in their ids or in a few texts. Few parameters hold what differs in all rows of a
//! statement, so that neither its text nor its plan depends on their number.

mod texts;

pub(super) use texts::{Form, insert_texts};

use super::CHUNK;
use crate::database::Connection;
use crate::{Error, Result};
use futures_util::future::join;
use sea_orm::sea_query::{Expr, ExprTrait, Func, InsertStatement, Query, SelectStatement};
use sea_orm::{DbBackend, EntityTrait};
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
    let backend = connection.get_database_backend();
    let statement = |rows: &[[Uuid; N]]| {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.into_iter().chain(others.iter().map(|&(column, _)| column)));
        let others = others.iter().map(|(_, value)| value.clone());
        if backend == DbBackend::MySql {
            // It has no table of a parameter that the statement builder can write.
            for ids in rows {
                insert.values_panic(ids.iter().map(|&id| id.into()).chain(others.clone()));
            }
            return Ok(insert);
        }
        let mut select = if backend == DbBackend::Postgres { lists_of(rows) } else { table_of(rows) };
        select.exprs(others);
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

/// Selects the ids of all rows from one list for each column, which PostgreSQL reads side by side.
fn lists_of<const N: usize>(rows: &[[Uuid; N]]) -> SelectStatement {
    let mut select = Query::select();
    for place in 0..N {
        let mut text = String::with_capacity(rows.len() * (DIGITS + 1) + 2);
        for id in rows.iter().filter_map(|ids| ids.get(place)) {
            // Writing to a text cannot fail.
            let _ = write!(text, "{}{}", if text.is_empty() { '{' } else { ',' }, id.as_simple());
        }
        text.push('}');
        select.expr(Func::cust("unnest").arg(Expr::value(text).cast_as("uuid[]")));
    }
    select
}

/// Selects the ids of all rows from one list of texts, each with the ids of one row, which SQLite reads.
fn table_of<const N: usize>(rows: &[[Uuid; N]]) -> SelectStatement {
    let mut text = String::with_capacity(rows.len() * (N * DIGITS + 3) + 2);
    for ids in rows {
        text.push_str(if text.is_empty() { "[\"" } else { ",\"" });
        for id in ids {
            let _ = write!(text, "{}", id.as_simple());
        }
        text.push('"');
    }
    text.push(']');
    let mut select = Query::select();
    select.from_function(Func::cust("json_each").arg(Expr::value(text)), "ids");
    for place in 0..N {
        let [start, length] = [place * DIGITS + 1, DIGITS].map(|number| Expr::cust(number.to_string()));
        select.expr(Func::cust("unhex").arg(Func::cust("substr").arg(Expr::col("value")).arg(start).arg(length)));
    }
    select
}
