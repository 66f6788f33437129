//! Sessions: seeing them, ending them, switching their roles, and keeping values with them.

mod activation;
mod data;
mod ends;
mod limit;
mod list;
mod machine;
mod revoke;

use serde_json::Value;
use tests::Client;

/// The session of a client, or the reason why it has none any more.
async fn session(client: &Client) -> String {
    let answer = client.ask("{ viewer { session { id } } }").await;
    match answer.body["data"]["viewer"]["session"]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => answer.body["errors"][0]["extensions"]["reason"].as_str().expect("a reason").to_owned(),
    }
}

/// The ids in a list of objects.
fn ids(objects: &Value) -> Vec<&str> {
    objects.as_array().expect("a list").iter().map(|object| object["id"].as_str().expect("an id")).collect()
}
