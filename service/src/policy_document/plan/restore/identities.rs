//! Which objects of the current policy those of a past one are.

use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;
use uuid::Uuid;

/// Which objects past ones are: those with the same id, else those with the same name that did not exist then, else new
/// ones. The id of a deleted object is not used again, since links to it may still be stored.
pub(super) struct Identities<Id> {
    /// Objects of the past that are not there any more.
    returning: FxHashMap<Id, Id>,
    /// Current objects that did not exist and are to be deleted.
    pub(super) deleted: FxHashSet<Id>,
    /// Current objects that did not exist and stay.
    pub(super) kept: Vec<Id>,
}

impl<Id: Copy + Ord + Hash + From<Uuid>> Identities<Id> {
    /// `is_built_in` is `None` for objects that are not there.
    pub(super) fn of<T>(
        past: &FxHashMap<Id, Option<T>>,
        name: impl Fn(&T) -> &str,
        is_built_in: impl Fn(Id) -> Option<bool>,
        named: impl Fn(&str) -> Option<Id>,
        next_id: &mut dyn FnMut() -> Uuid,
    ) -> Self {
        let is_there = |id: &Id| is_built_in(*id).is_some();
        let newer = past.iter().filter(|(id, object)| object.is_none() && is_there(id));
        let mut newer: FxHashSet<Id> = newer.map(|(id, _)| *id).collect();
        let gone = past.iter().filter(|(id, _)| !is_there(id));
        let mut gone: Vec<(&str, Id)> = gone.filter_map(|(id, object)| Some((name(object.as_ref()?), *id))).collect();
        gone.sort_unstable();
        let mut returning = FxHashMap::default();
        for (name, id) in gone {
            let same = named(name).filter(|known| newer.remove(known));
            returning.insert(id, same.unwrap_or_else(|| next_id().into()));
        }
        let mut kept: Vec<Id> = newer.iter().copied().filter(|&id| is_built_in(id) == Some(true)).collect();
        kept.sort_unstable();
        newer.retain(|id| !kept.contains(id));
        Self { returning, deleted: newer, kept }
    }

    /// The object that a past one is; `None` when there is none.
    pub(super) fn present(&self, id: Id, is_there: impl Fn(Id) -> bool) -> Option<Id> {
        let stays = Some(id).filter(|&id| is_there(id) && !self.deleted.contains(&id));
        self.returning.get(&id).copied().or(stays)
    }

    pub(super) fn deleted(&self) -> Vec<Id> {
        let mut deleted: Vec<Id> = self.deleted.iter().copied().collect();
        deleted.sort_unstable();
        deleted
    }
}
