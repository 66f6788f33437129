//! Role assignments and direct grants.

mod expiration;
mod grants;
mod members;
mod replacement;
mod roles;
mod terms;

use serde_json::Value;
use tests::{Actor, App};

/// The permissions of a user's session.
async fn permissions(who: &Actor) -> Value {
    who.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"].clone()
}

/// Number of entries in the audit log.
async fn audited(app: &App) -> u64 {
    let log = app.admin().await.ask("{ auditLog { totalCount } }").await;
    log.data()["auditLog"]["totalCount"].as_u64().expect("a number")
}
