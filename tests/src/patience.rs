//! Waiting for other replicas: the only place of the tests that lets real time pass.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long another replica may take to act on a revocation or a change of rights.
pub const PROMISED: Duration = Duration::from_millis(500);
/// How often it is asked meanwhile.
const TICK: Duration = Duration::from_millis(5);
/// How often it is asked whether it stays so.
const REPEATS: usize = 50;

/// Asks until the answer is as `wanted`, and gives that answer.
///
/// # Panics
/// With the last answer when none was in time.
pub async fn eventually<T: Debug>(within: Duration, ask: impl AsyncFn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + within;
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        // A question put in time counts, however long the answer takes on a busy machine.
        let in_time = Instant::now() < deadline;
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        assert!(in_time, "not within {within:?}: {answer:#?}");
    }
}

/// Asks until the answer is as `wanted`, and then sees that it stays so: a replica that has once
/// refused never goes back.
///
/// # Panics
/// As [`eventually`], and with the first answer that goes back.
pub async fn for_good<T: Debug>(within: Duration, ask: impl AsyncFn() -> T, wanted: impl Fn(&T) -> bool) {
    let _ = eventually(within, &ask, &wanted).await;
    let mut ticks = tokio::time::interval(TICK);
    for _ in 0..REPEATS {
        ticks.tick().await;
        let answer = ask().await;
        assert!(wanted(&answer), "it went back: {answer:#?}");
    }
}
