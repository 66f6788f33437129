//! Patterns granted to roles, and what each matches. Roles, permissions and patterns are slots here.
//!
//! The matches of a pattern are held once, however many roles it is granted to, and are looked up by the parts of a
//! name: a new permission takes a few lookups, and a policy without patterns takes nothing.

use super::Grants;
use crate::hierarchy::set_of;
use crate::pattern::wider;
use crate::permission::Parts;
use crate::shared::SharedList;
use crate::table::Table;
use crate::{PermissionFacts, PermissionName, PermissionPattern};
use fixedbitset::FixedBitSet;
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Patterns by role, roles by pattern, and permissions by pattern. INVARIANT: each pattern is granted to some role.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternGrants {
    links: Grants,
    entries: SharedList<Option<Entry>>,
    by_parts: HashTable<u32>,
    /// Number of slots, those that are not in use included.
    slots: u32,
    /// Slots that are not in use.
    free: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Entry {
    pattern: PermissionPattern,
    matched: Arc<FixedBitSet>,
}

fn hash(pattern: &PermissionPattern) -> u64 {
    pattern.parts().map_or(0, |parts| FxBuildHasher.hash_one(parts))
}

impl PatternGrants {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.by_parts.is_empty()
    }

    /// Patterns granted to a role.
    pub(crate) fn of_role(&self, role: usize) -> impl Iterator<Item = usize> + Clone {
        self.links.of_role(role).iter().map(|&pattern| pattern as usize)
    }

    /// Patterns granted to a role, sorted by text.
    pub(crate) fn of_role_by_text(&self, role: usize) -> Vec<PermissionPattern> {
        self.texts(self.of_role(role))
    }

    /// Patterns sorted by text.
    pub(crate) fn texts(&self, patterns: impl IntoIterator<Item = usize>) -> Vec<PermissionPattern> {
        let mut texts: Vec<_> = patterns.into_iter().filter_map(|pattern| self.pattern(pattern)).cloned().collect();
        texts.sort_unstable();
        texts
    }

    pub(crate) fn pattern(&self, pattern: usize) -> Option<&PermissionPattern> {
        self.entry(pattern).map(|entry| &entry.pattern)
    }

    /// Permissions that a pattern matches.
    pub(crate) fn matched(&self, pattern: usize) -> &FixedBitSet {
        self.entry(pattern).map_or(&crate::hierarchy::EMPTY, |entry| &entry.matched)
    }

    /// Roles that a pattern is granted to.
    pub(crate) fn holders(&self, pattern: usize) -> Vec<usize> {
        self.links.holders(pattern)
    }

    /// Whether a pattern is granted to one of `roles`.
    #[inline]
    pub(crate) fn is_held(&self, pattern: usize, roles: &FixedBitSet) -> bool {
        self.links.is_held(pattern, roles)
    }

    /// Patterns that match a name.
    #[inline]
    pub(crate) fn matching(&self, name: &PermissionName) -> [Option<usize>; 3] {
        if self.is_empty() {
            return [None; 3];
        }
        let found = Parts::of(name.as_str()).map(wider);
        found.map_or([None; 3], |[_, action, resource, both]| [action, resource, both].map(|parts| self.find(parts)))
    }

    /// Patterns that cover another one, which may be granted to no role.
    pub(crate) fn covering(&self, pattern: &PermissionPattern) -> impl Iterator<Item = usize> {
        pattern.parts().into_iter().flat_map(wider).filter_map(|parts| self.find(parts))
    }

    fn entry(&self, pattern: usize) -> Option<&Entry> {
        self.entries.get(pattern)?.as_ref()
    }

    fn find(&self, parts: Parts<'_>) -> Option<usize> {
        let is_it = |&slot: &u32| self.pattern(slot as usize).and_then(PermissionPattern::parts) == Some(parts);
        self.by_parts.find(FxBuildHasher.hash_one(parts), is_it).map(|&slot| slot as usize)
    }

    /// Replaces the patterns of some roles, among `roles` slots.
    pub(crate) fn update(
        &mut self,
        changed: &[(usize, &[PermissionPattern])],
        roles: usize,
        permissions: &Table<PermissionFacts>,
    ) {
        let concerned = changed.iter().flat_map(|&(role, _)| self.of_role(role)).collect::<BTreeSet<usize>>();
        let (mut new, mut links) = (Vec::new(), Vec::with_capacity(changed.len()));
        for &(role, patterns) in changed {
            let mut slots: Vec<u32> = patterns.iter().map(|pattern| self.slot_of(pattern, &mut new)).collect();
            slots.sort_unstable();
            slots.dedup();
            links.push((role, slots));
        }
        self.match_all(&new, permissions);
        self.links.update(links, roles);
        for slot in concerned {
            if self.links.holders(slot).is_empty() {
                self.remove(slot);
            }
        }
    }

    /// Slot of a pattern. One that is new is noted, and its matches are yet to be found.
    fn slot_of(&mut self, pattern: &PermissionPattern, new: &mut Vec<usize>) -> u32 {
        if let Some(slot) = pattern.parts().and_then(|parts| self.find(parts)) {
            return slot as u32;
        }
        let slot = self.free.pop().unwrap_or(self.slots);
        self.slots = self.slots.max(slot + 1);
        self.entries.set(slot as usize, Some(Entry { pattern: pattern.clone(), matched: Arc::default() }));
        let entries = &self.entries;
        let rehash =
            |&slot: &u32| entries.get(slot as usize).and_then(Option::as_ref).map_or(0, |entry| hash(&entry.pattern));
        self.by_parts.insert_unique(hash(pattern), slot, rehash);
        new.push(slot as usize);
        slot
    }

    /// Finds the matches of new patterns in one pass over all permissions.
    fn match_all(&mut self, new: &[usize], permissions: &Table<PermissionFacts>) {
        if new.is_empty() {
            return;
        }
        let none = || FixedBitSet::with_capacity(permissions.slots());
        let mut found: FxHashMap<usize, FixedBitSet> = new.iter().map(|&pattern| (pattern, none())).collect();
        for permission in permissions.in_order() {
            let Some(known) = permissions.get(permission) else { continue };
            for pattern in self.matching(&known.name).into_iter().flatten() {
                if let Some(matched) = found.get_mut(&pattern) {
                    matched.insert(permission);
                }
            }
        }
        found.into_iter().for_each(|(pattern, matched)| self.set_matched(pattern, matched));
    }

    fn set_matched(&mut self, pattern: usize, matched: FixedBitSet) {
        if let Some(entry) = self.entry(pattern) {
            let entry = Entry { pattern: entry.pattern.clone(), matched: Arc::new(matched) };
            self.entries.set(pattern, Some(entry));
        }
    }

    /// Adapts the matches to permissions that were registered, renamed or deleted.
    pub(crate) fn update_permissions(
        &mut self,
        slots: impl Iterator<Item = usize>,
        before: &Table<PermissionFacts>,
        after: &Table<PermissionFacts>,
    ) {
        let mut changed: FxHashMap<usize, FixedBitSet> = FxHashMap::default();
        for permission in slots {
            let [old, new] = [before, after].map(|table| {
                let name = table.get(permission).map(|known| &known.name);
                name.map_or([None; 3], |name| self.matching(name))
            });
            let marks = [(old, false), (new, true)];
            let marks = marks.into_iter().flat_map(|(patterns, is_matched)| patterns.map(|found| (found, is_matched)));
            for (pattern, is_matched) in marks {
                let Some(pattern) = pattern else { continue };
                let matched = changed.entry(pattern).or_insert_with(|| self.matched(pattern).clone());
                matched.grow(after.slots().max(permission + 1));
                matched.set(permission, is_matched);
            }
        }
        changed.into_iter().for_each(|(pattern, matched)| self.set_matched(pattern, matched));
    }

    /// Forgets a pattern that is granted to no role.
    fn remove(&mut self, slot: usize) {
        let own = self.pattern(slot).map_or(0, hash);
        if let Ok(found) = self.by_parts.find_entry(own, |&other| other as usize == slot) {
            found.remove();
        }
        self.entries.set(slot, None);
        self.free.push(slot as u32);
    }
}

/// The permissions that match a pattern, which may be granted to no role.
pub(crate) fn matches_of(pattern: &PermissionPattern, permissions: &Table<PermissionFacts>) -> FixedBitSet {
    let is_matched =
        |&permission: &usize| permissions.get(permission).is_some_and(|known| pattern.matches(&known.name));
    set_of(permissions.slots(), permissions.in_order().filter(is_matched))
}

#[cfg(test)]
mod tests;
