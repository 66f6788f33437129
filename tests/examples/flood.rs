//! Guarded queries during a flood of logins: latency of the queries, responses to the logins, and memory of the server.
//! Runs once with the rate limits lifted, so that every attempt is hashed, and once with the default limits. Exits with
//! 1 when a query is too slow, memory exceeds the budget for hashing, or a login gets a response other than its result,
//! `RATE_LIMITED` or `SERVICE_UNAVAILABLE`.
//!
//! `KEYWARD_BIN=target/release/keyward cargo run --example flood [SECONDS]`, or `scripts/flood`

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement fails by panicking")]

use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::{Client, Keyward, PASSWORD};

/// Clients that log in continuously.
const LOGIN_CLIENTS: usize = 16;
/// Clients that send guarded queries, with a pause after each.
const QUERY_CLIENTS: usize = 4;
const PAUSE: Duration = Duration::from_millis(10);
/// Upper bound of the 95th percentile of guarded queries, in milliseconds.
const P95: f64 = 100.0;
/// Memory of one hash, in MiB, and of the rest of a running service: connections, statements and caches.
const HASH: usize = 19;
const REST: usize = 16;
/// Interval between two measurements of memory.
const MEMORY_INTERVAL: Duration = Duration::from_millis(50);
const LIFTED: &str = "[limits]\nlogin_per_account = 1000000\nlogin_per_address = 1000000\n";
const QUERY: &str = "{ me { id email roles { name } } users(first: 10) { nodes { username roles { name } } } }";

/// Measurements of one run.
struct Measurements {
    /// Latencies of queries, in milliseconds, sorted.
    times: Vec<f64>,
    /// Number of logins by response.
    answers: BTreeMap<String, usize>,
    /// Peak memory of the server, in MiB, without file-backed pages.
    memory: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).map_or(10, |seconds| seconds.parse().expect("a number of seconds"));
    let mut holds = true;
    for (name, settings) in [("limits lifted", LIFTED), ("limits as they are", "")] {
        holds &= run(name, settings, Duration::from_secs(seconds)).await;
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(name: &str, settings: &str, time: Duration) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut keyward = Keyward::install();
    let settings = format!("{settings}[password]\nthreads = {threads}\n");
    std::fs::write(keyward.folder().join("keyward.toml"), settings).expect("a settings file");
    keyward.create_administrator();
    let client = keyward.serve();
    let rest = memory(keyward.pid());
    let root = client.mutate("login", json!({ "username": "root", "password": PASSWORD })).await;
    let root = client.with_token(root.done()["accessToken"].as_str().expect("a token"));
    // The account that logs in continuously is not the one that queries: sessions per user are limited.
    let _ = client.mutate("signup", json!({ "username": "visitor", "password": PASSWORD })).await.done();

    let calm = measure(&root, &client, 0, keyward.pid(), time / 2).await;
    let flooded = measure(&root, &client, LOGIN_CLIENTS, keyward.pid(), time).await;
    let growth = flooded.memory.saturating_sub(rest);
    let (before, during) = (percentile(&calm.times, 95), percentile(&flooded.times, 95));
    println!("{name}, {LOGIN_CLIENTS} clients, {threads} hashing threads");
    println!("  p95 of guarded queries before and during the flood: {before:.1} ms, {during:.1} ms ({P95} at most)");
    println!(
        "  p50 and p99 during it: {:.1} ms, {:.1} ms",
        percentile(&flooded.times, 50),
        percentile(&flooded.times, 99)
    );
    println!("  sign-ins: {:?}", flooded.answers);
    let most = threads * HASH + REST;
    println!(
        "  memory: {rest} MiB at rest, {} MiB more in use, {growth} MiB more in the flood ({most} at most)",
        calm.memory.saturating_sub(rest)
    );
    let known = ["done", "INVALID_CREDENTIALS", "RATE_LIMITED", "SERVICE_UNAVAILABLE"];
    during < P95 && growth <= most && flooded.answers.keys().all(|answer| known.contains(&answer.as_str()))
}

/// Sends guarded queries for a time, while a number of clients log in.
async fn measure(querying: &Client, client: &Client, flood: usize, server: u32, time: Duration) -> Measurements {
    let end = Instant::now() + time;
    let flooding = join_all((0..flood).map(|number| tokio::spawn(log_in(client.clone(), number, end))));
    let queries = join_all((0..QUERY_CLIENTS).map(|_| tokio::spawn(query(querying.clone(), end))));
    let memory = async {
        let mut most = 0;
        while Instant::now() < end {
            most = memory(server).max(most);
            tokio::time::sleep(MEMORY_INTERVAL).await;
        }
        most
    };
    let (flooding, queries, memory) = tokio::join!(flooding, queries, memory);
    let mut times: Vec<f64> =
        queries.into_iter().flat_map(|times| times.expect("every query has a response")).collect();
    times.sort_by(f64::total_cmp);
    let mut answers = BTreeMap::new();
    for answer in flooding.into_iter().flat_map(|answers| answers.expect("every login has a response")) {
        *answers.entry(answer).or_default() += 1;
    }
    Measurements { times, answers, memory }
}

async fn query(client: Client, end: Instant) -> Vec<f64> {
    let mut times = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        assert_eq!(client.ask(QUERY).await.data()["me"]["roles"][0]["name"], "superadmin");
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(PAUSE).await;
    }
    times
}

/// Logs in continuously: with the right password, a wrong one, and an unknown account.
async fn log_in(client: Client, number: usize, end: Instant) -> Vec<String> {
    let credentials = match number % 3 {
        0 => json!({ "username": "visitor", "password": PASSWORD }),
        1 => json!({ "username": "visitor", "password": "nobody-has-this-password" }),
        _ => json!({ "username": format!("nobody{number}"), "password": PASSWORD }),
    };
    let mut answers = Vec::new();
    while Instant::now() < end {
        let tried = client.mutate("login", credentials.clone()).await;
        answers.push(match tried.response.body["errors"].is_array() {
            true => tried.response.error().to_owned(),
            false if tried.user_errors().is_empty() => "done".to_owned(),
            false => tried.refused(),
        });
    }
    answers
}

/// Memory of the server, in MiB, without file-backed pages.
fn memory(server: u32) -> usize {
    let notes = std::fs::read_to_string(format!("/proc/{server}/status")).expect("Linux");
    let line = notes.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a line");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(f64::NAN)
}
