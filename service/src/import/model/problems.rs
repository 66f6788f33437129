//! Problems of a document.

/// Where a row is. Places are ordered by file and line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Position of the file, from 0.
    pub file: usize,
    /// Line, from 1.
    pub line: u64,
}

/// Problem with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Position of the file, from 0.
    pub file: usize,
    /// Line, from 1.
    pub line: u64,
    /// Description of the problem.
    pub message: String,
}

/// Problems of a document: the first ones by file and line, and the number of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    first: Vec<Problem>,
    total: usize,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub fn at(place: Place, message: String) -> Self {
        Self { file: place.file, line: place.line, message }
    }

    fn place(&self) -> Place {
        Place { file: self.file, line: self.line }
    }
}

impl Problems {
    /// Most problems that are kept; further ones are counted.
    pub const MAX: usize = 100;

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.total += 1;
        self.first.push(problem);
        if self.first.len() >= 2 * Self::MAX {
            self.shorten();
        }
    }

    /// Adds the problems of another list.
    pub fn append(&mut self, other: Self) {
        self.total += other.total;
        self.first.extend(other.first);
        self.shorten();
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

    /// The first [`MAX`](Self::MAX) problems, in the order of files and lines.
    #[must_use]
    pub fn into_first(mut self) -> Vec<Problem> {
        self.shorten();
        self.first
    }

    fn shorten(&mut self) {
        self.first.sort_by_key(Problem::place);
        self.first.truncate(Self::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: u64) -> Problem {
        Problem::at(Place { file: 0, line }, format!("wrong in {line}"))
    }

    #[test]
    fn the_first_problems_are_kept_and_all_are_counted() {
        let mut problems = Problems::default();
        (1..=1_000).rev().for_each(|line| problems.push(problem(line)));
        let mut more = Problems::default();
        more.push(problem(0));
        problems.append(more);
        assert_eq!(problems.total(), 1_001);
        let lines: Vec<u64> = problems.into_first().iter().map(|problem| problem.line).collect();
        assert_eq!(lines, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn as_many_problems_as_the_limit_are_all_kept() {
        let mut problems = Problems::default();
        assert!(problems.is_empty());
        (0..100).for_each(|line| problems.push(problem(line)));
        assert_eq!((problems.total(), problems.into_first().len()), (100, 100));
    }
}
