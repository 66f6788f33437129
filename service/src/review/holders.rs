//! The users who have something, a role or a permission, by their numbers.

use crate::store::assignments::Held;
use chrono::{DateTime, Utc};
use engine::{UserId, Validity, ValidityState};
use roaring::{MultiOps, RoaringBitmap};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Direct holders of each role or permission.
#[derive(Clone, Debug)]
pub(super) struct Holders<T>(FxHashMap<T, HoldersOfOne>);

impl<T> Default for Holders<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

#[derive(Clone, Debug, Default)]
struct HoldersOfOne {
    /// Those who have it without a start and an end.
    always: RoaringBitmap,
    /// The others, with the period of validity.
    timed: Vec<(u32, Validity)>,
}

impl<T: Copy + Eq + Hash> Holders<T> {
    /// Adds holders. Unknown users are left out.
    pub(super) fn add(&mut self, held: &[Held<T>], number: impl Fn(UserId) -> Option<u32>) {
        for held in held {
            let Some(user) = number(held.user) else { continue };
            let holders = self.0.entry(held.object).or_default();
            if held.validity == Validity::default() {
                holders.always.insert(user);
            } else {
                holders.timed.push((user, held.validity));
            }
        }
    }

    /// Forgets all that these users have.
    pub(super) fn remove_users(&mut self, users: &RoaringBitmap) {
        self.0.retain(|_, holders| {
            holders.always -= users;
            holders.timed.retain(|(user, _)| !users.contains(*user));
            !holders.always.is_empty() || !holders.timed.is_empty()
        });
    }

    /// Forgets the holders of what is not known any longer.
    pub(super) fn retain(&mut self, is_known: impl Fn(T) -> bool) {
        self.0.retain(|&object, _| is_known(object));
    }

    /// Whether an object has a holder.
    pub(super) fn has(&self, object: T) -> bool {
        self.0.contains_key(&object)
    }

    /// Those who have an object at `now` or will later; with `ending_before`, of these those whose time ends before then.
    pub(super) fn unexpired(
        &self,
        object: T,
        now: DateTime<Utc>,
        ending_before: Option<DateTime<Utc>>,
    ) -> RoaringBitmap {
        let Some(holders) = self.0.get(&object) else { return RoaringBitmap::new() };
        let mut users = if ending_before.is_none() { holders.always.clone() } else { RoaringBitmap::new() };
        let ends_in_time =
            |validity: &Validity| ending_before.is_none_or(|end| validity.until.is_some_and(|until| until < end));
        let is_listed = |validity: &Validity| validity.state(now) != ValidityState::Expired && ends_in_time(validity);
        users.extend(holders.timed.iter().filter(|(_, validity)| is_listed(validity)).map(|(user, _)| *user));
        users
    }

    /// Everything that has a holder.
    pub(super) fn objects(&self) -> impl Iterator<Item = T> {
        self.0.keys().copied()
    }

    /// Those who have one of `objects` at `now`.
    pub(super) fn of(&self, objects: impl Iterator<Item = T>, now: DateTime<Utc>) -> RoaringBitmap {
        self.that(objects, |validity| validity.is_valid_at(now))
    }

    /// Those who have one of `objects` at `now`, or later.
    pub(super) fn lasting(&self, objects: impl Iterator<Item = T>, now: DateTime<Utc>) -> RoaringBitmap {
        self.that(objects, |validity| validity.state(now) != ValidityState::Expired)
    }

    fn that(&self, objects: impl Iterator<Item = T>, is_counted: impl Fn(&Validity) -> bool) -> RoaringBitmap {
        let holders: Vec<&HoldersOfOne> = objects.filter_map(|object| self.0.get(&object)).collect();
        let mut users = holders.iter().map(|holders| &holders.always).union();
        let timed = holders.iter().flat_map(|holders| &holders.timed);
        users.extend(timed.filter(|(_, validity)| is_counted(validity)).map(|(user, _)| user));
        users
    }
}
