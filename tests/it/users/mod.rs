//! Users: creating, changing, suspending, deleting and listing.

mod addresses;
mod create;
mod delete;
mod list;
mod names;
mod review;
mod status;
mod update;

use serde_json::{Value, json};
use tests::{App, Client};

/// A user as an administrator sees it.
async fn user(client: &Client, id: &str) -> Value {
    let document = "query ($id: ID!) { user(id: $id) {
        id kind username email displayName status createdAt updatedAt lastLoginAt roles { name }
        directPermissions { name } permissionNames sessions { totalCount } } }";
    client.graphql(document, json!({ "id": id })).await.data()["user"].clone()
}

/// Number of entries in the audit log.
async fn audited(app: &App) -> u64 {
    let log = app.admin().await.ask("{ auditLog { totalCount } }").await;
    log.data()["auditLog"]["totalCount"].as_u64().expect("a number")
}
