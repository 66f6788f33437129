//! Roles, their grants and their hierarchy.

mod create;
mod delete;
mod edge;
mod grants;
mod hierarchy;
mod list;
mod patterns;
mod update;

use serde_json::{Value, json};
use tests::{App, Client};

/// A role as an administrator sees it.
async fn role(client: &Client, id: &str) -> Value {
    let document = "query ($id: ID!) { role(id: $id) {
        id name description isSystem isDefault version createdAt updatedAt permissions { name }
        effectivePermissions { permission { name } source { name } isInherited } inheritsFrom { name }
        inheritedBy { name } inheritsFromAll { name } inheritedByAll { name } } }";
    client.graphql(document, json!({ "id": id })).await.data()["role"].clone()
}

/// The names in a list of objects, sorted.
fn names(objects: &Value) -> Vec<&str> {
    let objects = objects.as_array().expect("a list").iter();
    let mut names: Vec<_> = objects.map(|object| object["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    names
}

/// Number of entries in the audit log.
async fn audited(app: &App) -> u64 {
    let log = app.admin().await.ask("{ auditLog { totalCount } }").await;
    log.data()["auditLog"]["totalCount"].as_u64().expect("a number")
}
