//! From an id or a name to the place in a sorted list.

use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Places of things that have a unique id and a unique name.
#[derive(Debug)]
pub(crate) struct Index<Id> {
    by_id: FxHashMap<Id, usize>,
    by_name: FxHashMap<Box<str>, usize>,
}

impl<Id: Copy + Eq + Hash> Index<Id> {
    /// Numbers things in the order given.
    ///
    /// # Errors
    /// The place of the first thing whose id or name was there before.
    pub(crate) fn new(things: impl ExactSizeIterator<Item = (Id, Box<str>)>) -> Result<Self, usize> {
        let mut by_id = FxHashMap::with_capacity_and_hasher(things.len(), Default::default());
        let mut by_name = FxHashMap::with_capacity_and_hasher(things.len(), Default::default());
        for (place, (id, name)) in things.enumerate() {
            if by_id.insert(id, place).is_some() || by_name.insert(name, place).is_some() {
                return Err(place);
            }
        }
        Ok(Self { by_id, by_name })
    }

    /// Where the thing with this id stands.
    pub(crate) fn place(&self, id: Id) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// Where the thing with this name stands.
    pub(crate) fn place_named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}
