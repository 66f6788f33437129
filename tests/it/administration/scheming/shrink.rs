//! Making a sequence that fails short enough to be understood.

use super::laws::Breach;
use super::stage::Stage;
use super::step::Step;

/// Most sequences that are tried.
const TRIES: usize = 80;

/// The shortest sequence found by leaving steps out that breaks the same law, with how it does.
pub(super) async fn shrink(steps: Vec<Step>, breach: Breach, replicas: usize) -> (Vec<Step>, Breach) {
    let (mut shortest, mut breach, mut tries) = (steps, breach, 0);
    let mut chunk = shortest.len() / 2;
    while chunk > 0 && tries < TRIES {
        let (mut start, mut is_shorter) = (0, false);
        // The last step is the one that fails.
        while start + 1 < shortest.len() && tries < TRIES {
            let end = (start + chunk).min(shortest.len() - 1);
            let without: Vec<Step> = [&shortest[..start], &shortest[end..]].concat();
            tries += 1;
            match replay(&without, replicas).await {
                Some((taken, same)) if same.law == breach.law => {
                    (shortest, breach, is_shorter) = (without[..taken].to_vec(), same, true);
                }
                _ => start = end,
            }
        }
        if !is_shorter || chunk > 1 {
            chunk /= 2;
        }
    }
    (shortest, breach)
}

/// Takes the steps on a stage of their own; tells how many were taken until a law was broken.
async fn replay(steps: &[Step], replicas: usize) -> Option<(usize, Breach)> {
    let mut stage = Stage::set(replicas).await;
    for (taken, step) in steps.iter().enumerate() {
        let everybody = stage.world.sessions.keys().cloned().collect();
        if let Err(breach) = stage.take(step, &everybody).await {
            return Some((taken + 1, breach));
        }
    }
    None
}
