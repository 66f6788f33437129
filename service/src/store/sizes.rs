//! Sizes of the tables, for operators.

use crate::Result;
use crate::database::Connection;
use crate::status::TableSize;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{DbBackend, Statement};

/// The tables by name. SQLite and PostgreSQL count the bytes of their indexes too, and so does MariaDB, which estimates.
pub(crate) async fn tables<C: Connection>(connection: &C) -> Result<Vec<TableSize>> {
    let backend = connection.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT relname::text AS name, pg_total_relation_size(oid) AS bytes FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 1"
        }
        DbBackend::MySql => {
            "SELECT table_name AS name, CAST(data_length + index_length AS SIGNED) AS bytes \
             FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
        }
        _ => {
            "SELECT tbl_name AS name, SUM(pgsize) AS bytes FROM sqlite_master \
             JOIN dbstat ON dbstat.name = sqlite_master.name AND dbstat.aggregate = TRUE \
             WHERE tbl_name NOT LIKE 'sqlite%' GROUP BY 1 ORDER BY 1"
        }
    };
    let mut tables = Vec::new();
    for row in connection.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (name, bytes): (String, i64) = (row.try_get("", "name")?, row.try_get("", "bytes")?);
        let count = Query::select().expr_as(Expr::cust("COUNT(*)"), "n").from(Alias::new(name.as_str())).take();
        let rows: i64 = connection.query_one(&count).await?.map_or(Ok(0), |row| row.try_get("", "n"))?;
        let [rows, bytes] = [rows, bytes].map(|number| u64::try_from(number).unwrap_or_default());
        tables.push(TableSize { name, rows, bytes });
    }
    Ok(tables)
}
