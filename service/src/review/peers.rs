//! Whether a holding of a user is rare among those who share a role with the user.

use super::holdings::HeldObject;
use super::index::Index;
use chrono::{DateTime, Utc};
use engine::{Policy, RoleId};
use roaring::{MultiOps, RoaringBitmap};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A holding is rare when fewer than one in so many have it.
const RARITY: u64 = 10;

/// Users by the roles they share with others. Default roles are left out: everybody has them, so that all would be peers.
#[derive(Debug)]
pub(super) struct Peers {
    /// Holders of each role that counts.
    holders: Vec<RoaringBitmap>,
    places: FxHashMap<RoleId, u32>,
    /// Where the roles of each user begin in `roles`, by the number of the user.
    starts: Vec<u32>,
    /// Roles of all users, as places in `holders`.
    roles: Vec<u32>,
    /// Number of users with one of these roles, as far as it was counted.
    groups: FxHashMap<Box<[u32]>, u64>,
}

impl Peers {
    pub(super) fn new(index: &Index, policy: &Policy, now: DateTime<Utc>) -> Self {
        let (mut holders, mut places) = (Vec::new(), FxHashMap::default());
        for role in policy.roles().filter(|role| !role.is_default) {
            let users = index.unexpired(HeldObject::Role(role.id), now, None);
            if !users.is_empty() {
                places.insert(role.id, holders.len() as u32);
                holders.push(users);
            }
        }
        let (starts, roles) = by_user(&holders);
        Self { holders, places, starts, roles, groups: FxHashMap::default() }
    }

    /// Those of `among` for whom it is rare to have `object`. `holders` are those who have it.
    pub(super) fn with_rare(
        &mut self,
        object: HeldObject,
        among: RoaringBitmap,
        holders: impl FnOnce() -> RoaringBitmap,
    ) -> RoaringBitmap {
        let place = match object {
            HeldObject::Role(role) => self.places.get(&role).and_then(|&place| self.holders.get(place as usize)),
            HeldObject::Permission(_) => None,
        };
        match place.map(RoaringBitmap::len) {
            Some(held) => among.into_iter().filter(|&user| self.is_rare_role(held, user)).collect(),
            None => self.with_rare_grant(&holders(), among),
        }
    }

    /// Whether a role that so many have is rare among the peers of one who has it. All of the former are among the latter.
    fn is_rare_role(&mut self, held: u64, user: u32) -> bool {
        let roles = self.range(user);
        let largest = self.sizes(roles.clone()).max().unwrap_or_default();
        // Most are decided without counting the peers.
        held * RARITY < largest
            || (held * RARITY < self.sizes(roles.clone()).sum() && held * RARITY < self.group_size(roles))
    }

    /// Those of `among` for whom it is rare to have what `holders` have: a direct grant, or a default role.
    fn with_rare_grant(&self, holders: &RoaringBitmap, among: RoaringBitmap) -> RoaringBitmap {
        let mut known: FxHashMap<&[u32], bool> = FxHashMap::default();
        let is_rare = |user: &u32| {
            let roles = self.range(*user);
            if holders.len() * RARITY < self.sizes(roles.clone()).max().unwrap_or_default() {
                return true;
            }
            let roles = self.roles.get(roles).unwrap_or_default();
            *known.entry(roles).or_insert_with(|| {
                let group = self.group(roles);
                holders.intersection_len(&group) * RARITY < group.len()
            })
        };
        among.into_iter().filter(is_rare).collect()
    }

    /// The part of `roles` that belongs to a user.
    fn range(&self, user: u32) -> Range<usize> {
        let start = |user: usize| self.starts.get(user).map_or(self.roles.len(), |&start| start as usize);
        start(user as usize)..start(user as usize + 1)
    }

    /// Numbers of holders of the roles in a part of the list.
    fn sizes(&self, roles: Range<usize>) -> impl Iterator<Item = u64> {
        let roles = self.roles.get(roles).unwrap_or_default().iter();
        roles.filter_map(|&role| self.holders.get(role as usize)).map(RoaringBitmap::len)
    }

    fn group_size(&mut self, roles: Range<usize>) -> u64 {
        let roles = self.roles.get(roles).unwrap_or_default();
        if let Some(&size) = self.groups.get(roles) {
            return size;
        }
        let size = self.group(roles).len();
        self.groups.insert(roles.into(), size);
        size
    }

    /// Users with one of these roles.
    fn group(&self, roles: &[u32]) -> RoaringBitmap {
        roles.iter().filter_map(|&role| self.holders.get(role as usize)).union()
    }
}

/// For each user, the sets that contain it: where its part of the list begins, and the list.
fn by_user(sets: &[RoaringBitmap]) -> (Vec<u32>, Vec<u32>) {
    let users = sets.iter().filter_map(RoaringBitmap::max).max().map_or(0, |last| last as usize + 1);
    let mut starts = vec![0_u32; users + 1];
    let mut count = |user: usize| starts.get_mut(user + 1).into_iter().for_each(|count| *count += 1);
    sets.iter().flatten().for_each(|user| count(user as usize));
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    let (mut next, mut list) = (starts.clone(), vec![0_u32; total as usize]);
    for (set, users) in sets.iter().enumerate() {
        for user in users {
            if let Some(at) = next.get_mut(user as usize) {
                list.get_mut(*at as usize).into_iter().for_each(|place| *place = set as u32);
                *at += 1;
            }
        }
    }
    (starts, list)
}
