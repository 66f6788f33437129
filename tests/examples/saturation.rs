//! `me`, `login` and `/readyz` while forty clients of one user ask for costly lists over and over: their latency, and the
//! responses to the lists. Exits with 1 when one of the three is refused, or its 99th percentile is above its limit.
//!
//! `KEYWARD_BIN=target/release/keyward cargo run --example saturation [SECONDS] [USERS] [sqlite|postgres]`, or `scripts/flood`

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement fails by panicking")]

use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::{Client, Keyward, PASSWORD, Response, servers};

/// Clients that ask for lists.
const CLIENTS: usize = 40;
/// Roles that inherit from the role whose users are listed.
const ROLES: usize = 1_000;
/// Pause after each of the other requests.
const PAUSE: Duration = Duration::from_millis(10);
/// Upper bound of the 99th percentile of the other requests, in milliseconds.
const P99: f64 = 100.0;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(10, |seconds| seconds.parse().expect("a number of seconds"));
    let users = arguments.next().map_or(20_000, |users| users.parse().expect("a number of users"));
    let postgres = (arguments.next().as_deref() == Some("postgres")).then(servers::own_postgres);
    let mut keyward = Keyward::install();
    let mut settings = "secret = \"a secret of a measurement, long enough\"\n".to_owned();
    settings.push_str("[limits]\nlogin_per_account = 1000000\nlogin_per_address = 1000000\n");
    // The logins would end the sessions that ask for lists.
    settings.push_str("[session]\nmax_per_user = 1000\n");
    if let Some(server) = &postgres {
        let _ = writeln!(settings, "[database]\nurl = \"postgres://postgres@127.0.0.1:{}/postgres\"", server.port);
    }
    std::fs::write(keyward.folder().join("keyward.toml"), settings).expect("a settings file");
    import(&keyward, users);
    let root = keyward.serve_with_administrator().await;
    let answer = root.ask("{ roleByName(name: \"base\") { id } }").await;
    let role = answer.data().pointer("/roleByName/id").and_then(|id| id.as_str()).expect("a role").to_owned();

    let end = Instant::now() + Duration::from_secs(seconds);
    let lists = join_all((0..CLIENTS).map(|_| tokio::spawn(ask_lists(root.clone(), role.clone(), end))));
    let me = repeat(end, async || root.ask("{ me { username } }").await.body["data"]["me"]["username"] == "root");
    let credentials = json!({ "username": "root", "password": PASSWORD });
    let login = repeat(end, async || code(&root.mutate("login", credentials.clone()).await.response).is_none());
    let ready = format!("http://{}/readyz", keyward.address());
    let ready = repeat(end, async || reqwest::get(&ready).await.is_ok_and(|response| response.status().is_success()));
    let (lists, me, login, ready) = tokio::join!(lists, me, login, ready);

    let mut answers = BTreeMap::new();
    for answer in lists.into_iter().flat_map(|answers| answers.expect("every query has a response")) {
        *answers.entry(answer).or_insert(0_usize) += 1;
    }
    println!("{CLIENTS} clients for {seconds} s, {users} users: lists {answers:?}");
    let mut holds = true;
    for (name, mut times) in [("me", me), ("login", login), ("/readyz", ready)] {
        let refused = times.iter().filter(|time| time.is_nan()).count();
        times.retain(|time| !time.is_nan());
        times.sort_by(f64::total_cmp);
        let percentile = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or(f64::NAN);
        let (p50, p99) = (percentile(50), percentile(99));
        println!(
            "  {name}: {} answered, {refused} refused, p50 {p50:.1} ms, p99 {p99:.1} ms ({P99} at most)",
            times.len()
        );
        holds &= refused == 0 && p99 <= P99;
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The code of the first error.
fn code(response: &Response) -> Option<&str> {
    response.body["errors"][0]["extensions"]["code"].as_str()
}

/// Imports users who all have a role that inherits from the same one.
fn import(keyward: &Keyward, users: usize) {
    let (mut assignments, mut hierarchy) = ("user,role\n".to_owned(), "senior,junior\n".to_owned());
    for user in 0..users {
        let _ = writeln!(assignments, "user{user},role{}", user % ROLES);
    }
    for role in 0..ROLES {
        let _ = writeln!(hierarchy, "role{role},base");
    }
    std::fs::write(keyward.folder().join("assignments.csv"), assignments).expect("a file");
    std::fs::write(keyward.folder().join("hierarchy.csv"), hierarchy).expect("a file");
    let options = ["import", "--user-roles", "assignments.csv", "--role-hierarchy", "hierarchy.csv"];
    let output = keyward.run(&options, "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asks for lists until the end; returns the codes of the responses.
async fn ask_lists(client: Client, role: String, end: Instant) -> Vec<String> {
    let query = "query ($id: ID!) { role(id: $id) { authorizedUsers(first: 1) { totalCount } } }";
    let mut answers = Vec::new();
    while Instant::now() < end {
        let response = client.graphql(query, json!({ "id": role })).await;
        answers.push(code(&response).unwrap_or("done").to_owned());
    }
    answers
}

/// Sends requests until the end; returns their latencies in milliseconds, and no number for one that is refused.
async fn repeat(end: Instant, request: impl AsyncFn() -> bool) -> Vec<f64> {
    let mut times = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        let is_answered = request().await;
        times.push(if is_answered { begun.elapsed().as_secs_f64() * 1_000.0 } else { f64::NAN });
        tokio::time::sleep(PAUSE).await;
    }
    times
}
