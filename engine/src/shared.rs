//! Lists by slot whose versions share memory.

use std::sync::Arc;

/// Number of entries that are copied together when one of them changes.
const CHUNK: usize = 32;

/// A list by slot. A clone shares all entries with the original, and a change of an entry copies one chunk.
#[derive(Clone, Debug)]
pub(crate) struct SharedList<T> {
    chunks: Vec<Arc<[T; CHUNK]>>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Clone + Default> SharedList<T> {
    #[inline]
    pub(crate) fn get(&self, slot: usize) -> Option<&T> {
        self.chunks.get(slot / CHUNK)?.get(slot % CHUNK)
    }

    /// Replaces an entry; the list grows as needed.
    pub(crate) fn set(&mut self, slot: usize, value: T) {
        let chunk = slot / CHUNK;
        while self.chunks.len() <= chunk {
            self.chunks.push(Arc::new(std::array::from_fn(|_| T::default())));
        }
        if let Some(entry) = self.chunks.get_mut(chunk).and_then(|chunk| Arc::make_mut(chunk).get_mut(slot % CHUNK)) {
            *entry = value;
        }
    }
}

impl<T: Clone + Default> FromIterator<T> for SharedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut list = Self::default();
        entries.into_iter().enumerate().for_each(|(slot, entry)| list.set(slot, entry));
        list
    }
}

/// Slots to add to ascending lists and to remove from them, by the slot of the list.
#[derive(Debug, Default)]
pub(crate) struct LinkChanges(rustc_hash::FxHashMap<u32, Vec<(u32, bool)>>);

impl LinkChanges {
    /// Notes that the links of `source` change from `before` to `after`, both ascending.
    pub(crate) fn note(&mut self, source: usize, before: &[u32], after: &[u32]) {
        let mut note = |target: u32, is_added| self.0.entry(target).or_default().push((source as u32, is_added));
        before.iter().filter(|target| after.binary_search(target).is_err()).for_each(|&target| note(target, false));
        after.iter().filter(|target| before.binary_search(target).is_err()).for_each(|&target| note(target, true));
    }

    /// Replaces each list that changes.
    pub(crate) fn apply(self, mut replace: impl FnMut(usize, &dyn Fn(&[u32]) -> Vec<u32>)) {
        for (target, mut changes) in self.0 {
            changes.sort_unstable();
            replace(target as usize, &|list| altered(list, &changes));
        }
    }
}

/// A list with some slots added and removed; all ascending.
fn altered(list: &[u32], changes: &[(u32, bool)]) -> Vec<u32> {
    let mut altered = Vec::with_capacity(list.len() + changes.len());
    let mut rest = list;
    for &(slot, is_added) in changes {
        let place = rest.partition_point(|&other| other < slot);
        let (before, after) = rest.split_at(place);
        altered.extend_from_slice(before);
        rest = after.strip_prefix(&[slot]).unwrap_or(after);
        if is_added {
            altered.push(slot);
        }
    }
    altered.extend_from_slice(rest);
    altered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_the_original_as_it_is() {
        let original: SharedList<usize> = (0..100).collect();
        let mut changed = original.clone();
        changed.set(50, 7);
        changed.set(200, 8);
        assert_eq!((original.get(50), original.get(200)), (Some(&50), None));
        assert_eq!((changed.get(50), changed.get(51), changed.get(200)), (Some(&7), Some(&51), Some(&8)));
        let is_shared = |chunk: usize| Arc::ptr_eq(&original.chunks[chunk], &changed.chunks[chunk]);
        assert_eq!([0, 1, 2, 3].map(is_shared), [true, false, true, true]);
    }

    #[test]
    fn links_are_added_and_removed_on_the_other_side() {
        let mut changes = LinkChanges::default();
        changes.note(4, &[1, 2], &[2, 3]);
        changes.note(2, &[], &[3]);
        let mut lists: Vec<Vec<u32>> = vec![vec![], vec![0, 4, 9], vec![4], vec![3, 5]];
        changes.apply(|target, altered| lists[target] = altered(&lists[target]));
        assert_eq!(lists, [vec![], vec![0, 9], vec![4], vec![2, 3, 4, 5]]);
    }
}
