//! A bounded cache of subjects.

use engine::{Subject, UserId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::mem::size_of;
use std::sync::{Arc, Mutex, PoisonError};

/// Memory for subjects, in bytes: about 200,000 users with a few roles each.
const CAPACITY: usize = 64 * 1024 * 1024;
/// Memory of a subject without assignments and grants, in bytes.
const MIN_SIZE: usize = 160 + size_of::<Subject>();

/// Subjects by user.
///
/// INVARIANT: no cached subject was read before its last removal. A reader takes an [`Epoch`] before it reads from the
/// database; what it read is not cached if anything was removed since.
#[derive(Debug)]
pub(super) struct SubjectCache {
    entries: Cache<UserId, Arc<Subject>, SubjectSize>,
    /// Number of removals. Locked while entries are added or removed.
    epoch: Mutex<u64>,
}

/// The approximate size of subjects, in bytes.
#[derive(Clone, Debug)]
struct SubjectSize;

impl Weighter<UserId, Arc<Subject>> for SubjectSize {
    fn weight(&self, _: &UserId, subject: &Arc<Subject>) -> u64 {
        let lists = size_of_val(subject.assignments.as_slice()) + size_of_val(subject.grants.as_slice());
        (MIN_SIZE + lists) as u64
    }
}

/// The number of removals from a cache at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(u64);

impl SubjectCache {
    pub(super) fn new() -> Self {
        Self {
            entries: Cache::with_weighter(CAPACITY / (2 * MIN_SIZE), CAPACITY as u64, SubjectSize),
            epoch: Mutex::new(0),
        }
    }

    pub(super) fn get(&self, user: UserId) -> Option<Arc<Subject>> {
        self.entries.get(&user)
    }

    pub(super) fn epoch(&self) -> Epoch {
        Epoch(*self.epoch.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Caches subjects that were read after `epoch` was taken.
    pub(super) fn insert<'a>(&self, epoch: Epoch, subjects: impl IntoIterator<Item = &'a Arc<Subject>>) {
        let current = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != epoch.0 {
            return;
        }
        for subject in subjects {
            self.entries.insert(subject.user, Arc::clone(subject));
        }
    }

    pub(super) fn remove(&self, users: impl IntoIterator<Item = UserId>) {
        let mut current = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *current += 1;
        for user in users {
            self.entries.remove(&user);
        }
    }

    pub(super) fn clear(&self) {
        let mut current = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        *current += 1;
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{AccountStatus, Activation, Assignment, Validity};
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
    fn a_subject_is_cached_until_it_is_removed() {
        let (cache, ana, bob) = (SubjectCache::new(), subject(1), subject(2));
        cache.insert(cache.epoch(), [&ana, &bob]);
        assert!(cache.get(ana.user).is_some());

        cache.remove([ana.user]);
        assert!(cache.get(ana.user).is_none());
        assert!(cache.get(bob.user).is_some());

        cache.clear();
        assert!(cache.get(bob.user).is_none());
    }

    #[test]
    fn subjects_are_bounded_by_their_size() {
        let cache = SubjectCache::new();
        let assignment = Assignment {
            id: Uuid::nil().into(),
            role: Uuid::nil().into(),
            assigned_at: chrono::DateTime::UNIX_EPOCH,
            validity: Validity::default(),
        };
        let assignments = vec![assignment; 200];
        let size = MIN_SIZE + size_of_val(assignments.as_slice());
        for number in 0..2 * CAPACITY / size {
            let subject = Subject { assignments: assignments.clone(), ..Subject::clone(&subject(number as u128)) };
            cache.insert(cache.epoch(), [&Arc::new(subject)]);
        }
        let weight = cache.entries.weight();
        assert!(weight <= CAPACITY as u64 && weight > CAPACITY as u64 / 2, "{weight}");
        assert!(cache.entries.len() <= CAPACITY / size);
    }

    #[test]
    fn a_subject_read_before_a_removal_is_not_cached() {
        let (cache, ana) = (SubjectCache::new(), subject(1));
        let epoch = cache.epoch();
        cache.remove([ana.user]);
        cache.insert(epoch, [&ana]);
        assert!(cache.get(ana.user).is_none());

        cache.insert(cache.epoch(), [&ana]);
        assert!(cache.get(ana.user).is_some());
    }
}
