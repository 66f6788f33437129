//! Subjects in memory, up to a bound.

use engine::{Subject, UserId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::mem::size_of;
use std::sync::{Arc, Mutex, PoisonError};

/// Memory that subjects may take, in bytes: some 200,000 users with a few roles each.
const CAPACITY: usize = 64 * 1024 * 1024;
/// What keeping a subject takes beside its own lists.
const LEAST: usize = 160 + size_of::<Subject>();

/// Subjects by user.
///
/// INVARIANT: no subject is kept that was read before it was last forgotten. Whoever reads one from
/// the database takes an [`Epoch`] first; if anything was forgotten in between, it is not kept.
#[derive(Debug)]
pub(super) struct SubjectCache {
    entries: Cache<UserId, Arc<Subject>, Weight>,
    /// Grows whenever something is forgotten. Held while entries come and go.
    epoch: Mutex<u64>,
}

/// About how many bytes a subject takes.
#[derive(Clone, Debug)]
struct Weight;

impl Weighter<UserId, Arc<Subject>> for Weight {
    fn weight(&self, _: &UserId, subject: &Arc<Subject>) -> u64 {
        let lists = size_of_val(subject.assignments.as_slice()) + size_of_val(subject.grants.as_slice());
        (LEAST + lists) as u64
    }
}

/// A moment in the life of a cache, to be taken before the database is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(u64);

impl SubjectCache {
    pub(super) fn new() -> Self {
        Self { entries: Cache::with_weighter(CAPACITY / (2 * LEAST), CAPACITY as u64, Weight), epoch: Mutex::new(0) }
    }

    pub(super) fn get(&self, user: UserId) -> Option<Arc<Subject>> {
        self.entries.get(&user)
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
        for subject in subjects {
            self.entries.insert(subject.user, Arc::clone(subject));
        }
    }

    pub(super) fn forget(&self, users: impl IntoIterator<Item = UserId>) {
        let mut now = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *now += 1;
        for user in users {
            self.entries.remove(&user);
        }
    }

    pub(super) fn forget_all(&self) {
        let mut now = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *now += 1;
        self.entries.clear();
    }
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
