//! Objects that have a unique id and a unique name, each in a slot that it keeps.

mod update;

use crate::hierarchy::set_of;
use crate::shared::SharedList;
use fixedbitset::FixedBitSet;
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHasher};
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

/// An object of a [`Table`].
pub(crate) trait Entry: Clone {
    type Id: Copy + Ord + Hash;
    /// Whether names are compared without regard to case.
    const IGNORES_CASE: bool;

    fn id(&self) -> Self::Id;
    fn name(&self) -> &str;

    /// Orders by name.
    fn compare(&self, other: &Self) -> Ordering {
        let folded = match Self::IGNORES_CASE {
            true => folded(self.name()).cmp(folded(other.name())),
            false => Ordering::Equal,
        };
        folded.then_with(|| self.name().cmp(other.name())).then_with(|| self.id().cmp(&other.id()))
    }
}

/// Changed facts contradict the others.
#[derive(Debug)]
pub(crate) struct Contradiction;

/// Objects by slot, found by id and by name. Versions share what they have in common.
#[derive(Clone, Debug)]
pub(crate) struct Table<T: Entry> {
    entries: SharedList<Option<T>>,
    names: Arc<Names>,
}

#[derive(Clone, Debug, Default)]
struct Names {
    by_id: HashTable<u32>,
    by_name: HashTable<u32>,
    /// Slots in the order of names.
    order: Vec<u32>,
    /// By slot: its place in `order`, while it is in use.
    rank: Vec<u32>,
    /// Slots that are not in use.
    free: Vec<u32>,
}

/// Slots that an update concerns.
#[derive(Debug, Default)]
pub(crate) struct ChangedSlots {
    /// Of the changed objects, in their order.
    pub(crate) changed: Vec<usize>,
    pub(crate) deleted: Vec<usize>,
    /// Whether names changed.
    pub(crate) is_renamed: bool,
}

impl<T: Entry> Table<T> {
    /// Puts objects into slots in the order of their names.
    ///
    /// # Errors
    /// The first object by name whose id or name is a duplicate.
    pub(crate) fn new(objects: Vec<T>) -> Result<Self, T> {
        let count = objects.len();
        let mut names = Names {
            by_id: HashTable::with_capacity(count),
            by_name: HashTable::with_capacity(count),
            order: (0..count as u32).collect(),
            rank: (0..count as u32).collect(),
            free: Vec::new(),
        };
        let mut table = Self { entries: objects.into_iter().map(Some).collect(), names: Arc::default() };
        for slot in 0..count {
            if table.enter(&mut names, slot, true, true).is_err()
                && let Some(duplicate) = table.get(slot)
            {
                return Err(duplicate.clone());
            }
        }
        table.names = Arc::new(names);
        Ok(table)
    }

    #[inline]
    pub(crate) fn get(&self, slot: usize) -> Option<&T> {
        self.entries.get(slot)?.as_ref()
    }

    /// Slot of the object with an id.
    #[inline]
    pub(crate) fn position(&self, id: T::Id) -> Option<usize> {
        self.find_id(&self.names, id).map(|slot| slot as usize)
    }

    /// Slot of the object with a name.
    #[inline]
    pub(crate) fn position_named(&self, name: &str) -> Option<usize> {
        self.find_name(&self.names, name).map(|slot| slot as usize)
    }

    /// Number of objects.
    pub(crate) fn len(&self) -> usize {
        self.names.order.len()
    }

    /// Number of slots, those that are not in use included.
    pub(crate) fn slots(&self) -> usize {
        self.names.rank.len()
    }

    /// Slots that are in use.
    pub(crate) fn in_use(&self) -> FixedBitSet {
        let mut slots = FixedBitSet::with_capacity(self.slots());
        slots.insert_range(..);
        self.names.free.iter().for_each(|&slot| slots.set(slot as usize, false));
        slots
    }

    /// Slots in the order of names.
    pub(crate) fn in_order(&self) -> impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + Clone {
        self.names.order.iter().map(|&slot| slot as usize)
    }

    /// Place of a slot in the order of names.
    #[inline]
    pub(crate) fn rank(&self, slot: usize) -> usize {
        self.names.rank.get(slot).map_or(usize::MAX, |&rank| rank as usize)
    }

    /// Slots sorted by name, without duplicates.
    pub(crate) fn by_name(&self, slots: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut ranks: Vec<usize> = slots.into_iter().map(|slot| self.rank(slot)).collect();
        // A pass over a set of all is faster than sorting many.
        if ranks.len() * 8 > self.len() {
            ranks = set_of(self.len(), ranks.into_iter().filter(|&rank| rank < self.len())).ones().collect();
        } else {
            ranks.sort_unstable();
            ranks.dedup();
        }
        ranks.into_iter().filter_map(|rank| self.names.order.get(rank)).map(|&slot| slot as usize).collect()
    }

    /// Slots of objects, ascending and without duplicates.
    ///
    /// # Errors
    /// The first unknown id.
    pub(crate) fn resolve(&self, ids: &[T::Id]) -> Result<Vec<u32>, T::Id> {
        let slots = ids.iter().map(|&id| self.find_id(&self.names, id).ok_or(id));
        let mut slots = slots.collect::<Result<Vec<u32>, _>>()?;
        slots.sort_unstable();
        slots.dedup();
        Ok(slots)
    }

    fn find_id(&self, names: &Names, id: T::Id) -> Option<u32> {
        let is_it = |&slot: &u32| self.get(slot as usize).is_some_and(|entry| entry.id() == id);
        names.by_id.find(FxBuildHasher.hash_one(id), is_it).copied()
    }

    #[inline]
    fn find_name(&self, names: &Names, name: &str) -> Option<u32> {
        let is_it = |&slot: &u32| self.get(slot as usize).is_some_and(|entry| is_same::<T>(entry.name(), name));
        names.by_name.find(hash::<T>(name), is_it).copied()
    }

    /// Makes the object in a slot be found.
    fn enter(&self, names: &mut Names, slot: usize, by_id: bool, by_name: bool) -> Result<(), Contradiction> {
        let Some(entry) = self.get(slot) else { return Ok(()) };
        let (id, name) = (entry.id(), entry.name());
        if by_id && self.find_id(names, id).is_some() || by_name && self.find_name(names, name).is_some() {
            return Err(Contradiction);
        }
        if by_id {
            let hasher = |&slot: &u32| self.get(slot as usize).map_or(0, |entry| FxBuildHasher.hash_one(entry.id()));
            names.by_id.insert_unique(FxBuildHasher.hash_one(id), slot as u32, hasher);
        }
        if by_name {
            let hasher = |&slot: &u32| self.get(slot as usize).map_or(0, |entry| hash::<T>(entry.name()));
            names.by_name.insert_unique(hash::<T>(name), slot as u32, hasher);
        }
        Ok(())
    }
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().map(|byte| byte.to_ascii_lowercase())
}

#[inline]
fn hash<T: Entry>(name: &str) -> u64 {
    if !T::IGNORES_CASE {
        return FxBuildHasher.hash_one(name);
    }
    let mut hasher = FxHasher::default();
    folded(name).for_each(|byte| hasher.write_u8(byte));
    hasher.finish()
}

#[inline]
fn is_same<T: Entry>(a: &str, b: &str) -> bool {
    if T::IGNORES_CASE { a.eq_ignore_ascii_case(b) } else { a == b }
}
