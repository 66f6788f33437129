//! Sessions: listing, revoking, role activation and session data.

mod activation;
mod data;
mod denylist;
mod feed;
mod limit;
mod list;
mod machine;
mod revoke;
mod suspension;

use serde_json::Value;
use tests::Client;

/// The session id of a client, or the reason why it has none.
pub(crate) async fn session(client: &Client) -> String {
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
