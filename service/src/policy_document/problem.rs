//! Problems of a document, and where they are.

use crate::RefusalCode;

/// A place in a text. Places are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The place of a line and a column, both from 1.
    #[must_use]
    pub fn new(line: usize, column: usize) -> Self {
        let bounded = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { line: bounded(line), column: bounded(column) }
    }
}

/// A value and its place. Two are equal when their values are.
#[derive(Clone, Debug, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is.
    pub at: Position,
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A problem of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is; `None` when it concerns what the document does not mention.
    pub at: Option<Position>,
    /// Kind of problem.
    pub code: RefusalCode,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Problems of a document: the first ones by place, and the number of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    first: Vec<Problem>,
    total: usize,
}

impl Problems {
    /// Most problems that are kept; further ones are counted.
    pub const MAX: usize = 1_000;

    /// Adds a problem of a place.
    pub(super) fn push(&mut self, at: Position, code: RefusalCode, message: impl Into<String>) {
        self.add(Problem { at: Some(at), code, message: message.into() });
    }

    /// Adds a problem.
    pub(super) fn add(&mut self, problem: Problem) {
        self.total += 1;
        self.first.push(problem);
        if self.first.len() >= 2 * Self::MAX {
            self.shorten();
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The number of all problems.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The first [`MAX`](Self::MAX) problems by place; those without a place come last.
    #[must_use]
    pub fn into_first(mut self) -> Vec<Problem> {
        self.shorten();
        self.first
    }

    fn shorten(&mut self) {
        self.first.sort_by_key(|problem| (problem.at.is_none(), problem.at));
        self.first.truncate(Self::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_problems_are_kept_and_all_are_counted() {
        let mut problems = Problems::default();
        problems.add(Problem { at: None, code: RefusalCode::Invalid, message: "x".to_owned() });
        (1..=2_500).rev().for_each(|line| problems.push(Position::new(line, 1), RefusalCode::Invalid, "x"));
        assert_eq!(problems.total(), 2_501);
        let lines: Vec<u32> = problems.into_first().iter().filter_map(|problem| Some(problem.at?.line)).collect();
        assert_eq!(lines, (1..=1_000).collect::<Vec<_>>());
    }
}
