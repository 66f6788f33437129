//! `kill -9` during writes: every acknowledged write is durable.

use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::{Client, Keyward, PASSWORD};
use tokio::sync::Notify;

const ROUNDS: usize = 6;
/// Concurrent writers.
const WRITERS: usize = 8;

async fn root(client: &Client) -> Client {
    let document = "mutation ($password: String!) { login(username: \"root\", password: $password) { accessToken userErrors { code } } }";
    let answer = client.graphql(document, json!({ "password": PASSWORD })).await;
    client.with_token(answer.payload("login")["accessToken"].as_str().expect("a token"))
}

/// Registers permissions until the server is gone; returns the acknowledged names.
async fn write(url: String, token: String, label: String, count: Arc<AtomicUsize>, enough: Arc<Notify>) -> Vec<String> {
    let http = reqwest::Client::new();
    let document = "mutation ($name: String!) { permissionCreate(input: { name: $name }) { permission { name } userErrors { code } } }";
    let mut acknowledged = Vec::new();
    for at in 0.. {
        let name = format!("{label}:{at}");
        let body = json!({ "query": document, "variables": { "name": name } });
        let Ok(response) = http.post(&url).bearer_auth(&token).json(&body).send().await else { break };
        let Ok(answer) = response.json::<serde_json::Value>().await else { break };
        if answer["data"]["permissionCreate"]["permission"]["name"] != json!(name) {
            break;
        }
        acknowledged.push(name);
        if count.fetch_add(1, Ordering::Relaxed) + 1 >= 25 {
            enough.notify_one();
        }
    }
    acknowledged
}

async fn names(root: &Client) -> BTreeSet<String> {
    let (mut names, mut after) = (BTreeSet::new(), json!(null));
    loop {
        let document = "query ($after: String) { permissions(first: 100, after: $after) { nodes { name }
            pageInfo { hasNextPage endCursor } } }";
        let answer = root.graphql(document, json!({ "after": after })).await;
        let page = &answer.data()["permissions"];
        let nodes = page["nodes"].as_array().expect("a list").iter();
        names.extend(nodes.map(|node| node["name"].as_str().expect("a name").to_owned()));
        if page["pageInfo"]["hasNextPage"] == false {
            return names;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_during_writes_loses_no_acknowledged_write() {
    let mut keyward = Keyward::install();
    keyward.create_administrator();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let client = keyward.serve();
        let url = format!("http://{}/graphql", keyward.address());
        let token = root(&client).await.token().to_owned();
        let (count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let writers = (0..WRITERS).map(|writer| {
            let (count, enough) = (Arc::clone(&count), Arc::clone(&enough));
            tokio::spawn(write(url.clone(), token.clone(), format!("r{round}w{writer}"), count, enough))
        });
        let writers: Vec<_> = writers.collect();
        enough.notified().await;
        keyward.kill();
        for written in join_all(writers).await {
            acknowledged.extend(written.expect("a writer"));
        }
    }
    assert!(acknowledged.len() >= ROUNDS * 25, "{}", acknowledged.len());
    let root = root(&keyward.serve()).await;
    let there = names(&root).await;
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let log = root.ask("{ auditLog(filter: { actions: [\"permission.create\"] }) { totalCount } }").await;
    let events = log.data()["auditLog"]["totalCount"].as_u64().expect("a number");
    let made = there.iter().filter(|name| name.starts_with("r") && name.as_bytes()[1].is_ascii_digit()).count();
    assert_eq!(events, u64::try_from(made).expect("few"), "each was written down, and nothing else");
}
