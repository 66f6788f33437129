//! Sessions and refresh tokens as state machines: random interleavings of everything that creates, refreshes and ends
//! them, over two replicas, each result predicted by a naive model. The rule: an ended session is rejected permanently,
//! by access token and by refresh token, and a live one is always accepted.
//!
//! `KEYWARD_SESSIONS_CASES` sets the number of interleavings, `KEYWARD_SESSIONS_SEED` the sequence. A failing one is
//! shortened, and printed with its seed.

mod model;
mod operations;
mod runner;
mod step;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runner::{Runner, Tally};
use std::cell::RefCell;

/// Number of interleavings.
const CASES_SETTING: &str = "KEYWARD_SESSIONS_CASES";
/// The seed.
const SEED_SETTING: &str = "KEYWARD_SESSIONS_SEED";
/// Default values.
const CASES: u32 = 10;
const SEED: u64 = 20_250_904;
/// Time limit for shortening a failing one, in milliseconds.
const MAX_SHRINK: u32 = 60_000;
/// Maximal number of steps of one interleaving.
const STEPS: usize = 80;

/// Outcomes that the default run covers.
const OUTCOMES: [&str; 13] = [
    "use: ana",
    "use: EXPIRED",
    "use: REVOKED",
    "refresh: new token",
    "refresh: same token",
    "refresh: REFRESH_TOKEN_REUSED",
    "refresh: REFRESH_TOKEN_INVALID",
    "log in: ACCOUNT_NOT_ACTIVE",
    "confirm: INVALID_CREDENTIALS password",
    "confirm: done",
    "delete: REAUTHENTICATION_REQUIRED",
    "delete: NOT_FOUND id",
    "change: done",
];

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{text}`")))
}

#[test]
fn ended_sessions_are_always_rejected_and_live_ones_always_accepted() {
    let (seed, cases) = (setting(SEED_SETTING).unwrap_or(SEED), setting(CASES_SETTING).unwrap_or(CASES));
    let config = Config { cases, failure_persistence: None, max_shrink_time: MAX_SHRINK, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&u64::to_le_bytes(seed));
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let tally = RefCell::new(Tally::new());
    let steps = proptest::collection::vec(step::any(), STEPS / 2..STEPS);
    let outcome = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let mut runner = Runner::set().await;
            for step in &steps {
                runner.take(*step).await?;
            }
            runner.check_all_tokens().await?;
            for (outcome, times) in runner.tally {
                *tally.borrow_mut().entry(outcome).or_default() += times;
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{SEED_SETTING}={seed} {CASES_SETTING}={cases}: {failure}"));
    // A custom number of interleavings need not cover everything.
    if setting::<u64>(SEED_SETTING).is_none() && setting::<u32>(CASES_SETTING).is_none() {
        let tally = tally.borrow();
        let unseen: Vec<_> = OUTCOMES.iter().filter(|outcome| !tally.contains_key(**outcome)).collect();
        assert!(unseen.is_empty(), "{unseen:?} not seen: {tally:#?}");
    }
}
