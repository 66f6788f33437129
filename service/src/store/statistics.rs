//! Statistics of the tables, by which the database plans statements.

use crate::Result;
use crate::database::Connection;
use sea_orm::DbBackend;

/// Tables that an import fills.
const TABLES: &str = "users, login_names, roles, permissions, role_permissions, role_inheritance, user_roles, \
    user_permissions, audit_events, audit_subjects, policy_changes";

/// Counts again what was written in bulk. PostgreSQL does so by itself within minutes, and plans badly until then. The
/// plans of SQLite need no statistics, and MariaDB counts at once.
pub(crate) async fn renew<C: Connection>(connection: &C) -> Result<()> {
    if connection.get_database_backend() == DbBackend::Postgres {
        connection.execute_unprepared(&format!("ANALYZE {TABLES}")).await?;
    }
    Ok(())
}
