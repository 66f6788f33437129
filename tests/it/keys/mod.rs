//! Signing keys: publication, rotation, revocation, and encryption at rest.

mod algorithms;
mod audit;
mod guards;
mod published;
mod revoke;
mod rotate;
mod secrets;

use crate::identity::decode;
use serde_json::{Value, json};
use tests::{App, Client};

/// The published keys.
pub(crate) async fn jwks(app: &App) -> Value {
    let answer = reqwest::get(format!("{}/.well-known/jwks.json", app.url)).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().await.expect("JSON")
}

/// The ids of the published keys.
async fn published(app: &App) -> Vec<String> {
    let jwks = jwks(app).await;
    let keys = jwks["keys"].as_array().expect("a list");
    keys.iter().map(|key| key["kid"].as_str().expect("an id").to_owned()).collect()
}

/// Rotates; returns the new key.
async fn rotate(root: &Client, minutes: i32) -> Value {
    root.mutate("signingKeyRotate", json!({ "graceMinutes": minutes })).await.done()["signingKey"].clone()
}

/// Revokes a key; returns its new state.
async fn revoke(root: &Client, key: &Value) -> Value {
    let arguments = json!({ "id": key["id"], "reason": "found in a log" });
    root.mutate("signingKeyRevoke", arguments).await.done()["signingKey"].clone()
}

/// All keys, newest first.
async fn keys(root: &Client) -> Vec<Value> {
    let answer = root.ask("{ signingKeys { id kid algorithm status createdAt retiresAt } }").await;
    answer.data()["signingKeys"].as_array().expect("a list").clone()
}

/// Their states, newest first.
async fn states(root: &Client) -> Vec<String> {
    keys(root).await.iter().map(|key| key["status"].as_str().expect("a state").to_owned()).collect()
}

/// The id of the key that signed a token.
fn kid(token: &str) -> String {
    decode(token).0["kid"].as_str().expect("an id").to_owned()
}
