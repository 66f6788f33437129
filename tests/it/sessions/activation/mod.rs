//! Which roles a session has active: chosen at sign-in, switched later, or worked out by default.

mod concurrency;
mod defaults;
mod login;
mod others;
mod replicas;
mod separation;
mod switch;
mod tokens;

use serde_json::{Value, json};
use tests::{Acted, App, Client, PASSWORD};

/// Signs ana in with these roles active.
async fn login(app: &App, roles: &[&str]) -> Acted {
    let arguments = json!({ "username": "ana", "password": PASSWORD, "roles": roles });
    app.anonymous().act("login", arguments).await
}

/// A client of the session that a payload handed out.
fn client(app: &App, acted: &Acted) -> Client {
    app.anonymous().with_token(acted.done()["accessToken"].as_str().expect("a token"))
}

/// Signs ana in with these roles active, as a client.
async fn signed_in(app: &App, roles: &[&str]) -> Client {
    client(app, &login(app, roles).await)
}

/// What a session has active, what it leaves inactive, and what it may do; all by name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct View {
    active: Vec<String>,
    inactive: Vec<String>,
    permissions: Vec<String>,
}

const VIEW: &str = "{ viewer { roles permissions inactiveRoles { name }
    session { activeRoles { name } } } }";

/// The view of a session as it is now.
async fn view(client: &Client) -> View {
    let answer = client.ask(VIEW).await;
    let viewer = &answer.data()["viewer"];
    let active = names(&viewer["session"]["activeRoles"]);
    View { active, inactive: names(&viewer["inactiveRoles"]), permissions: texts(&viewer["permissions"]) }
}

/// A view to compare with.
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

/// Is the client's token older than what its session has active?
async fn is_stale(client: &Client) -> bool {
    client.ask("{ viewer { id } }").await.body["extensions"]["tokenStale"] == true
}

/// The claim `roles` of an access token.
fn claimed(token: &str) -> Vec<String> {
    texts(&crate::identity::decode(token).1["roles"])
}

async fn activate(client: &Client, roles: &[&str]) -> Acted {
    client.act("sessionActivateRoles", json!({ "roleIds": roles })).await
}

async fn deactivate(client: &Client, roles: &[&str]) -> Acted {
    client.act("sessionDeactivateRoles", json!({ "roleIds": roles })).await
}

async fn assign(app: &App, user: &str, roles: &[&str]) {
    let _ = app.admin().await.act("userAssignRoles", json!({ "userId": user, "roleIds": roles })).await.done();
}

async fn unassign(app: &App, user: &str, roles: &[&str]) {
    let _ = app.admin().await.act("userUnassignRoles", json!({ "userId": user, "roleIds": roles })).await.done();
}
