//! Scheming administrators: random steps through the public API by people of different powers, each foretold by a
//! naive model of the rules, and each held to the invariants of administration.
//!
//! `KEYWARD_SCHEMES_STEPS` says how many steps are taken in all, `KEYWARD_SCHEMES_SEED` which they are. A sequence that
//! fails is shortened by leaving steps out, and printed with the seed that draws it.

mod cast;
mod dice;
mod draw;
mod effects;
mod laws;
mod read;
mod rules;
mod shrink;
mod stage;
mod step;
mod wire;
mod world;

use dice::Dice;
use futures_util::{StreamExt as _, stream};
use laws::Breach;
use stage::{Stage, Tally};
use std::collections::BTreeSet;
use step::Step;

/// How many steps are taken in all.
const STEPS_SETTING: &str = "KEYWARD_SCHEMES_STEPS";
/// Which they are: the seed of the first world; each further one has the next.
const SEED_SETTING: &str = "KEYWARD_SCHEMES_SEED";
/// Steps in one world.
const ACT: usize = 250;
/// Worlds at a time.
const AT_A_TIME: usize = 2;
/// Steps in all worlds, unless told otherwise.
const STEPS: usize = 2_000;
/// Of so many steps one more is taken over two replicas.
const REPLICAS_SHARE: usize = 8;

/// Codes that the usual steps come to.
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
/// Mutations that they get done.
const MUTATIONS: usize = 33;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{text}`")))
}

fn steps() -> usize {
    setting(STEPS_SETTING).map_or(STEPS, |steps| usize::try_from(steps).expect("not too many"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scheming_administrators_get_no_further_than_the_rules_let_them() {
    let tally = scheme(1, steps()).await;
    // Steps chosen by whoever runs the test need not have come to everything.
    if [STEPS_SETTING, SEED_SETTING].iter().any(|name| setting(name).is_some()) {
        return;
    }
    let seen: BTreeSet<&str> = tally.keys().filter_map(|(_, outcome)| outcome.as_deref()).collect();
    let unseen: Vec<_> = CODES.iter().filter(|code| !seen.contains(*code)).collect();
    let done = tally.keys().filter(|(_, outcome)| outcome.is_none()).count();
    assert!(unseen.is_empty() && done == MUTATIONS, "{done} mutations done, {unseen:?} not seen: {tally:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scheming_on_two_replicas_in_turn_gets_them_no_further() {
    scheme(2, steps().div_ceil(REPLICAS_SHARE)).await;
}

/// Takes so many steps, in worlds of [`ACT`] steps each, some at a time.
async fn scheme(replicas: usize, steps: usize) -> Tally {
    let seed = setting(SEED_SETTING).unwrap_or(20_040_203);
    let worlds = (0..steps.div_ceil(ACT) as u64).map(|world| act(seed + world, replicas, ACT.min(steps)));
    let mut worlds = stream::iter(worlds).buffer_unordered(AT_A_TIME);
    let mut tally = Tally::new();
    while let Some(world) = worlds.next().await {
        match world {
            Ok(counted) => counted.into_iter().for_each(|(what, times)| *tally.entry(what).or_default() += times),
            Err(failure) => failure.tell(replicas).await,
        }
    }
    tally
}

/// A sequence of steps, and the law that the last one breaks.
struct Failure {
    seed: u64,
    steps: Vec<Step>,
    breach: Breach,
}

/// One world of one seed.
async fn act(seed: u64, replicas: usize, steps: usize) -> Result<Tally, Failure> {
    let (mut stage, mut dice) = (Stage::set(replicas).await, Dice::new(seed));
    let mut taken: Vec<Step> = Vec::new();
    for number in 1..=steps {
        let step = draw::next(&stage.world, &mut dice, number);
        let asked = dice.some(stage.world.sessions.keys(), 2);
        taken.push(step.clone());
        if let Err(breach) = stage.take(&step, &asked).await {
            return Err(Failure { seed, steps: taken, breach });
        }
    }
    Ok(stage.tally)
}

impl Failure {
    /// Shortens the sequence and fails with it.
    async fn tell(self, replicas: usize) -> ! {
        let Self { seed, steps, breach } = self;
        let number = steps.len();
        eprintln!("{SEED_SETTING}={seed} {STEPS_SETTING}={ACT} fails in step {number}: {breach:?}");
        let (steps, breach) = shrink::shrink(steps, breach, replicas).await;
        let told: Vec<String> = steps.iter().map(ToString::to_string).collect();
        panic!(
            "{SEED_SETTING}={seed} {STEPS_SETTING}={ACT}: {} does not hold: {}\nafter these {} steps of {number}:\n{}",
            breach.law,
            breach.told,
            told.len(),
            told.join("\n")
        );
    }
}
