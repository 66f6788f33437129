//! Changes of a table in proportion to what they change, but for one pass over the order of names.

use super::{ChangedSlots, Contradiction, Entry, Names, Table, hash};
use crate::hierarchy::set_of;
use fixedbitset::FixedBitSet;
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;
use std::sync::Arc;

impl<T: Entry> Table<T> {
    /// Replaces or adds `changed` objects and removes `deleted` ones, of which unknown ones are ignored. A slot that
    /// becomes free is not used again before the next update.
    ///
    /// # Errors
    /// [`Contradiction`] when an id or a name would be a duplicate.
    pub(crate) fn update(&mut self, changed: Vec<T>, deleted: &[T::Id]) -> Result<ChangedSlots, Contradiction> {
        let mut slots = ChangedSlots::default();
        slots.deleted.extend(deleted.iter().filter_map(|&id| self.position(id)));
        let ids: FxHashSet<T::Id> = changed.iter().map(Entry::id).chain(deleted.iter().copied()).collect();
        if ids.len() < changed.len() + deleted.len() {
            return Err(Contradiction);
        }
        let known: Vec<Option<usize>> = changed.iter().map(|object| self.position(object.id())).collect();
        let keeps_name = |(object, known): (&T, &Option<usize>)| {
            known.and_then(|slot| self.get(slot)).is_some_and(|before| before.name() == object.name())
        };
        let keeps_name: Vec<bool> = changed.iter().zip(&known).map(keeps_name).collect();
        slots.is_renamed = !slots.deleted.is_empty() || keeps_name.contains(&false);
        if !slots.is_renamed {
            for (object, slot) in changed.into_iter().zip(known.into_iter().flatten()) {
                self.entries.set(slot, Some(object));
                slots.changed.push(slot);
            }
            return Ok(slots);
        }
        let mut names = Names::clone(&self.names);
        let renamed = known.iter().zip(&keeps_name).filter(|&(_, &keeps)| !keeps).filter_map(|(slot, _)| *slot);
        let leaving = set_of(self.slots(), slots.deleted.iter().copied().chain(renamed));
        leaving.ones().for_each(|slot| self.leave_name(&mut names, slot));
        slots.deleted.iter().for_each(|&slot| self.leave_id(&mut names, slot));
        let mut arriving = Vec::new();
        for ((object, known), keeps_name) in changed.into_iter().zip(known).zip(keeps_name) {
            let slot = known.unwrap_or_else(|| names.new_slot());
            self.entries.set(slot, Some(object));
            self.enter(&mut names, slot, known.is_none(), !keeps_name)?;
            slots.changed.push(slot);
            if !keeps_name {
                arriving.push(slot as u32);
            }
        }
        self.reorder(&mut names, &leaving, arriving);
        for &slot in &slots.deleted {
            self.entries.set(slot, None);
            names.free.push(slot as u32);
        }
        self.names = Arc::new(names);
        Ok(slots)
    }

    /// Takes slots out of the order of names and puts others in, in one pass.
    fn reorder(&self, names: &mut Names, leaving: &FixedBitSet, mut arriving: Vec<u32>) {
        let compare = |a: u32, b: u32| match (self.get(a as usize), self.get(b as usize)) {
            (Some(a), Some(b)) => a.compare(b),
            _ => a.cmp(&b),
        };
        let staying: Vec<u32> = names.order.iter().copied().filter(|&slot| !leaving.contains(slot as usize)).collect();
        arriving.sort_unstable_by(|&a, &b| compare(a, b));
        names.order.clear();
        let mut rest = staying.as_slice();
        for slot in arriving {
            let (before, after) = rest.split_at(rest.partition_point(|&other| compare(other, slot).is_lt()));
            names.order.extend_from_slice(before);
            names.order.push(slot);
            rest = after;
        }
        names.order.extend_from_slice(rest);
        for (rank, &slot) in names.order.iter().enumerate() {
            if let Some(entry) = names.rank.get_mut(slot as usize) {
                *entry = rank as u32;
            }
        }
    }

    /// Makes the object in a slot not be found by its name.
    fn leave_name(&self, names: &mut Names, slot: usize) {
        if let Some(entry) = self.get(slot)
            && let Ok(found) = names.by_name.find_entry(hash::<T>(entry.name()), |&other| other as usize == slot)
        {
            found.remove();
        }
    }

    fn leave_id(&self, names: &mut Names, slot: usize) {
        if let Some(entry) = self.get(slot)
            && let Ok(found) =
                names.by_id.find_entry(FxBuildHasher.hash_one(entry.id()), |&other| other as usize == slot)
        {
            found.remove();
        }
    }
}

impl Names {
    fn new_slot(&mut self) -> usize {
        let slot = self.free.pop().unwrap_or(self.rank.len() as u32) as usize;
        if slot == self.rank.len() {
            self.rank.push(0);
        }
        slot
    }
}
