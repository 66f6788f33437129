//! Permissions granted to roles, from both sides. Roles and permissions are slots here. `superadmin`, which holds
//! everything by rule, has only the grants that its facts list.

mod patterns;

pub(crate) use patterns::{PatternGrants, matches_of};

use crate::shared::{LinkChanges, SharedList};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// Grants by role and by permission.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    by_role: SharedList<Arc<[u32]>>,
    holders: SharedList<RoleSet>,
}

impl Grants {
    /// Grants by role, each list ascending, among `permissions` slots.
    pub(crate) fn new(granted: Vec<Vec<u32>>, permissions: usize) -> Self {
        // Sorted by permission in two passes: the number of holders of each, then the holders.
        let mut ends = vec![0_usize; permissions + 1];
        for &permission in granted.iter().flatten() {
            if let Some(count) = ends.get_mut(permission as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        let starts = ends.clone();
        let mut holders = vec![0_u32; total];
        for (role, granted) in granted.iter().enumerate() {
            for &permission in granted {
                let Some(next) = ends.get_mut(permission as usize) else { continue };
                if let Some(holder) = holders.get_mut(*next) {
                    *holder = role as u32;
                }
                *next += 1;
            }
        }
        let roles = granted.len();
        let range = |bounds: &[usize]| bounds.first().zip(bounds.last()).map(|(&start, &end)| start..end);
        let of_permission = |bounds: &[usize]| range(bounds).and_then(|range| holders.get(range)).unwrap_or_default();
        let holders = starts.windows(2).map(|bounds| RoleSet::new(of_permission(bounds), roles)).collect();
        Self { by_role: granted.into_iter().map(Arc::from).collect(), holders }
    }

    /// Permissions granted to a role, ascending.
    pub(crate) fn of_role(&self, role: usize) -> &[u32] {
        self.by_role.get(role).map_or(&[], |granted| granted)
    }

    /// Roles that a permission is granted to.
    pub(crate) fn holders(&self, permission: usize) -> Vec<usize> {
        self.holders.get(permission).map(RoleSet::to_vec).unwrap_or_default()
    }

    /// Whether a permission is granted to one of `roles`.
    #[inline]
    pub(crate) fn is_held(&self, permission: usize, roles: &FixedBitSet) -> bool {
        self.holders.get(permission).is_some_and(|holders| holders.intersects(roles))
    }

    /// Replaces the grants of some roles, each list ascending, among `roles` slots.
    pub(crate) fn update(&mut self, changed: impl IntoIterator<Item = (usize, Vec<u32>)>, roles: usize) {
        let mut changes = LinkChanges::default();
        for (role, granted) in changed {
            let before = self.of_role(role);
            if before != granted {
                changes.note(role, before, &granted);
                self.by_role.set(role, granted.into());
            }
        }
        changes.apply(|permission, altered| {
            let before: Vec<u32> = self.holders(permission).into_iter().map(|role| role as u32).collect();
            self.holders.set(permission, RoleSet::new(&altered(&before), roles));
        });
    }
}

/// A set of roles: a list of few, or one bit for each role.
#[derive(Clone, Debug)]
enum RoleSet {
    Few(Arc<[u32]>),
    Many(Arc<FixedBitSet>),
}

impl Default for RoleSet {
    fn default() -> Self {
        Self::Few(Arc::default())
    }
}

impl RoleSet {
    /// A set of ascending slots, among `roles`. A list is not longer than the words of a set of bits, so that looking for
    /// one of its roles in another set is as fast.
    fn new(slots: &[u32], roles: usize) -> Self {
        if slots.len() <= 8.max(roles / 64) {
            return Self::Few(slots.into());
        }
        let mut set = FixedBitSet::with_capacity(roles);
        set.extend(slots.iter().map(|&slot| slot as usize));
        Self::Many(Arc::new(set))
    }

    #[inline]
    fn intersects(&self, roles: &FixedBitSet) -> bool {
        match self {
            Self::Few(slots) => slots.iter().any(|&slot| roles.contains(slot as usize)),
            Self::Many(set) => !set.is_disjoint(roles),
        }
    }

    fn to_vec(&self) -> Vec<usize> {
        match self {
            Self::Few(slots) => slots.iter().map(|&slot| slot as usize).collect(),
            Self::Many(set) => set.ones().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_the_grants_agree_after_changes() {
        let roles = 600;
        // Permission 0 is granted to all, 1 to every hundredth, 2 to none.
        let granted = |role: u32| if role.is_multiple_of(100) { vec![0, 1] } else { vec![0] };
        let mut grants = Grants::new((0..roles).map(granted).collect(), 3);
        assert_eq!(grants.holders(0).len(), 600);
        assert_eq!(grants.holders(1), [0, 100, 200, 300, 400, 500]);
        assert!(grants.holders(2).is_empty());

        let before = grants.clone();
        grants.update([(100, vec![2]), (7, vec![0, 1, 2]), (600, vec![1])], 601);
        assert_eq!(grants.holders(0).len(), 599);
        assert_eq!(grants.holders(1), [0, 7, 200, 300, 400, 500, 600]);
        assert_eq!(grants.holders(2), [7, 100]);
        assert_eq!(grants.of_role(7), [0, 1, 2]);
        assert_eq!(before.of_role(7), [0]);
        assert_eq!(before.holders(1).len(), 6);
    }

    #[test]
    fn few_and_many_holders_are_found_in_a_set() {
        for holders in [3, 300] {
            let set = RoleSet::new(&(0..holders).map(|slot| slot * 2).collect::<Vec<_>>(), 640);
            let with = |slot: usize| FixedBitSet::from_iter([slot]);
            assert!(set.intersects(&with(4)));
            assert!(!set.intersects(&with(5)));
            assert!(!set.intersects(&FixedBitSet::new()));
        }
    }
}
