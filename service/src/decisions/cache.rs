//! Subjects in memory, up to a bound.

use engine::{Subject, UserId};
use moka::sync::Cache;
use std::mem::size_of;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Memory that subjects may take, in bytes: some 200,000 users with a few roles each.
const CAPACITY: u64 = 64 * 1024 * 1024;
/// What keeping a subject costs beside its own lists.
const OVERHEAD: usize = 160;

/// Subjects by user.
///
/// INVARIANT: no subject is kept that was read before it was last forgotten. Whoever reads one from
/// the database takes an [`Epoch`] first; if anything was forgotten in between, it is not kept.
#[derive(Debug)]
pub(super) struct SubjectCache {
    entries: Cache<UserId, Entry>,
    /// Grows whenever something is forgotten. Held while entries come and go.
    epoch: Mutex<u64>,
    /// Grows whenever everything is forgotten; entries of an older one do not count.
    generation: AtomicU64,
}

#[derive(Clone, Debug)]
struct Entry {
    generation: u64,
    subject: Arc<Subject>,
}

/// A moment in the life of a cache, to be taken before the database is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(u64);

impl SubjectCache {
    pub(super) fn new() -> Self {
        let entries = Cache::builder().max_capacity(CAPACITY).weigher(|_, entry: &Entry| weight(&entry.subject));
        Self { entries: entries.build(), epoch: Mutex::new(0), generation: AtomicU64::new(0) }
    }

    pub(super) fn get(&self, user: UserId) -> Option<Arc<Subject>> {
        let entry = self.entries.get(&user)?;
        (entry.generation == self.generation.load(Ordering::Acquire)).then_some(entry.subject)
    }

    pub(super) fn epoch(&self) -> Epoch {
        Epoch(*self.epoch.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps subjects that were read after `epoch` was taken.
    pub(super) fn keep<'a>(&self, epoch: Epoch, subjects: impl IntoIterator<Item = &'a Arc<Subject>>) {
        let now = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != epoch.0 {
            return;
        }
        let generation = self.generation.load(Ordering::Acquire);
        for subject in subjects {
            self.entries.insert(subject.user, Entry { generation, subject: Arc::clone(subject) });
        }
    }

    pub(super) fn forget(&self, users: impl IntoIterator<Item = UserId>) {
        let mut now = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *now += 1;
        for user in users {
            self.entries.invalidate(&user);
        }
    }

    pub(super) fn forget_all(&self) {
        let mut now = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *now += 1;
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.entries.invalidate_all();
    }
}

/// About how many bytes a subject takes.
fn weight(subject: &Subject) -> u32 {
    let lists = size_of_val(subject.assignments.as_slice()) + size_of_val(subject.grants.as_slice());
    u32::try_from(OVERHEAD + size_of::<Subject>() + lists).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{AccountStatus, Activation};
    use uuid::Uuid;

    fn subject(number: u128) -> Arc<Subject> {
        Arc::new(Subject {
            user: UserId::new(Uuid::from_u128(number)),
            status: AccountStatus::Active,
            revision: 1,
            assignments: Vec::new(),
            grants: Vec::new(),
            activation: Activation::All,
        })
    }

    #[test]
    fn a_subject_is_kept_until_it_is_forgotten() {
        let (cache, ana, bob) = (SubjectCache::new(), subject(1), subject(2));
        cache.keep(cache.epoch(), [&ana, &bob]);
        assert!(cache.get(ana.user).is_some());

        cache.forget([ana.user]);
        assert!(cache.get(ana.user).is_none());
        assert!(cache.get(bob.user).is_some());

        cache.forget_all();
        assert!(cache.get(bob.user).is_none());
    }

    #[test]
    fn what_was_read_before_something_was_forgotten_is_not_kept() {
        let (cache, ana) = (SubjectCache::new(), subject(1));
        let epoch = cache.epoch();
        cache.forget([ana.user]);
        cache.keep(epoch, [&ana]);
        assert!(cache.get(ana.user).is_none());

        cache.keep(cache.epoch(), [&ana]);
        assert!(cache.get(ana.user).is_some());
    }
}
