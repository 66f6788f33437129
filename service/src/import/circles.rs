//! Which links of a document would close a circle of inheritance.

use engine::RoleId;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Most circles that are looked for: whoever mends these sees the next ones.
const MAX_CIRCLES: usize = 20;

/// A link that closes a circle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Circle {
    /// Which of the new links.
    pub(super) link: usize,
    /// From the link's senior down and back to it.
    pub(super) roles: Vec<RoleId>,
}

/// Roles as places, with links from senior to junior.
struct Graph {
    places: FxHashMap<RoleId, usize>,
    roles: Vec<RoleId>,
}

/// The first links, in their order, that close circles with those before them and with `known`, which
/// closes none by itself. A link that closes one counts no further.
pub(super) fn closed_by(known: &[(RoleId, RoleId)], new: &[(RoleId, RoleId)]) -> Vec<Circle> {
    let mut graph = Graph { places: FxHashMap::default(), roles: Vec::new() };
    let mut links: Vec<(usize, usize)> = known.iter().chain(new).map(|&link| graph.link(link)).collect();
    let mut origins: Vec<usize> = (0..new.len()).collect();
    let mut circles = Vec::new();
    while circles.len() < MAX_CIRCLES && graph.has_circle(&links) {
        // The shortest beginning of the document that has a circle ends in the link that closes it.
        let counts: Vec<usize> = (1..=origins.len()).collect();
        let closing = counts.partition_point(|&count| !graph.has_circle(&links[..known.len() + count]));
        let (senior, junior) = links.remove(known.len() + closing);
        let way_back = graph.way_down((junior, senior), &links[..known.len() + closing]);
        let roles = std::iter::once(senior).chain(way_back).map(|place| graph.roles[place]).collect();
        circles.push(Circle { link: origins.remove(closing), roles });
    }
    circles
}

impl Graph {
    fn link(&mut self, (senior, junior): (RoleId, RoleId)) -> (usize, usize) {
        let mut place = |role| {
            *self.places.entry(role).or_insert_with(|| {
                self.roles.push(role);
                self.roles.len() - 1
            })
        };
        (place(senior), place(junior))
    }

    fn juniors(&self, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let mut juniors = vec![Vec::new(); self.roles.len()];
        for &(senior, junior) in links {
            juniors[senior].push(junior);
        }
        juniors
    }

    /// Is something left when roles without seniors are taken away again and again?
    fn has_circle(&self, links: &[(usize, usize)]) -> bool {
        let juniors = self.juniors(links);
        let mut seniors = vec![0_usize; self.roles.len()];
        for &(_, junior) in links {
            seniors[junior] += 1;
        }
        let mut free: Vec<usize> = (0..seniors.len()).filter(|&role| seniors[role] == 0).collect();
        let mut taken = 0;
        while let Some(role) = free.pop() {
            taken += 1;
            for &junior in &juniors[role] {
                seniors[junior] -= 1;
                if seniors[junior] == 0 {
                    free.push(junior);
                }
            }
        }
        taken < seniors.len()
    }

    /// A shortest way down, both ends included; empty when there is none.
    fn way_down(&self, (from, to): (usize, usize), links: &[(usize, usize)]) -> Vec<usize> {
        let juniors = self.juniors(links);
        let mut came_from = vec![None; self.roles.len()];
        let mut queue = VecDeque::from([from]);
        while let Some(role) = queue.pop_front().filter(|&role| role != to) {
            for &junior in &juniors[role] {
                if junior != from && came_from[junior].is_none() {
                    came_from[junior] = Some(role);
                    queue.push_back(junior);
                }
            }
        }
        let mut way: Vec<usize> = std::iter::successors(Some(to), |&role| came_from[role]).collect();
        way.reverse();
        if way.first() == Some(&from) { way } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn role(name: char) -> RoleId {
        RoleId::new(Uuid::from_u128(name as u128))
    }

    fn links(text: &str) -> Vec<(RoleId, RoleId)> {
        text.split_whitespace().map(|pair| pair.split_once('>').expect("senior>junior")).map(named).collect()
    }

    fn named((senior, junior): (&str, &str)) -> (RoleId, RoleId) {
        let first = |text: &str| role(text.chars().next().expect("a name"));
        (first(senior), first(junior))
    }

    fn found(known: &str, new: &str) -> Vec<(usize, String)> {
        let name = |id: &RoleId| char::from_u32(u32::try_from(id.uuid().as_u128()).expect("small")).expect("a name");
        let circles = closed_by(&links(known), &links(new));
        circles.iter().map(|circle| (circle.link, circle.roles.iter().map(name).collect())).collect()
    }

    #[test]
    fn no_circle_is_found_where_there_is_none() {
        assert_eq!(found("", ""), []);
        assert_eq!(found("a>b", "b>c a>c a>d d>c"), []);
    }

    #[test]
    fn the_last_link_of_a_circle_closes_it() {
        assert_eq!(found("", "a>b b>c c>a x>a"), [(2, "cabc".to_owned())]);
    }

    #[test]
    fn circles_close_through_links_that_are_there() {
        assert_eq!(found("a>b b>c", "x>y c>a"), [(1, "cabc".to_owned())]);
    }

    #[test]
    fn every_circle_is_found_and_a_closing_link_counts_no_further() {
        assert_eq!(
            found("", "a>b b>a b>c c>b c>a"),
            [(1, "bab".to_owned()), (3, "cbc".to_owned()), (4, "cabc".to_owned())]
        );
    }

    #[test]
    fn the_shortest_way_is_told() {
        assert_eq!(found("a>b b>c c>d a>d", "d>a"), [(0, "dad".to_owned())]);
    }

    #[test]
    fn finding_ends_after_twenty() {
        let new: String = (0..26_u8).map(|n| (b'a' + n) as char).map(|name| format!("{name}>A A>{name} ")).collect();
        assert_eq!(found("", &new).len(), MAX_CIRCLES);
    }
}
