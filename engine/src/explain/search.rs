//! Search for all paths from some roles down to those that hold a permission, the shortest first.
//!
//! Best-first with the exact remaining distance (A*): one sweep up from the holders computes how far each role is from
//! the nearest of them. So every path that is followed ends at a holder, and its length is known from the start. Paths
//! of one length are searched depth-first, in the order of names; longer ones are deferred until their length is due.
//! Memory is bounded by the branches of the paths that were followed.

use crate::Policy;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

/// A path from a role down to one that holds the permission.
pub(super) struct FoundPath {
    /// Position of its first role among the starting roles.
    pub(super) start: usize,
    /// The roles on it, first and last included.
    pub(super) roles: Vec<usize>,
}

/// The last step of a path; `previous` is the step before it.
#[derive(Clone, Copy)]
struct Step {
    role: usize,
    previous: usize,
    /// Number of roles on the path so far.
    depth: usize,
    start: usize,
}

/// The step before the first role of every path.
const ROOT: usize = 0;

/// Iterator over paths by length, then by the names of their roles.
pub(super) struct PathSearch<'a> {
    policy: &'a Policy,
    /// By role: steps down to the nearest holder, where there is one.
    remaining: Vec<Option<usize>>,
    steps: Vec<Step>,
    /// Length of the paths that are due.
    length: usize,
    /// Steps to follow, the next one last.
    due: Vec<usize>,
    /// Deferred steps, by the length of the shortest path through them.
    deferred: BTreeMap<usize, Vec<usize>>,
}

impl<'a> PathSearch<'a> {
    /// Prepares a search from `starts`, sorted by name.
    pub(super) fn new(policy: &'a Policy, permission: usize, starts: &[usize]) -> Self {
        let mut search = Self {
            policy,
            remaining: distances(policy, permission, starts),
            steps: vec![Step { role: usize::MAX, previous: ROOT, depth: 0, start: 0 }],
            length: 0,
            due: Vec::new(),
            deferred: BTreeMap::new(),
        };
        for (start, &role) in starts.iter().enumerate().rev() {
            search.push(Step { role, previous: ROOT, depth: 1, start });
        }
        search
    }

    /// Adds a step, unless no holder is below it.
    fn push(&mut self, step: Step) {
        if self.remaining(step.role).is_some() {
            self.due.push(self.steps.len());
            self.steps.push(step);
        }
    }

    fn remaining(&self, role: usize) -> Option<usize> {
        self.remaining.get(role).copied().flatten()
    }

    /// The next step on a path of the length that is due.
    fn next_step(&mut self) -> Option<usize> {
        loop {
            while let Some(step) = self.due.pop() {
                let &Step { role, depth, .. } = self.steps.get(step)?;
                let length = depth + self.remaining(role)?;
                if length == self.length {
                    return Some(step);
                }
                self.deferred.entry(length).or_default().push(step);
            }
            let (length, mut due) = self.deferred.pop_first()?;
            due.sort_by(|&a, &b| self.compare(b, a));
            (self.length, self.due) = (length, due);
        }
    }

    /// Orders two paths by names where they part. Neither is the beginning of the other: a step that was followed is
    /// not deferred.
    fn compare(&self, mut a: usize, mut b: usize) -> Ordering {
        loop {
            let (Some(x), Some(y)) = (self.steps.get(a), self.steps.get(b)) else { return a.cmp(&b) };
            match x.depth.cmp(&y.depth) {
                Ordering::Greater => a = x.previous,
                Ordering::Less => b = y.previous,
                Ordering::Equal if x.previous == y.previous => {
                    let place = |step: &Step| (self.policy.rank(step.role), step.start);
                    return place(x).cmp(&place(y));
                }
                Ordering::Equal => (a, b) = (x.previous, y.previous),
            }
        }
    }

    /// The path that ends with a step.
    fn path_to(&self, last: Step) -> FoundPath {
        let before = |step: &Step| self.steps.get(step.previous).filter(|_| step.previous != ROOT).copied();
        let mut roles = Vec::with_capacity(last.depth);
        roles.extend(std::iter::successors(Some(last), before).map(|step| step.role));
        roles.reverse();
        FoundPath { start: last.start, roles }
    }
}

impl Iterator for PathSearch<'_> {
    type Item = FoundPath;

    fn next(&mut self) -> Option<FoundPath> {
        loop {
            let previous = self.next_step()?;
            let &last = self.steps.get(previous)?;
            let Step { role, depth, start, .. } = last;
            for junior in self.policy.juniors_by_name(role).into_iter().rev() {
                self.push(Step { role: junior, previous, depth: depth + 1, start });
            }
            if self.remaining(role) == Some(0) {
                return Some(self.path_to(last));
            }
        }
    }
}

/// By role: steps down to the nearest holder of a permission; only for roles that `starts` include or inherit from.
fn distances(policy: &Policy, permission: usize, starts: &[usize]) -> Vec<Option<usize>> {
    let within = policy.closure_of(starts.iter().copied());
    let mut remaining = vec![None; policy.role_slots()];
    let holders = policy.holders(permission).into_iter().filter(|&role| within.contains(role));
    let mut queue: VecDeque<(usize, usize)> = holders.map(|role| (role, 0)).collect();
    while let Some((role, distance)) = queue.pop_front() {
        let Some(unvisited @ None) = remaining.get_mut(role) else { continue };
        *unvisited = Some(distance);
        let seniors = policy.hierarchy.seniors(role).filter(|&senior| within.contains(senior));
        queue.extend(seniors.map(|senior| (senior, distance + 1)));
    }
    remaining
}
