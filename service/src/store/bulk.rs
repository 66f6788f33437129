//! Inserting many rows that differ in their ids only. One parameter holds the ids of all rows of a statement, so that
//! neither its text nor its plan depends on their number.

use super::CHUNK;
use crate::database::Connection;
use crate::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
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
    for rows in rows.chunks(if backend == DbBackend::MySql { CHUNK } else { ROWS }) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.into_iter().chain(others.iter().map(|&(column, _)| column)));
        let others = others.iter().map(|(_, value)| value.clone());
        match backend {
            // It has no table of a parameter that the statement builder can write.
            DbBackend::MySql => {
                for ids in rows {
                    insert.values_panic(ids.iter().map(|&id| id.into()).chain(others.clone()));
                }
            }
            _ => {
                let mut select = table_of(rows, backend);
                select.exprs(others);
                insert.select_from(select).map_err(|error| Error::Internal(error.into()))?;
            }
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// Selects the ids of all rows from a parameter: a list of texts, each with the ids of one row.
fn table_of<const N: usize>(rows: &[[Uuid; N]], backend: DbBackend) -> SelectStatement {
    let is_postgres = backend == DbBackend::Postgres;
    let ([open, close], quote) = if is_postgres { (['{', '}'], "") } else { (['[', ']'], "\"") };
    let mut text = String::with_capacity(rows.len() * (N * DIGITS + 3) + 2);
    text.push(open);
    for ids in rows {
        text.push_str(if text.len() > 1 { "," } else { "" });
        text.push_str(quote);
        for id in ids {
            // Writing to a text cannot fail.
            let _ = write!(text, "{}", id.as_simple());
        }
        text.push_str(quote);
    }
    text.push(close);
    let mut select = Query::select();
    if is_postgres {
        select.from_function(Func::cust("unnest").arg(Expr::value(text).cast_as("text[]")), "value");
    } else {
        select.from_function(Func::cust("json_each").arg(Expr::value(text)), "ids");
    }
    for place in 0..N {
        let [start, length] = [place * DIGITS + 1, DIGITS].map(|number| Expr::cust(number.to_string()));
        let digits = Func::cust("substr").arg(Expr::col("value")).arg(start).arg(length);
        select.expr(if is_postgres { digits.cast_as("uuid") } else { Func::cust("unhex").arg(digits).into() });
    }
    select
}
