//! Shortens a failing sequence.

use super::invariants::Violation;
use super::runner::Runner;
use super::step::Step;

/// Maximal number of attempts.
const ATTEMPTS: usize = 80;

/// The shortest sequence found that violates the same invariant, and the violation.
pub(super) async fn shrink(steps: Vec<Step>, violation: Violation, replicas: usize) -> (Vec<Step>, Violation) {
    let (mut shortest, mut violation, mut attempts) = (steps, violation, 0);
    let mut chunk = shortest.len() / 2;
    while chunk > 0 && attempts < ATTEMPTS {
        let (mut start, mut is_shorter) = (0, false);
        // The last step is the failing one.
        while start + 1 < shortest.len() && attempts < ATTEMPTS {
            let end = (start + chunk).min(shortest.len() - 1);
            let without: Vec<Step> = [&shortest[..start], &shortest[end..]].concat();
            attempts += 1;
            match replay(&without, replicas).await {
                Some((taken, same)) if same.invariant == violation.invariant => {
                    (shortest, violation, is_shorter) = (without[..taken].to_vec(), same, true);
                }
                _ => start = end,
            }
        }
        if !is_shorter || chunk > 1 {
            chunk /= 2;
        }
    }
    (shortest, violation)
}

/// Runs the steps in a new world; returns the number of steps up to the violation.
async fn replay(steps: &[Step], replicas: usize) -> Option<(usize, Violation)> {
    let mut runner = Runner::set(replicas).await;
    for (taken, step) in steps.iter().enumerate() {
        let everyone = runner.world.sessions.keys().cloned().collect();
        if let Err(violation) = runner.take(step, &everyone).await {
            return Some((taken + 1, violation));
        }
    }
    None
}
