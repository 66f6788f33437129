//! How long refused sign-ins take, by what is wrong with them: medians of interleaved tries, beside those with a wrong
//! password. An account must not be told from none by the clock. Ends with 1 when they differ by more than a tenth.
//!
//! `KEYWARD_BIN=target/release/keyward cargo run --example timing [TRIES]`, or `scripts/timing`

use serde_json::json;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::{Client, Keyward, PASSWORD};

const TRIES: usize = 40;
const LIMITS: &str =
    "[limits]\nlogin_per_account = 1000000\nlogin_per_address = 1000000\nsignup_per_address = 1000000\n";
/// What is tried with a password that is nobody's. The first is what the others are compared with.
const KINDS: [(&str, &str); 5] = [
    ("wrong password", "ana"),
    ("no such account", "nobody"),
    ("deleted account", "gone"),
    ("suspended account", "barred"),
    ("account without a password", "silent"),
];

#[tokio::main]
async fn main() -> ExitCode {
    let tries = std::env::args().nth(1).map_or(TRIES, |tries| tries.parse().expect("a number of tries"));
    let mut keyward = Keyward::install();
    std::fs::write(keyward.folder().join("keyward.toml"), LIMITS).expect("a settings file");
    keyward.create_administrator();
    let client = keyward.serve();
    people(&client).await;

    let mut times = vec![Vec::new(); KINDS.len()];
    for round in 0..=tries {
        // Each begins a round as often as the others.
        for at in (0..KINDS.len()).map(|at| (at + round) % KINDS.len()) {
            let time = attempt(&client, KINDS[at].1).await;
            // The first round fills caches and writes the audit log.
            if round > 0 {
                times[at].push(time);
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    println!("{:<28} {:>10} {:>8}", format!("{tries} tries each, medians"), "ms", "ratio");
    for ((kind, _), median) in KINDS.iter().zip(&medians) {
        println!("{kind:<28} {:>10.2} {:>8.3}", median, median / medians[0]);
    }
    let is_alike = medians.iter().all(|median| (0.9..=1.1).contains(&(median / medians[0])));
    if is_alike { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The accounts of all kinds.
async fn people(client: &Client) {
    let root = client.act("login", json!({ "username": "root", "password": PASSWORD })).await;
    let root = client.with_token(root.done()["accessToken"].as_str().expect("a token"));
    for (name, act) in [("ana", None), ("gone", Some("userDelete")), ("barred", Some("userSuspend"))] {
        let made = client.act("signup", json!({ "username": name, "password": PASSWORD })).await;
        if let Some(act) = act {
            let _ = root.act(act, json!({ "id": made.done()["viewer"]["user"]["id"] })).await.done();
        }
    }
    let _ = root.act("userCreate", tests::input(json!({ "username": "silent" }))).await.done();
}

async fn attempt(client: &Client, name: &str) -> Duration {
    let credentials = json!({ "username": name, "password": "nobody-has-this-password" });
    let begun = Instant::now();
    let tried = client.act("login", credentials).await;
    let time = begun.elapsed();
    assert_eq!(tried.refused(), "INVALID_CREDENTIALS", "{name}");
    time
}

/// In milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
