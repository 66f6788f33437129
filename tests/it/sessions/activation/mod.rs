//! Active roles of sessions: chosen at login, changed later, or computed by default.

mod concurrency;
mod defaults;
mod login;
mod others;
mod replicas;
mod separation;
mod switch;
mod tokens;

use serde_json::{Value, json};
use tests::{App, Client, MutationResult, PASSWORD};

/// Logs ana in with these roles active.
async fn login(app: &App, roles: &[&str]) -> MutationResult {
    let arguments = json!({ "username": "ana", "password": PASSWORD, "roles": roles });
    app.anonymous().mutate("login", arguments).await
}

/// A client of the session in a payload.
fn client(app: &App, acted: &MutationResult) -> Client {
    app.anonymous().with_token(acted.done()["accessToken"].as_str().expect("a token"))
}

/// Logs ana in with these roles active, as a client.
async fn logged_in(app: &App, roles: &[&str]) -> Client {
    client(app, &login(app, roles).await)
}

/// Active roles, inactive roles and permissions of a session, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct View {
    active: Vec<String>,
    inactive: Vec<String>,
    permissions: Vec<String>,
}

const VIEW: &str = "{ viewer { roles permissions inactiveRoles { name }
    session { activeRoles { name } } } }";

/// The current view of a session.
async fn view(client: &Client) -> View {
    let answer = client.ask(VIEW).await;
    let viewer = &answer.data()["viewer"];
    let active = names(&viewer["session"]["activeRoles"]);
    View { active, inactive: names(&viewer["inactiveRoles"]), permissions: texts(&viewer["permissions"]) }
}

/// An expected view.
fn seen(active: &[&str], inactive: &[&str], permissions: &[&str]) -> View {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    View { active: owned(active), inactive: owned(inactive), permissions: owned(permissions) }
}

fn names(objects: &Value) -> Vec<String> {
    let objects = objects.as_array().expect("objects").iter();
    objects.map(|object| object["name"].as_str().expect("a name").to_owned()).collect()
}

fn texts(texts: &Value) -> Vec<String> {
    texts.as_array().expect("texts").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// Are the claims of the client's token older than its session's active roles?
async fn is_stale(client: &Client) -> bool {
    client.ask("{ viewer { id } }").await.body["extensions"]["tokenStale"] == true
}

/// The claim `roles` of an access token.
fn claimed(token: &str) -> Vec<String> {
    texts(&crate::identity::decode(token).1["roles"])
}

async fn activate(client: &Client, roles: &[&str]) -> MutationResult {
    client.mutate("sessionActivateRoles", json!({ "roleIds": roles })).await
}

async fn deactivate(client: &Client, roles: &[&str]) -> MutationResult {
    client.mutate("sessionDeactivateRoles", json!({ "roleIds": roles })).await
}

async fn assign(app: &App, user: &str, roles: &[&str]) {
    let _ = app.admin().await.mutate("userAssignRoles", json!({ "userId": user, "roleIds": roles })).await.done();
}

async fn unassign(app: &App, user: &str, roles: &[&str]) {
    let _ = app.admin().await.mutate("userUnassignRoles", json!({ "userId": user, "roleIds": roles })).await.done();
}
