//! Cycles that a batch of new inheritance would close.

use crate::hierarchy::{has_cycle, shortest_path};
use crate::{Policy, RoleId};
use rustc_hash::FxHashMap;

/// Immediate inheritance between two roles (INCITS 359: RH).
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Inheritance, RoleId};
///
/// let [manager, clerk] = [1, 2].map(Uuid::from_u128).map(RoleId::new);
/// let inheritance = Inheritance { senior: manager, junior: clerk };
/// assert_ne!(inheritance, Inheritance { senior: clerk, junior: manager });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inheritance {
    /// The role that inherits.
    pub senior: RoleId,
    /// The role that it inherits from.
    pub junior: RoleId,
}

/// A new inheritance that closes a cycle.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{ClosedCycle, Facts, Inheritance, Policy, RoleId};
///
/// let [manager, clerk] = [1, 2].map(Uuid::from_u128).map(RoleId::new);
/// let added =
///     [Inheritance { senior: manager, junior: clerk }, Inheritance { senior: clerk, junior: manager }];
///
/// let policy = Policy::build(Facts::default())?;
/// let cycle = ClosedCycle { position: 1, roles: vec![clerk, manager, clerk] };
/// assert_eq!(policy.cycles_closed_by(&added, 10), [cycle]);
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedCycle {
    /// Position of the inheritance among the new ones.
    pub position: usize,
    /// A shortest cycle, from the senior of the inheritance down and back to it.
    pub roles: Vec<RoleId>,
}

/// A new inheritance, its roles as positions in [`Graph`].
#[derive(Clone, Copy)]
struct Edge {
    position: usize,
    senior: usize,
    junior: usize,
}

/// The hierarchy of a policy and the new roles, without the new inheritance. Known roles are in the order of names.
struct Graph {
    roles: Vec<RoleId>,
    juniors: Vec<Vec<usize>>,
    new_roles: FxHashMap<RoleId, usize>,
}

/// Inheritance in batches.
impl Policy {
    /// Inheritances of `added`, in their order, that close a cycle with the hierarchy and with those before them; at
    /// most `limit`. One that closes a cycle does not count for those after it. Unknown roles are new roles.
    ///
    /// Without a cycle this takes one pass over the hierarchy; each cycle takes as many more as the logarithm of the
    /// number of new inheritances.
    #[must_use]
    pub fn cycles_closed_by(&self, added: &[Inheritance], limit: usize) -> Vec<ClosedCycle> {
        let mut graph = Graph::new(self);
        let mut edges: Vec<Edge> = added.iter().enumerate().map(|(at, added)| graph.edge(self, at, *added)).collect();
        let mut cycles = Vec::new();
        while cycles.len() < limit && has_cycle(&graph.with(&edges)) {
            // The shortest prefix that has a cycle ends with the edge that closes it.
            let counts: Vec<usize> = (1..=edges.len()).collect();
            let closing =
                counts.partition_point(|&count| !has_cycle(&graph.with(edges.get(..count).unwrap_or_default())));
            let edge = edges.remove(closing);
            let juniors = graph.with(edges.get(..closing).unwrap_or_default());
            let of_role = |role| juniors.get(role).cloned().unwrap_or_default();
            let back = shortest_path(edge.junior, edge.senior, of_role).unwrap_or_default();
            let roles = std::iter::once(edge.senior).chain(back).filter_map(|role| graph.roles.get(role).copied());
            cycles.push(ClosedCycle { position: edge.position, roles: roles.collect() });
        }
        cycles
    }
}

impl Graph {
    fn new(policy: &Policy) -> Self {
        let juniors = |role| policy.juniors_by_name(role).into_iter().map(|junior| policy.rank(junior)).collect();
        Self {
            roles: policy.roles().map(|role| role.id).collect(),
            juniors: policy.all_roles().map(juniors).collect(),
            new_roles: FxHashMap::default(),
        }
    }

    fn edge(&mut self, policy: &Policy, position: usize, added: Inheritance) -> Edge {
        let known = |id| policy.role_position(id).map(|role| policy.rank(role));
        let mut role = |id| known(id).unwrap_or_else(|| self.new_role(id));
        Edge { position, senior: role(added.senior), junior: role(added.junior) }
    }

    fn new_role(&mut self, id: RoleId) -> usize {
        *self.new_roles.entry(id).or_insert_with(|| {
            self.roles.push(id);
            self.juniors.push(Vec::new());
            self.roles.len() - 1
        })
    }

    /// Immediate juniors of each role, with those of `edges`.
    fn with(&self, edges: &[Edge]) -> Vec<Vec<usize>> {
        let mut juniors = self.juniors.clone();
        for edge in edges {
            if let Some(juniors) = juniors.get_mut(edge.senior) {
                juniors.push(edge.junior);
            }
        }
        juniors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{policy, role};

    fn inheritances(text: &str) -> Vec<Inheritance> {
        let pairs = text.split_whitespace().map(|pair| pair.split_once('>').expect("senior>junior"));
        pairs.map(|(senior, junior)| Inheritance { senior: role(senior), junior: role(junior) }).collect()
    }

    /// Positions and cycles, where a role is one letter.
    fn closed(known: &str, added: &str) -> Vec<(usize, String)> {
        let letters = ('a'..='z').chain('A'..='Z');
        let name = |id: &RoleId| letters.clone().find(|letter| role(&letter.to_string()) == *id).expect("a letter");
        let cycles = policy(known).cycles_closed_by(&inheritances(added), 20);
        cycles.iter().map(|cycle| (cycle.position, cycle.roles.iter().map(name).collect())).collect()
    }

    #[test]
    fn no_cycle_is_found_where_there_is_none() {
        assert_eq!(closed("", ""), []);
        assert_eq!(closed("a > b", "b>c a>c a>d d>c"), []);
    }

    #[test]
    fn the_last_inheritance_of_a_cycle_closes_it() {
        assert_eq!(closed("", "a>b b>c c>a x>a"), [(2, "cabc".to_owned())]);
    }

    #[test]
    fn cycles_close_through_the_hierarchy() {
        assert_eq!(closed("a > b \n b > c", "x>y c>a"), [(1, "cabc".to_owned())]);
    }

    #[test]
    fn an_inheritance_that_closes_a_cycle_does_not_count_for_those_after_it() {
        assert_eq!(
            closed("", "a>b b>a b>c c>b c>a"),
            [(1, "bab".to_owned()), (3, "cbc".to_owned()), (4, "cabc".to_owned())]
        );
    }

    #[test]
    fn a_shortest_cycle_is_reported() {
        assert_eq!(closed("a > b \n b > c \n c > d \n a > d", "d>a"), [(0, "dad".to_owned())]);
    }

    #[test]
    fn a_role_that_inherits_from_itself_is_a_cycle() {
        assert_eq!(closed("", "a>a"), [(0, "aa".to_owned())]);
    }

    #[test]
    fn the_search_ends_at_the_limit() {
        let added: String =
            ('a'..='z').map(|role| format!("{role}>{0} {0}>{role} ", role.to_ascii_uppercase())).collect();
        assert_eq!(closed("", &added).len(), 20);
    }
}
