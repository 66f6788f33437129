//! Roles assigned to users, and permissions granted to them directly.

mod ends;
mod grants;
mod members;
mod roles;
mod terms;

use serde_json::Value;
use tests::{Actor, App};

/// What somebody may do now, by the session in hand.
async fn permissions(who: &Actor) -> Value {
    who.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"].clone()
}

/// How many entries the audit log holds.
async fn audited(app: &App) -> u64 {
    let log = app.admin().await.ask("{ auditLog { totalCount } }").await;
    log.data()["auditLog"]["totalCount"].as_u64().expect("a number")
}
