//! Lists of ids in conditions: one parameter, however long the list is. A statement then has one text and one plan, and no
//! list has more values than the database binds.

use super::bulk::select_ids;
use crate::database::Connection;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, DbBackend};
use std::fmt::Write as _;
use uuid::Uuid;

/// Rows whose `column` is one of `ids`; no row for an empty list. One id alone is compared as it is: databases plan that
/// once, and a list, whose length they do not know, for each execution.
///
/// On PostgreSQL the ids are the rows of a subquery: compared with an array, each row of a scan would parse and search all of
/// it. MariaDB gets them as literals: it plans an update or a deletion by an index for these, not for a table made of a
/// parameter.
pub(super) fn among<C: Connection>(
    connection: &C,
    column: impl ColumnTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Expr {
    let column = Expr::col(column.as_column_ref());
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if let [id] = ids[..] {
        return column.eq(id);
    }
    match connection.get_database_backend() {
        DbBackend::Postgres => {
            let list = Expr::value(listed(ids, ['{', '}'], "")).cast_as("uuid[]");
            column.in_subquery(Query::select().expr(Func::cust("unnest").arg(list)).take())
        }
        DbBackend::MySql => column.is_in(ids.into_iter().map(|id| Expr::cust(format!("x'{}'", id.as_simple())))),
        _ => {
            let id = Func::cust("unhex").arg(Expr::col("value"));
            let list = Func::cust("json_each").arg(Expr::value(listed(ids, ['[', ']'], "\"")));
            column.in_subquery(Query::select().expr(id).from_function(list, "ids").take())
        }
    }
}

/// Rows whose `columns` are one of `pairs`, each found by an index of both: with two lists, PostgreSQL would read all rows
/// with an id of the one. As [`among`] otherwise.
pub(super) fn among_pairs<Column: ColumnTrait, C: Connection>(
    connection: &C,
    columns: [Column; 2],
    pairs: &[[Uuid; 2]],
) -> Expr {
    let columns = Expr::tuple(columns.map(|column| Expr::col(column.as_column_ref())));
    let backend = connection.get_database_backend();
    if backend == DbBackend::MySql {
        let literal = |[a, b]: &[Uuid; 2]| Expr::cust(format!("(x'{}', x'{}')", a.as_simple(), b.as_simple()));
        return columns.is_in(pairs.iter().map(literal));
    }
    columns.in_subquery(select_ids(pairs, backend))
}

/// The ids as the text of an array.
fn listed(ids: impl IntoIterator<Item = Uuid>, [open, close]: [char; 2], quote: &str) -> String {
    let mut text = String::from(open);
    for id in ids {
        if text.len() > 1 {
            text.push(',');
        }
        // Writing to a text cannot fail.
        let _ = write!(text, "{quote}{}{quote}", id.as_simple());
    }
    text.push(close);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, DatabaseSettings, SystemClock};
    use entity::permission::{Column, Entity, Model};
    use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryTrait};

    /// More than SQLite binds to one statement.
    const MANY: u128 = 40_000;

    #[tokio::test]
    async fn a_list_longer_than_a_statement_binds_finds_its_rows_by_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyward.db");
        let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
        let connection = database.connection();
        migration::up(connection).await.expect("migrates");
        let rows = [1, MANY - 1, MANY].map(|number| Model {
            id: Uuid::from_u128(number),
            name: format!("p:{number}"),
            resource: "p".to_owned(),
            description: None,
            is_system: false,
            created_at: crate::Clock::now(&SystemClock),
        });
        let rows = rows.map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");

        let these = among(connection, Column::Id, (0..MANY).map(Uuid::from_u128));
        let query = Entity::find().filter(these);

        assert_eq!(query.clone().count(connection).await.expect("reads"), 2);
        let mut plan = query.build(DbBackend::Sqlite);
        plan.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let plan = sea_orm::ConnectionTrait::query_all_raw(connection, plan).await.expect("explains");
        let plan: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").expect("reads")).collect();
        assert!(plan.first().is_some_and(|step| step.starts_with("SEARCH permissions USING INDEX")), "{plan:?}");
        let none = Entity::find().filter(among(connection, Column::Id, []));
        assert_eq!(none.count(connection).await.expect("reads"), 0);
    }
}
