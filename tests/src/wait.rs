//! Waiting for other replicas: the only tests that depend on real time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Maximal delay until a revocation or a policy change takes effect on another replica.
pub const PROMISED: Duration = Duration::from_millis(500);
/// Interval between two requests.
const TICK: Duration = Duration::from_millis(5);
/// Number of requests that must confirm the result.
const REPEATS: usize = 50;

/// Repeats a request until its result is `expected`, and returns that result.
///
/// # Panics
/// With the last result when none was in time.
pub async fn eventually<T: Debug>(within: Duration, request: impl AsyncFn() -> T, expected: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + within;
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        // A request sent in time counts, however long the response takes on a busy machine.
        let in_time = Instant::now() < deadline;
        let result = request().await;
        if expected(&result) {
            return result;
        }
        assert!(in_time, "not within {within:?}: {result:#?}");
    }
}

/// Repeats a request until its result is `expected`, and then asserts that it stays so.
///
/// # Panics
/// As [`eventually`], and with the first result that differs again.
pub async fn permanently<T: Debug>(within: Duration, request: impl AsyncFn() -> T, expected: impl Fn(&T) -> bool) {
    let _ = eventually(within, &request, &expected).await;
    let mut ticks = tokio::time::interval(TICK);
    for _ in 0..REPEATS {
        ticks.tick().await;
        let result = request().await;
        assert!(expected(&result), "it changed back: {result:#?}");
    }
}
