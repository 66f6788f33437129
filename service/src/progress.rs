//! What the use cases of a request have committed so far, for a caller that stops waiting for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What the use cases of a request have committed. Clones share the state.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU8>);

/// State of the writes of a use case. The audit entry of a refused attempt is not a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing: a use case that is dropped now changes nothing.
    Nothing,
    /// A commit has begun, and its result is not known yet or got lost.
    Unknown,
    /// A change was committed.
    Change,
}

impl Progress {
    /// What was committed since the last [`reset`](Self::reset).
    #[must_use]
    pub fn written(&self) -> Written {
        match self.0.load(Ordering::Acquire) {
            NOTHING => Written::Nothing,
            CHANGE => Written::Change,
            _ => Written::Unknown,
        }
    }

    /// Resets the progress before the next use case of the same request.
    pub fn reset(&self) {
        self.0.store(NOTHING, Ordering::Release);
    }

    /// Records that a commit begins.
    pub(crate) fn begin(&self) {
        self.0.store(UNKNOWN, Ordering::Release);
    }

    /// Records that a commit succeeded. A commit that fails leaves it unknown: the connection may have broken after the
    /// database had committed.
    pub(crate) fn committed(&self) {
        self.0.store(CHANGE, Ordering::Release);
    }
}

const NOTHING: u8 = 0;
const UNKNOWN: u8 = 1;
const CHANGE: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_show_each_step_of_a_commit() {
        let progress = Progress::default();
        let seen = progress.clone();
        assert_eq!(seen.written(), Written::Nothing);
        progress.begin();
        assert_eq!(seen.written(), Written::Unknown);
        progress.committed();
        assert_eq!(seen.written(), Written::Change);
        seen.reset();
        assert_eq!(progress.written(), Written::Nothing);
    }
}
