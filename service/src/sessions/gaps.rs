//! Numbers of a feed that were skipped.
//!
//! Numbers are taken before transactions commit, so that a later one can be visible before an earlier one. A number that was
//! skipped is therefore looked for until its transaction must have ended: it was rolled back, or was read meanwhile.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::time::Instant;

/// Most ranges that are looked for. Beyond it the oldest is given up.
const MAX_RANGES: usize = 64;

/// Skipped numbers, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps(VecDeque<Gap>);

#[derive(Clone, Debug)]
struct Gap {
    numbers: RangeInclusive<i64>,
    /// Time at which it was noticed.
    since: Instant,
}

impl Gaps {
    /// Adds the numbers that are skipped between `from`, which was read before, and the ascending `read`.
    pub(super) fn skip(&mut self, mut from: i64, read: impl IntoIterator<Item = i64>, now: Instant) {
        for number in read {
            if number > from + 1 {
                self.0.push_back(Gap { numbers: from + 1..=number - 1, since: now });
            }
            from = number;
        }
        while self.0.len() > MAX_RANGES {
            self.0.pop_front();
        }
    }

    /// Removes a number that was read.
    pub(super) fn fill(&mut self, number: i64) {
        let Some(at) = self.0.iter().position(|gap| gap.numbers.contains(&number)) else { return };
        let Some(Gap { numbers, since }) = self.0.remove(at) else { return };
        let parts = [*numbers.start()..=number - 1, number + 1..=*numbers.end()];
        for numbers in parts.into_iter().rev().filter(|part| !part.is_empty()) {
            self.0.insert(at, Gap { numbers, since });
        }
    }

    /// Gives up what has been looked for long enough.
    pub(super) fn give_up(&mut self, after: Duration, now: Instant) {
        self.0.retain(|gap| now.duration_since(gap.since) < after);
    }

    pub(super) fn ranges(&self) -> Vec<RangeInclusive<i64>> {
        self.0.iter().map(|gap| gap.numbers.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn skipped(from: i64, read: &[i64]) -> Gaps {
        let mut gaps = Gaps::default();
        gaps.skip(from, read.iter().copied(), Instant::now());
        gaps
    }

    #[test]
    fn consecutive_numbers_leave_no_gap() {
        assert_eq!(skipped(0, &[1, 2, 3]).ranges(), []);
        assert_eq!(skipped(7, &[]).ranges(), []);
    }

    #[test]
    fn skipped_numbers_are_looked_for_until_they_are_read() {
        let mut gaps = skipped(2, &[4, 9, 10]);
        assert_eq!(gaps.ranges(), [3..=3, 5..=8]);
        gaps.fill(6);
        assert_eq!(gaps.ranges(), [3..=3, 5..=5, 7..=8]);
        for number in [3, 5, 8, 7, 100] {
            gaps.fill(number);
        }
        assert_eq!(gaps.ranges(), []);
    }

    #[test]
    fn numbers_that_were_rolled_back_are_given_up() {
        let mut gaps = skipped(0, &[5]);
        let noticed = Instant::now();
        gaps.give_up(PATIENCE, noticed);
        assert_eq!(gaps.ranges(), [1..=4]);
        gaps.give_up(PATIENCE, noticed + PATIENCE);
        assert_eq!(gaps.ranges(), []);
    }

    #[test]
    fn gaps_are_bounded_and_the_oldest_is_given_up_first() {
        let limit = i64::try_from(MAX_RANGES).expect("is small");
        let mut gaps = skipped(0, &(1..=limit).map(|number| 2 * number).collect::<Vec<_>>());
        assert_eq!(gaps.ranges().len(), MAX_RANGES);
        gaps.skip(2 * limit, [2 * limit + 2], Instant::now());
        assert_eq!((gaps.ranges().len(), gaps.ranges().first()), (MAX_RANGES, Some(&(3..=3))));
    }
}
