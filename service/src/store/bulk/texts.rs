//! Rows that differ in texts.

use super::{CHUNK, Connection, ROWS, Result, execute_all};
use crate::Error;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{DbBackend, EntityTrait};

/// What a text of a row is in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Form {
    /// An id, in hexadecimal digits.
    Id,
    /// A text.
    Text,
    /// A JSON document.
    Json,
}

/// Inserts rows of texts, in the order of `columns`; the values of `others` are the same in all of them.
pub(in crate::store) async fn insert_texts<E: EntityTrait, C: Connection>(
    connection: &C,
    table: E,
    columns: &[(E::Column, Form)],
    rows: &[Vec<Option<String>>],
    others: &[(E::Column, Expr)],
) -> Result<()> {
    let backend = connection.get_database_backend();
    let forms: Vec<Form> = columns.iter().map(|&(_, form)| form).collect();
    let statement = |rows: &[Vec<Option<String>>]| {
        let mut insert = Query::insert();
        let names = columns.iter().map(|&(column, _)| column).chain(others.iter().map(|&(column, _)| column));
        insert.into_table(table).columns(names);
        let others = others.iter().map(|(_, value)| value.clone());
        if backend == DbBackend::MySql {
            for row in rows {
                insert.values_panic(forms.iter().zip(row).map(literal).chain(others.clone()));
            }
            return Ok(insert);
        }
        let mut select = table_of(rows, &forms, backend)?;
        select.exprs(others);
        insert.select_from(select).map_err(|error| Error::Internal(error.into()))?;
        Ok(insert)
    };
    execute_all(connection, rows.chunks(if backend == DbBackend::MySql { CHUNK } else { ROWS }).map(statement)).await
}

/// A text as MariaDB gets it.
fn literal((form, text): (&Form, &Option<String>)) -> Expr {
    match (form, text) {
        (Form::Id, Some(digits)) => Func::cust("unhex").arg(Expr::value(digits.clone())).into(),
        (Form::Id | Form::Text | Form::Json, text) => Expr::value(text.clone()),
    }
}

/// Selects the texts of all rows from a parameter: a list of lists, in JSON.
fn table_of(rows: &[Vec<Option<String>>], forms: &[Form], backend: DbBackend) -> Result<SelectStatement> {
    let text = Expr::value(serde_json::to_string(rows).map_err(|error| Error::Internal(error.into()))?);
    let mut select = Query::select();
    match backend {
        DbBackend::Postgres => {
            select.from_function(Func::cust("jsonb_array_elements").arg(text.cast_as("jsonb")), "value")
        }
        _ => select.from_function(Func::cust("json_each").arg(text), "rows"),
    };
    for (place, form) in forms.iter().enumerate() {
        let text = Expr::cust(format!("value ->> {place}"));
        select.expr(match (form, backend) {
            (Form::Id, DbBackend::Postgres) => text.cast_as("uuid"),
            (Form::Id, _) => Func::cust("unhex").arg(text).into(),
            (Form::Json, DbBackend::Postgres) => text.cast_as("json"),
            (Form::Text | Form::Json, _) => text,
        });
    }
    Ok(select)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock as _, Database, DatabaseSettings, SystemClock};
    use entity::permission::{Column, Entity, Model};
    use sea_orm::QueryOrder as _;
    use uuid::Uuid;

    #[tokio::test]
    async fn every_row_of_several_statements_arrives_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyward.db");
        let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
        let connection = database.connection();
        migration::up(connection).await.expect("migrates");
        let now = SystemClock.now();
        let texts = ["plain", "\"quoted\", \\ and {braces}", "[1, null]", "line\nend\t", "žluť 🎺 \u{7f}", ""];
        let rows: Vec<Model> = (0..ROWS + 7)
            .map(|number| Model {
                id: Uuid::from_u128(number as u128),
                name: format!("p:{number:06}"),
                resource: texts[number % texts.len()].to_owned(),
                description: (number % 3 != 0).then(|| texts[number % texts.len()].to_owned()),
                is_system: true,
                created_at: now,
            })
            .collect();
        let columns = [
            (Column::Id, Form::Id),
            (Column::Name, Form::Text),
            (Column::Resource, Form::Text),
            (Column::Description, Form::Text),
        ];
        let others = [(Column::IsSystem, true.into()), (Column::CreatedAt, now.into())];
        let written: Vec<_> = rows
            .iter()
            .cloned()
            .map(|row| vec![Some(row.id.simple().to_string()), Some(row.name), Some(row.resource), row.description])
            .collect();

        insert_texts(connection, Entity, &columns, &written, &others).await.expect("writes");

        let read = Entity::find().order_by_asc(Column::Name).all(connection).await.expect("reads");
        assert_eq!(read.len(), rows.len());
        assert!(read == rows, "a row differs");
    }
}
