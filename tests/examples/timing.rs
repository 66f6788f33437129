//! Durations of rejected logins by kind of account: medians of interleaved attempts, compared with those of a wrong
//! password. Then the cost of hashes is raised, and the durations of accounts, of which some have the old cost, are
//! compared with those of unknown names. Durations must not reveal whether an account exists. Exits with 1 when two
//! medians differ by more than a tenth, or two shares of the raised cost by more than a quarter.
//!
//! `KEYWARD_BIN=target/release/keyward cargo run --example timing [ATTEMPTS]`, or `scripts/timing`

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement fails by panicking")]

use serde_json::json;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::{Client, Keyward, PASSWORD};

const ATTEMPTS: usize = 40;
const LIMITS: &str =
    "[limits]\nlogin_per_account = 1000000\nlogin_per_address = 1000000\nsignup_per_address = 1000000\n";
/// Five times the default cost.
const RAISED: &str = "[password]\niterations = 10\n";
/// Accounts whose cost is compared after the raise, of which every third has the raised cost, and unknown names.
const ACCOUNTS: usize = 15;
const STRANGERS: usize = 60;
/// Attempts with each name after the raise; the fastest counts.
const ATTEMPTS_PER_NAME: usize = 3;
/// Kinds of account and their usernames, each tried with a wrong password. The others are compared with the first.
const KINDS: [(&str, &str); 5] = [
    ("wrong password", "ana"),
    ("no such account", "nobody"),
    ("deleted account", "gone"),
    ("suspended account", "suspended"),
    ("account without a password", "silent"),
];

#[tokio::main]
async fn main() -> ExitCode {
    let attempts = std::env::args().nth(1).map_or(ATTEMPTS, |attempts| attempts.parse().expect("a number of attempts"));
    let mut keyward = Keyward::install();
    std::fs::write(keyward.folder().join("keyward.toml"), LIMITS).expect("a settings file");
    keyward.create_administrator();
    let client = keyward.serve();
    create_accounts(&client).await;

    let mut times = vec![Vec::new(); KINDS.len()];
    for round in 0..=attempts {
        // Each kind begins a round equally often.
        for at in (0..KINDS.len()).map(|at| (at + round) % KINDS.len()) {
            let time = attempt(&client, KINDS[at].1).await;
            // The first round fills caches and writes the audit log.
            if round > 0 {
                times[at].push(time);
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    println!("{:<28} {:>10} {:>8}", format!("{attempts} attempts each, medians"), "ms", "ratio");
    for ((kind, _), median) in KINDS.iter().zip(&medians) {
        println!("{kind:<28} {:>10.2} {:>8.3}", median, median / medians[0]);
    }
    let is_alike = medians.iter().all(|median| is_near(*median, medians[0]));
    keyward.kill();
    let is_alike = compare_costs(keyward).await && is_alike;
    if is_alike { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_near(one: f64, other: f64) -> bool {
    (0.9..=1.1).contains(&(one / other))
}

/// Durations of names, divided by cost.
struct Durations {
    low: Vec<Duration>,
    high: Vec<Duration>,
}

impl Durations {
    fn share_of_high(&self) -> f64 {
        let [low, high] = [&self.low, &self.high].map(|times| u32::try_from(times.len()).expect("few names"));
        f64::from(high) / f64::from(low + high)
    }
}

/// Raises the cost in an installation without users but `root` and those of [`create_accounts`], whose hashes keep the old
/// one, and compares accounts with unknown names.
async fn compare_costs(mut keyward: Keyward) -> bool {
    let client = keyward.serve();
    let mut accounts: Vec<String> = (0..ACCOUNTS).map(|number| format!("account{number}")).collect();
    for name in &accounts {
        let _ = client.mutate("signup", json!({ "username": name, "password": PASSWORD })).await.done();
    }
    keyward.kill();
    std::fs::write(keyward.folder().join("keyward.toml"), format!("{LIMITS}{RAISED}")).expect("a settings file");
    let client = keyward.serve();
    for name in accounts.iter().step_by(3) {
        let _ = client.mutate("login", json!({ "username": name, "password": PASSWORD })).await.done();
    }
    keyward.kill();
    // The costs of stored hashes are counted at startup.
    let client = keyward.serve();
    accounts.extend(["root", "ana", "suspended"].map(str::to_owned));
    let strangers: Vec<String> = (0..STRANGERS).map(|number| format!("stranger{number}")).collect();
    let low = fastest(&client, "root").await;
    let mut accounts = durations(&client, &accounts, low).await;
    let mut strangers = durations(&client, &strangers, low).await;
    println!("{:<28} {:>10} {:>10} {:>8}", "after the cost was raised", "low, ms", "high, ms", "share");
    let print = |name: &str, durations: &mut Durations| {
        let medians = [median(&mut durations.low), median(&mut durations.high)];
        println!("{name:<28} {:>10.2} {:>10.2} {:>8.2}", medians[0], medians[1], durations.share_of_high());
        medians
    };
    let (of_accounts, of_strangers) = (print("accounts", &mut accounts), print("no such account", &mut strangers));
    let is_alike = of_accounts.iter().zip(of_strangers).all(|(one, other)| is_near(other, *one));
    is_alike && (accounts.share_of_high() - strangers.share_of_high()).abs() < 0.25
}

/// Durations of names; the low cost takes about `low`, the raised one five times as long.
async fn durations(client: &Client, names: &[String], low: Duration) -> Durations {
    let mut durations = Durations { low: Vec::new(), high: Vec::new() };
    for name in names {
        let time = fastest(client, name).await;
        if time < low * 5 / 2 { durations.low.push(time) } else { durations.high.push(time) }
    }
    durations
}

async fn fastest(client: &Client, name: &str) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..ATTEMPTS_PER_NAME {
        fastest = fastest.min(attempt(client, name).await);
    }
    fastest
}

/// Creates the accounts of all kinds.
async fn create_accounts(client: &Client) {
    let root = client.mutate("login", json!({ "username": "root", "password": PASSWORD })).await;
    let root = client.with_token(root.done()["accessToken"].as_str().expect("a token"));
    for (name, mutation) in [("ana", None), ("gone", Some("userDelete")), ("suspended", Some("userSuspend"))] {
        let made = client.mutate("signup", json!({ "username": name, "password": PASSWORD })).await;
        if let Some(field) = mutation {
            let _ = root.mutate(field, json!({ "id": made.done()["viewer"]["user"]["id"] })).await.done();
        }
    }
    let _ = root.mutate("userCreate", tests::input(json!({ "username": "silent" }))).await.done();
}

async fn attempt(client: &Client, name: &str) -> Duration {
    let credentials = json!({ "username": name, "password": "nobody-has-this-password" });
    let begun = Instant::now();
    let tried = client.mutate("login", credentials).await;
    let time = begun.elapsed();
    assert_eq!(tried.refused(), "INVALID_CREDENTIALS", "{name}");
    time
}

/// In milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
