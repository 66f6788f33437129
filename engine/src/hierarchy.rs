//! The role hierarchy: order, closure, cycles and paths. Roles are slots here; names and ids belong to
//! [`Policy`](crate::Policy).

use crate::shared::{LinkChanges, SharedList};
use crate::table::Contradiction;
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The empty set, for a role that is out of range.
pub(crate) static EMPTY: FixedBitSet = FixedBitSet::new();

/// A partial order of roles (INCITS 359: general role hierarchy) with its closure. Versions share what they have in
/// common. INVARIANT: it has no cycle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hierarchy {
    juniors: SharedList<Arc<[u32]>>,
    seniors: SharedList<Arc<[u32]>>,
    closure: SharedList<Arc<FixedBitSet>>,
}

impl Hierarchy {
    /// Builds the hierarchy from the immediate juniors of each role.
    ///
    /// # Errors
    /// A cycle, senior before junior, the first role repeated at the end.
    pub(crate) fn new(juniors: &[Vec<usize>]) -> Result<Self, Vec<usize>> {
        let seniors = inverse(juniors, juniors.len());
        let order = juniors_first(juniors, &seniors)?;
        let narrow =
            |lists: &[Vec<usize>]| lists.iter().map(|list| list.iter().map(|&role| role as u32).collect()).collect();
        let mut hierarchy =
            Self { juniors: narrow(juniors), seniors: narrow(&seniors), closure: SharedList::default() };
        order.into_iter().for_each(|role| hierarchy.close(role));
        Ok(hierarchy)
    }

    /// Computes the closure of a role from those of its juniors.
    fn close(&mut self, role: usize) {
        let mut closure = set_of(role + 1, [role]);
        self.juniors(role).for_each(|junior| closure.union_with(self.closure(junior)));
        self.closure.set(role, Arc::new(closure));
    }

    /// Immediate juniors of a role.
    pub(crate) fn juniors(&self, role: usize) -> impl Iterator<Item = usize> {
        self.juniors.get(role).into_iter().flat_map(|juniors| juniors.iter()).map(|&junior| junior as usize)
    }

    /// Immediate seniors of a role.
    pub(crate) fn seniors(&self, role: usize) -> impl Iterator<Item = usize> {
        self.seniors.get(role).into_iter().flat_map(|seniors| seniors.iter()).map(|&senior| senior as usize)
    }

    /// A role and all roles that it inherits from.
    #[inline]
    pub(crate) fn closure(&self, role: usize) -> &FixedBitSet {
        self.closure.get(role).map_or(&EMPTY, |closure| closure)
    }

    /// Whether `senior` is `junior` or inherits from it, in any number of steps.
    #[inline]
    pub(crate) fn includes(&self, senior: usize, junior: usize) -> bool {
        self.closure(senior).contains(junior)
    }

    /// Roles and all that inherit from one of them.
    pub(crate) fn above(&self, roles: impl IntoIterator<Item = usize>) -> FixedBitSet {
        let mut pending: Vec<usize> = roles.into_iter().collect();
        let mut above = FixedBitSet::new();
        while let Some(role) = pending.pop() {
            above.grow(role + 1);
            if !above.put(role) {
                pending.extend(self.seniors(role));
            }
        }
        above
    }

    /// Replaces the immediate juniors of some roles, each list ascending. Returns the roles whose closure was computed
    /// again.
    ///
    /// # Errors
    /// [`Contradiction`] when a cycle is closed.
    pub(crate) fn update(
        &mut self,
        changed: impl IntoIterator<Item = (usize, Vec<u32>)>,
    ) -> Result<FixedBitSet, Contradiction> {
        let (mut changes, mut changed_roles) = (LinkChanges::default(), Vec::new());
        for (role, juniors) in changed {
            let before = self.juniors.get(role).map_or(&[][..], |juniors| juniors);
            if before != juniors || !self.includes(role, role) {
                changes.note(role, before, &juniors);
                self.juniors.set(role, juniors.into());
                changed_roles.push(role);
            }
        }
        changes.apply(|junior, altered| {
            let before = self.seniors.get(junior).map_or(&[][..], |seniors| seniors);
            let after = altered(before);
            self.seniors.set(junior, after.into());
        });
        let concerned = self.above(changed_roles);
        self.close_all(&concerned)?;
        Ok(concerned)
    }

    /// Computes the closures of roles, juniors first. All that inherit from one of them are among them.
    fn close_all(&mut self, roles: &FixedBitSet) -> Result<(), Contradiction> {
        let mut pending: FxHashMap<usize, usize> = FxHashMap::default();
        let (mut ready, mut left) = (Vec::new(), roles.count_ones(..));
        for role in roles.ones() {
            match self.juniors(role).filter(|&junior| roles.contains(junior)).count() {
                0 => ready.push(role),
                count => drop(pending.insert(role, count)),
            }
        }
        while let Some(role) = ready.pop() {
            left -= 1;
            self.close(role);
            for senior in self.seniors(role) {
                if let Some(count) = pending.get_mut(&senior) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(senior);
                    }
                }
            }
        }
        if left == 0 { Ok(()) } else { Err(Contradiction) }
    }

    /// Forgets a role without juniors.
    ///
    /// # Errors
    /// [`Contradiction`] when another role inherits from it.
    pub(crate) fn remove(&mut self, role: usize) -> Result<(), Contradiction> {
        self.closure.set(role, Arc::default());
        if self.seniors(role).next().is_none() { Ok(()) } else { Err(Contradiction) }
    }
}

/// The set of `positions` among `size`.
pub(crate) fn set_of(size: usize, positions: impl IntoIterator<Item = usize>) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(size);
    set.extend(positions);
    set
}

/// Inverts a relation: for each of `size` targets, the sources that list it.
pub(crate) fn inverse(targets: &[Vec<usize>], size: usize) -> Vec<Vec<usize>> {
    let mut sources = vec![Vec::new(); size];
    for (source, targets) in targets.iter().enumerate() {
        for &target in targets {
            if let Some(sources) = sources.get_mut(target) {
                sources.push(source);
            }
        }
    }
    sources
}

/// Whether some role inherits from itself.
pub(crate) fn has_cycle(juniors: &[Vec<usize>]) -> bool {
    juniors_first(juniors, &inverse(juniors, juniors.len())).is_err()
}

/// A shortest path from `senior` down to `junior`, both included (breadth-first search).
pub(crate) fn shortest_path(senior: usize, junior: usize, juniors: impl Fn(usize) -> Vec<usize>) -> Option<Vec<usize>> {
    let mut previous: FxHashMap<usize, usize> = FxHashMap::default();
    let mut queue = VecDeque::from([senior]);
    while let Some(role) = queue.pop_front().filter(|&role| role != junior) {
        for next in juniors(role).into_iter().filter(|&next| next != senior) {
            if let Entry::Vacant(unvisited) = previous.entry(next) {
                unvisited.insert(role);
                queue.push_back(next);
            }
        }
    }
    let mut path: Vec<usize> = std::iter::successors(Some(junior), |role| previous.get(role).copied()).collect();
    path.reverse();
    (path.first() == Some(&senior)).then_some(path)
}

/// All roles, each after every role that it inherits from (Kahn's algorithm), or a cycle.
fn juniors_first(juniors: &[Vec<usize>], seniors: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut pending: Vec<usize> = juniors.iter().map(Vec::len).collect();
    let without_juniors = pending.iter().enumerate().filter(|&(_, &count)| count == 0);
    let mut order: Vec<usize> = without_juniors.map(|(role, _)| role).collect();
    let mut done = 0;
    while let Some(&role) = order.get(done) {
        done += 1;
        for &senior in seniors.get(role).into_iter().flatten() {
            let Some(count) = pending.get_mut(senior) else { continue };
            *count -= 1;
            if *count == 0 {
                order.push(senior);
            }
        }
    }
    match pending.iter().position(|&count| count > 0) {
        None => Ok(order),
        Some(start) => Err(cycle_below(start, juniors, &pending)),
    }
}

/// Descends from a role with pending juniors, always to a junior that has pending juniors too, until a role comes
/// again. The cycle begins with the role that is first in the list of all roles.
fn cycle_below(start: usize, juniors: &[Vec<usize>], pending: &[usize]) -> Vec<usize> {
    let is_pending = |role: &usize| pending.get(*role).is_some_and(|&count| count > 0);
    let next = |role: usize| juniors.get(role)?.iter().copied().find(is_pending);
    let mut visited = FixedBitSet::with_capacity(juniors.len());
    let descent = std::iter::successors(Some(start), |&role| next(role));
    let mut path: Vec<usize> = descent.take_while(|&role| !visited.put(role)).collect();
    let repeated = path.last().and_then(|&last| next(last));
    let begin = path.iter().position(|&role| Some(role) == repeated).unwrap_or_default();
    let mut cycle = path.split_off(begin);
    let first = cycle.iter().enumerate().min_by_key(|&(_, role)| role).map_or(0, |(position, _)| position);
    cycle.rotate_left(first);
    let first = cycle.first().copied();
    cycle.extend(first);
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(juniors: &[&[usize]]) -> Vec<Vec<usize>> {
        juniors.iter().map(|juniors| juniors.to_vec()).collect()
    }

    #[test]
    fn the_closure_holds_the_role_itself_and_all_below() {
        let hierarchy = Hierarchy::new(&lists(&[&[1, 2], &[3], &[3], &[], &[]])).expect("no cycle");
        assert_eq!(hierarchy.closure(0).ones().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(hierarchy.closure(1).ones().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(hierarchy.closure(4).ones().collect::<Vec<_>>(), [4]);
        assert_eq!(hierarchy.seniors(3).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(hierarchy.above([1, 4]).ones().collect::<Vec<_>>(), [0, 1, 4]);
    }

    #[test]
    fn a_shortest_path_is_a_shortest_one() {
        let juniors = lists(&[&[1, 3], &[2], &[3], &[4], &[]]);
        let path = |senior, junior| shortest_path(senior, junior, |role| juniors[role].clone());
        assert_eq!(path(0, 4), Some(vec![0, 3, 4]));
        assert_eq!(path(2, 2), Some(vec![2]));
        assert_eq!(path(4, 0), None);
    }

    #[test]
    fn cycles_of_every_length_are_found_and_begin_with_the_first_role() {
        for length in 1..=7 {
            // Two more roles hang above the cycle and take no part in it.
            let mut juniors: Vec<Vec<usize>> = (0..length).map(|role| vec![(role + 1) % length]).collect();
            juniors.push(vec![length - 1]);
            juniors.push(vec![length]);
            let cycle = Hierarchy::new(&juniors).expect_err("a cycle");
            assert_eq!(cycle, (0..length).chain([0]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_change_computes_the_closures_above_it_again() {
        let before = Hierarchy::new(&lists(&[&[1], &[2], &[], &[2]])).expect("no cycle");
        let mut after = before.clone();
        let concerned = after.update([(1, vec![3]), (4, vec![0])]).expect("no cycle");
        assert_eq!(concerned.ones().collect::<Vec<_>>(), [0, 1, 4]);
        assert_eq!(after.closure(4).ones().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(after.seniors(2).collect::<Vec<_>>(), [3]);
        assert_eq!(before.closure(0).ones().collect::<Vec<_>>(), [0, 1, 2]);
        assert!(after.clone().update([(2, vec![0])]).is_err());
        assert!(after.clone().remove(3).is_err());
        assert!(after.remove(4).is_ok());
    }

    #[test]
    fn what_hangs_below_a_cycle_is_not_part_of_it() {
        assert_eq!(Hierarchy::new(&lists(&[&[], &[0, 2], &[1, 0]])).expect_err("a cycle"), [1, 2, 1]);
    }
}
