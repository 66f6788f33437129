//! Separation of duty: constraints, and everything that must keep to them.

mod assignments;
mod bulk;
mod create;
mod delete;
mod guards;
mod hierarchy;
mod import;
mod list;
mod members;
mod refusals;
mod replicas;
mod sessions;
mod terms;
mod update;

use serde_json::{Value, json};
use tests::{Acted, App, Client};

/// A kind, a name, roles and a limit.
type Set<'a> = (&'a str, &'a str, &'a [&'a str], i32);

/// Tries to make a constraint.
async fn create(client: &Client, (kind, name, roles, limit): Set<'_>) -> Acted {
    let input = json!({ "name": name, "kind": kind, "roleIds": roles, "limit": limit });
    client.act("sodConstraintCreate", json!({ "input": input })).await
}

/// Makes a static constraint that nobody may have two of the roles; gives its id.
async fn apart(app: &App, name: &str, roles: &[&str]) -> String {
    create(app.admin().await, ("STATIC", name, roles, 2)).await.id("sodConstraint")
}

/// Makes roles with these names; gives their ids.
async fn roles<const N: usize>(app: &App, names: [&str; N]) -> [String; N] {
    let mut ids = [const { String::new() }; N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = app.role(name).create().await;
    }
    ids
}

/// Assigns roles to a user as the administrator.
async fn assign(app: &App, user: &str, roles: &[&str]) -> Acted {
    app.admin().await.act("userAssignRoles", json!({ "userId": user, "roleIds": roles })).await
}

/// The constraint, the roles and the user that a refusal tells of.
#[track_caller]
fn told(acted: &Acted) -> Value {
    let [error] = acted.user_errors() else { panic!("{acted:?}") };
    assert_eq!((&error["__typename"], &error["code"]), (&json!("SodError"), &json!("SOD_VIOLATION")));
    let names = error["roles"].as_array().expect("roles").iter().map(|role| role["name"].clone());
    json!([error["constraintName"], names.collect::<Vec<_>>(), error["userId"]])
}

/// A constraint as an administrator sees it.
async fn constraint(client: &Client, id: &str) -> Value {
    let document = "query ($id: ID!) { sodConstraint(id: $id) {
        id name description kind limit roles { name } createdAt } }";
    client.graphql(document, json!({ "id": id })).await.data()["sodConstraint"].clone()
}

/// The names of the roles that a user has been assigned, `user` left out.
async fn assigned(app: &App, user: &str) -> Vec<String> {
    let document = "query ($id: ID!) { user(id: $id) { roleAssignments { role { name } } } }";
    let answer = app.admin().await.graphql(document, json!({ "id": user })).await;
    let held = answer.data()["user"]["roleAssignments"].as_array().expect("assignments").clone();
    let names = held.iter().map(|held| held["role"]["name"].as_str().expect("a name").to_owned());
    let mut names: Vec<_> = names.filter(|name| name != "user").collect();
    names.sort();
    names
}

/// The revision of the policy and the length of the audit log.
async fn state(app: &App) -> Value {
    app.admin().await.ask("{ viewer { policyRevision } auditLog { totalCount } }").await.data().clone()
}
