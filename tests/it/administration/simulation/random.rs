//! A reproducible random generator: the same seed gives the same sequence.

use super::world::Names;

/// SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % sides.max(1) as u64).expect("a small number")
    }

    /// True in so many per cent of calls.
    pub(super) fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of the items.
    pub(super) fn one<T: Clone>(&mut self, all: impl IntoIterator<Item = T>) -> Option<T> {
        let all: Vec<T> = all.into_iter().collect();
        (!all.is_empty()).then(|| all[self.below(all.len())].clone())
    }

    /// At least `least` of the items and rarely more; all of them when there are fewer.
    pub(super) fn some<'a>(&mut self, all: impl IntoIterator<Item = &'a String>, least: usize) -> Names {
        let mut left: Vec<&String> = all.into_iter().collect();
        let wanted = least + usize::from(self.percent(30)) + usize::from(self.percent(10));
        let mut some = Names::new();
        while some.len() < wanted && !left.is_empty() {
            some.insert(left.swap_remove(self.below(left.len())).clone());
        }
        some
    }
}
