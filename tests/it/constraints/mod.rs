//! Separation of duty: constraints, and all operations subject to them.

mod assignments;
mod authority;
mod bulk;
mod bypass;
mod create;
mod delete;
mod denials;
mod guards;
mod hierarchy;
mod import;
mod list;
mod members;
mod permissions;
mod replicas;
mod sessions;
mod terms;
mod update;

use serde_json::{Value, json};
use tests::{App, Client, MutationResult};

/// Creates a constraint.
async fn create(client: &Client, kind: &str, name: &str, roles: &[&str], limit: i32) -> MutationResult {
    let input = json!({ "name": name, "kind": kind, "roleIds": roles, "limit": limit });
    client.mutate("sodConstraintCreate", json!({ "input": input })).await
}

/// Creates a static constraint with a limit of two; returns its id.
async fn constrain(app: &App, name: &str, roles: &[&str]) -> String {
    create(app.admin().await, "STATIC", name, roles, 2).await.id("sodConstraint")
}

/// Creates roles; returns their ids.
async fn roles<const N: usize>(app: &App, names: [&str; N]) -> [String; N] {
    let mut ids = [const { String::new() }; N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = app.role(name).create().await;
    }
    ids
}

/// Assigns roles to a user as the administrator.
async fn assign(app: &App, user: &str, roles: &[&str]) -> MutationResult {
    app.admin().await.mutate("userAssignRoles", json!({ "userId": user, "roleIds": roles })).await
}

/// The constraint, the roles and the user in a SodError.
#[track_caller]
fn sod_error(acted: &MutationResult) -> Value {
    let [error] = acted.user_errors() else { panic!("{acted:?}") };
    assert_eq!((&error["__typename"], &error["code"]), (&json!("SodError"), &json!("SOD_VIOLATION")));
    let names = error["roles"].as_array().expect("roles").iter().map(|role| role["name"].clone());
    json!([error["constraintName"], names.collect::<Vec<_>>(), error["userId"]])
}

/// A constraint as an administrator sees it.
async fn constraint(client: &Client, id: &str) -> Value {
    let document = "query ($id: ID!) { sodConstraint(id: $id) {
        id name description kind limit roles { name } permissions { name } createdAt } }";
    client.graphql(document, json!({ "id": id })).await.data()["sodConstraint"].clone()
}

/// The names of the roles assigned to a user, without `user`.
async fn assigned(app: &App, user: &str) -> Vec<String> {
    let document = "query ($id: ID!) { user(id: $id) { roleAssignments { role { name } } } }";
    let answer = app.admin().await.graphql(document, json!({ "id": user })).await;
    let held = answer.data()["user"]["roleAssignments"].as_array().expect("assignments").clone();
    let names = held.iter().map(|held| held["role"]["name"].as_str().expect("a name").to_owned());
    let mut names: Vec<_> = names.filter(|name| name != "user").collect();
    names.sort();
    names
}

/// The policy revision and the length of the audit log.
async fn state(app: &App) -> Value {
    app.admin().await.ask("{ viewer { policyRevision } auditLog { totalCount } }").await.data().clone()
}
