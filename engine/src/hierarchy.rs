//! The hierarchy of roles: order, closure, cycles. Roles are places in a list here; names and ids
//! are the business of [`Policy`](crate::Policy).

use fixedbitset::FixedBitSet;
use std::collections::VecDeque;

/// A partial order of roles (INCITS 359: general role hierarchy) with its closure. INVARIANT: there
/// is no cycle.
#[derive(Debug)]
pub(crate) struct Hierarchy {
    juniors: Vec<Vec<usize>>,
    seniors: Vec<Vec<usize>>,
    juniors_first: Vec<usize>,
    closure: Vec<FixedBitSet>,
}

impl Hierarchy {
    /// Orders roles, each given as the list of its immediate juniors.
    ///
    /// # Errors
    /// A cycle, senior before junior, the first role repeated at the end.
    pub(crate) fn new(juniors: Vec<Vec<usize>>) -> Result<Self, Vec<usize>> {
        let seniors = turned_round(&juniors);
        let juniors_first = juniors_first(&juniors, &seniors)?;
        let mut hierarchy = Self { juniors, seniors, juniors_first, closure: Vec::new() };
        let roles = hierarchy.juniors.len();
        hierarchy.closure = hierarchy.gather((0..roles).map(|role| set_of(roles, [role])).collect());
        Ok(hierarchy)
    }

    /// Joins to each role's set the sets of all roles it inherits from.
    pub(crate) fn gather(&self, mut sets: Vec<FixedBitSet>) -> Vec<FixedBitSet> {
        for &role in &self.juniors_first {
            let mut own = std::mem::take(&mut sets[role]);
            for &junior in &self.juniors[role] {
                own.union_with(&sets[junior]);
            }
            sets[role] = own;
        }
        sets
    }

    /// Roles that a role inherits from in one step.
    pub(crate) fn juniors(&self, role: usize) -> &[usize] {
        &self.juniors[role]
    }

    /// Roles that inherit from a role in one step.
    pub(crate) fn seniors(&self, role: usize) -> &[usize] {
        &self.seniors[role]
    }

    /// A role and all that it inherits from.
    pub(crate) fn closure(&self, role: usize) -> &FixedBitSet {
        &self.closure[role]
    }

    /// Is `junior` the same role, or one that `senior` inherits from in any number of steps?
    pub(crate) fn includes(&self, senior: usize, junior: usize) -> bool {
        self.closure[senior].contains(junior)
    }

    /// A shortest way down from `senior` to `junior`, both included; just one role when they are
    /// the same.
    pub(crate) fn way_down(&self, senior: usize, junior: usize) -> Option<Vec<usize>> {
        if !self.includes(senior, junior) {
            return None;
        }
        let mut came_from = vec![usize::MAX; self.juniors.len()];
        let mut queue = VecDeque::from([senior]);
        came_from[senior] = senior;
        while let Some(role) = queue.pop_front().filter(|&role| role != junior) {
            for &next in self.juniors(role) {
                if came_from[next] == usize::MAX {
                    came_from[next] = role;
                    queue.push_back(next);
                }
            }
        }
        let mut way = vec![junior];
        let mut role = junior;
        while role != senior {
            role = came_from[role];
            way.push(role);
        }
        way.reverse();
        Some(way)
    }
}

/// The set of some places among `size`.
pub(crate) fn set_of(size: usize, places: impl IntoIterator<Item = usize>) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(size);
    set.extend(places);
    set
}

/// Lists of juniors into lists of seniors.
fn turned_round(juniors: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seniors = vec![Vec::new(); juniors.len()];
    for (senior, juniors) in juniors.iter().enumerate() {
        for &junior in juniors {
            seniors[junior].push(senior);
        }
    }
    seniors
}

/// All roles, each after everything it inherits from (Kahn's algorithm), or a cycle.
fn juniors_first(juniors: &[Vec<usize>], seniors: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waiting_for: Vec<usize> = juniors.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..juniors.len()).filter(|&role| waiting_for[role] == 0).collect();
    let mut done = 0;
    while let Some(&role) = order.get(done) {
        done += 1;
        for &senior in &seniors[role] {
            waiting_for[senior] -= 1;
            if waiting_for[senior] == 0 {
                order.push(senior);
            }
        }
    }
    match waiting_for.iter().position(|&count| count > 0) {
        None => Ok(order),
        Some(stuck) => Err(cycle_below(stuck, juniors, &waiting_for)),
    }
}

/// Walks down from a role that waits for a junior, always to a junior that waits too, until the walk
/// meets itself. The cycle begins with the role that comes first in the list of all roles.
fn cycle_below(start: usize, juniors: &[Vec<usize>], waiting_for: &[usize]) -> Vec<usize> {
    let mut met_at = vec![usize::MAX; juniors.len()];
    let mut walk = Vec::new();
    let mut role = start;
    while met_at[role] == usize::MAX {
        met_at[role] = walk.len();
        walk.push(role);
        role = *juniors[role]
            .iter()
            .find(|&&junior| waiting_for[junior] > 0)
            .expect("a role waits only for juniors that wait themselves");
    }
    let mut cycle = walk.split_off(met_at[role]);
    let first = (0..cycle.len()).min_by_key(|&place| cycle[place]).unwrap_or(0);
    cycle.rotate_left(first);
    cycle.push(cycle[0]);
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
        let hierarchy = Hierarchy::new(lists(&[&[1, 2], &[3], &[3], &[], &[]])).expect("no cycle");
        assert_eq!(hierarchy.closure(0).ones().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(hierarchy.closure(1).ones().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(hierarchy.closure(4).ones().collect::<Vec<_>>(), [4]);
        assert_eq!(hierarchy.seniors(3), [1, 2]);
    }

    #[test]
    fn a_way_down_is_a_shortest_one() {
        let hierarchy = Hierarchy::new(lists(&[&[1, 3], &[2], &[3], &[4], &[]])).expect("no cycle");
        assert_eq!(hierarchy.way_down(0, 4), Some(vec![0, 3, 4]));
        assert_eq!(hierarchy.way_down(2, 2), Some(vec![2]));
        assert_eq!(hierarchy.way_down(4, 0), None);
    }

    #[test]
    fn cycles_of_every_length_are_found_and_told_from_the_first_role_on() {
        for length in 1..=7 {
            // Two more roles hang above the cycle and take no part in it.
            let mut juniors: Vec<Vec<usize>> = (0..length).map(|role| vec![(role + 1) % length]).collect();
            juniors.push(vec![length - 1]);
            juniors.push(vec![length]);
            let cycle = Hierarchy::new(juniors).expect_err("a cycle");
            assert_eq!(cycle, (0..length).chain([0]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_hangs_below_a_cycle_is_not_part_of_it() {
        assert_eq!(Hierarchy::new(lists(&[&[], &[0, 2], &[1, 0]])).expect_err("a cycle"), [1, 2, 1]);
    }
}
