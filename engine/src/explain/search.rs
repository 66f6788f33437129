//! A search for all ways down from some roles to those that hold a permission, the shortest first.
//!
//! Best-first with the exact remaining distance (A*): one sweep up from the holders tells how far
//! each role is from the nearest of them. So a way that is followed always ends at a holder, and
//! its final length is known from the start. Among ways of one length the search goes depth-first,
//! in the order of names; what would be longer is put off until that length is due. Nothing is
//! followed in vain, and what waits is bounded by the branches of the ways that were followed.

use crate::Policy;
use fixedbitset::FixedBitSet;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

/// A way down from a role to one that holds the permission.
pub(super) struct Found {
    /// Which of the starting roles it begins with.
    pub(super) start: usize,
    /// The roles on it, first and last included.
    pub(super) roles: Vec<usize>,
}

/// The last step of a way down; `from` is the step before it.
struct Step {
    role: usize,
    from: usize,
    /// How many roles the way has so far.
    depth: usize,
    start: usize,
}

/// The step that all ways begin with, before any role.
const ROOT: usize = 0;

/// The search; yields ways by length, then by the names of their roles.
pub(super) struct Search<'a> {
    policy: &'a Policy,
    /// Steps from a role down to the nearest holder, where there is one.
    remaining: Vec<Option<usize>>,
    steps: Vec<Step>,
    /// The length of the ways that are due.
    length: usize,
    /// Steps to look at, the next one last.
    due: Vec<usize>,
    /// Steps put off, by the length of the shortest way through them.
    longer: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Search<'a> {
    /// Prepares a search from `starts`, given in the order of names.
    pub(super) fn new(policy: &'a Policy, permission: usize, starts: &[usize]) -> Self {
        let mut search = Self {
            policy,
            remaining: distances(policy, permission, starts),
            steps: vec![Step { role: usize::MAX, from: ROOT, depth: 0, start: 0 }],
            length: 0,
            due: Vec::new(),
            longer: BTreeMap::new(),
        };
        for (start, &role) in starts.iter().enumerate().rev() {
            search.push(Step { role, from: ROOT, depth: 1, start });
        }
        search
    }

    /// Takes up a step, unless it leads nowhere.
    fn push(&mut self, step: Step) {
        if self.remaining[step.role].is_some() {
            self.due.push(self.steps.len());
            self.steps.push(step);
        }
    }

    /// The next step on a way of the length that is due.
    fn next_step(&mut self) -> Option<usize> {
        loop {
            while let Some(step) = self.due.pop() {
                let Step { role, depth, .. } = self.steps[step];
                let length = depth + self.remaining[role]?;
                if length == self.length {
                    return Some(step);
                }
                self.longer.entry(length).or_default().push(step);
            }
            let (length, mut due) = self.longer.pop_first()?;
            due.sort_by(|&a, &b| self.compare(b, a));
            (self.length, self.due) = (length, due);
        }
    }

    /// Orders two ways by names where they part. Neither goes on where the other ends: a step that
    /// was followed no longer waits.
    fn compare(&self, mut a: usize, mut b: usize) -> Ordering {
        loop {
            let (x, y) = (&self.steps[a], &self.steps[b]);
            match x.depth.cmp(&y.depth) {
                Ordering::Greater => a = x.from,
                Ordering::Less => b = y.from,
                Ordering::Equal if x.from == y.from => return (x.role, x.start).cmp(&(y.role, y.start)),
                Ordering::Equal => (a, b) = (x.from, y.from),
            }
        }
    }

    /// The way that ends with a step.
    fn way_to(&self, last: usize) -> Found {
        let start = self.steps[last].start;
        let steps = std::iter::successors(Some(last), |&step| Some(self.steps[step].from));
        let mut roles: Vec<usize> = steps.take_while(|&step| step != ROOT).map(|step| self.steps[step].role).collect();
        roles.reverse();
        Found { start, roles }
    }
}

impl Iterator for Search<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let from = self.next_step()?;
            let Step { role, depth, start, .. } = self.steps[from];
            for &junior in self.policy.hierarchy.juniors(role).iter().rev() {
                self.push(Step { role: junior, from, depth: depth + 1, start });
            }
            if self.remaining[role] == Some(0) {
                return Some(self.way_to(from));
            }
        }
    }
}

/// How many steps below each role the nearest holder of a permission is; only for roles at or below
/// `starts`.
fn distances(policy: &Policy, permission: usize, starts: &[usize]) -> Vec<Option<usize>> {
    let mut within = FixedBitSet::with_capacity(policy.role_count());
    for &start in starts {
        within.union_with(policy.hierarchy.closure(start));
    }
    let mut remaining = vec![None; policy.role_count()];
    let holders = policy.holders(permission).iter().copied();
    let mut queue: VecDeque<usize> = holders.filter(|&role| within.contains(role)).collect();
    for &holder in &queue {
        remaining[holder] = Some(0);
    }
    while let Some(role) = queue.pop_front() {
        let distance = remaining[role].map(|steps| steps + 1);
        for &senior in policy.hierarchy.seniors(role) {
            if within.contains(senior) && remaining[senior].is_none() {
                remaining[senior] = distance;
                queue.push_back(senior);
            }
        }
    }
    remaining
}
