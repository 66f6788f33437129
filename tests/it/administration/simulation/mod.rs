//! Random administration: steps through the public API by administrators with different permissions. A naive model of
//! the rules predicts each result, and each step is checked against the invariants of administration.
//!
//! `KEYWARD_SIMULATION_STEPS` sets the number of steps, `KEYWARD_SIMULATION_SEED` the sequence. A failing sequence is
//! shortened by leaving steps out, and printed with its seed.

mod actor;
mod answers;
mod drawing;
mod effects;
mod generator;
mod invariants;
mod patterns;
mod preview;
mod random;
mod requests;
mod rules;
mod runner;
mod separation;
mod setup;
mod shrink;
mod snapshot;
mod step;
mod together;
mod world;

use futures_util::{StreamExt as _, stream};
use invariants::Violation;
use random::Random;
use runner::{Runner, Tally};
use std::collections::BTreeSet;
use step::Step;

/// Total number of steps.
const STEPS_SETTING: &str = "KEYWARD_SIMULATION_STEPS";
/// Seed of the first world; each further world has the next one.
const SEED_SETTING: &str = "KEYWARD_SIMULATION_SEED";
/// Steps in one world.
const STEPS_PER_WORLD: usize = 250;
/// Concurrent worlds.
const AT_A_TIME: usize = 2;
/// Steps in all worlds by default.
const STEPS: usize = 2_000;
/// One in so many steps runs on two replicas.
const REPLICAS_SHARE: usize = 8;

/// Error codes that the default run covers.
const CODES: [&str; 11] = [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "REAUTHENTICATION_REQUIRED",
    "INVALID",
    "TAKEN",
    "IMMUTABLE",
    "HIERARCHY_CYCLE",
    "BEYOND_AUTHORITY",
    "SOD_VIOLATION",
    "ROLE_NOT_ASSIGNED",
    "WOULD_LOCK_OUT",
];
/// Number of mutations that the default run performs successfully.
const MUTATIONS: usize = 35;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{text}`")))
}

fn steps() -> usize {
    setting(STEPS_SETTING).map_or(STEPS, |steps| usize::try_from(steps).expect("not too many"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_administration_keeps_to_the_rules() {
    let tally = simulate(1, steps()).await;
    // A custom number of steps need not cover everything.
    if [STEPS_SETTING, SEED_SETTING].iter().any(|name| setting(name).is_some()) {
        eprintln!("{tally:?}");
        return;
    }
    let seen: BTreeSet<&str> = tally.keys().filter_map(|(_, outcome)| outcome.as_deref()).collect();
    let unseen: Vec<_> = CODES.iter().filter(|code| !seen.contains(*code)).collect();
    let done = tally.keys().filter(|(_, outcome)| outcome.is_none()).count();
    assert!(unseen.is_empty() && done == MUTATIONS, "{done} mutations done, {unseen:?} not seen: {tally:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_administration_on_two_replicas_keeps_to_the_rules() {
    simulate(2, steps().div_ceil(REPLICAS_SHARE)).await;
}

/// Runs a number of steps, in worlds of [`STEPS_PER_WORLD`] steps each, some concurrently.
async fn simulate(replicas: usize, steps: usize) -> Tally {
    let seed = setting(SEED_SETTING).unwrap_or(20_040_213);
    let worlds = (0..steps.div_ceil(STEPS_PER_WORLD) as u64)
        .map(|world| run_world(seed + world, replicas, STEPS_PER_WORLD.min(steps)));
    let mut worlds = stream::iter(worlds).buffer_unordered(AT_A_TIME);
    let mut tally = Tally::new();
    while let Some(world) = worlds.next().await {
        match world {
            Ok(counted) => counted.into_iter().for_each(|(what, times)| *tally.entry(what).or_default() += times),
            Err(failure) => failure.report(replicas).await,
        }
    }
    tally
}

/// A sequence of steps, and the invariant that its last step violates.
struct Failure {
    seed: u64,
    steps: Vec<Step>,
    violation: Violation,
}

/// Runs one world with one seed.
async fn run_world(seed: u64, replicas: usize, steps: usize) -> Result<Tally, Failure> {
    let (mut runner, mut random) = (Runner::set(replicas).await, Random::new(seed));
    let mut taken: Vec<Step> = Vec::new();
    for number in 1..=steps {
        let step = generator::next(&runner.world, &mut random, number);
        let checked = random.some(runner.world.sessions.keys(), 2);
        taken.push(step.clone());
        if let Err(violation) = runner.take(&step, &checked).await {
            return Err(Failure { seed, steps: taken, violation });
        }
    }
    Ok(runner.tally)
}

impl Failure {
    /// Shortens the sequence and fails with it.
    async fn report(self, replicas: usize) -> ! {
        let Self { seed, steps, violation } = self;
        let number = steps.len();
        eprintln!("{SEED_SETTING}={seed} {STEPS_SETTING}={STEPS_PER_WORLD} fails in step {number}: {violation:?}");
        let (steps, violation) = shrink::shrink(steps, violation, replicas).await;
        let lines: Vec<String> = steps.iter().map(ToString::to_string).collect();
        panic!(
            "{SEED_SETTING}={seed} {STEPS_SETTING}={STEPS_PER_WORLD}: {} does not hold: {}\nafter these {} steps of {number}:\n{}",
            violation.invariant,
            violation.details,
            lines.len(),
            lines.join("\n")
        );
    }
}
