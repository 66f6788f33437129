//! What was seen lately, by fingerprints, without locks.

use std::sync::atomic::{AtomicU64, Ordering};

/// Places of a bucket: as many as a cache line holds.
const PLACES: usize = 8;

/// Most recent fingerprints, in a fixed amount of memory. One that is displaced by others is forgotten, and counts as new.
#[derive(Debug)]
pub(super) struct Seen(Box<[Bucket]>);

/// Fingerprints; 0 is a free place.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Bucket([AtomicU64; PLACES]);

/// A hash of what may be seen again. It is never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn of(hash: u64) -> Self {
        Self(hash.max(1))
    }
}

impl Seen {
    /// Room for at least this many fingerprints.
    pub(super) fn with_room_for(fingerprints: usize) -> Self {
        let buckets = fingerprints.div_ceil(PLACES).next_power_of_two();
        Self((0..buckets).map(|_| Bucket::default()).collect())
    }

    #[inline]
    pub(super) fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.bucket(fingerprint).iter().any(|place| place.load(Ordering::Relaxed) == fingerprint.0)
    }

    /// Adds a fingerprint, in the place of another one when its bucket is full. Of two that are added to a bucket at the
    /// same time one may be lost, which only makes it count as new.
    pub(super) fn insert(&self, fingerprint: Fingerprint) {
        let bucket = self.bucket(fingerprint);
        let free = bucket.iter().find(|place| place.load(Ordering::Relaxed) == 0);
        // The bits that choose the place are not those that choose the bucket.
        let displaced = || bucket.get((fingerprint.0 >> 40) as usize % PLACES);
        if let Some(place) = free.or_else(displaced) {
            place.store(fingerprint.0, Ordering::Relaxed);
        }
    }

    pub(super) fn clear(&self) {
        self.0.iter().flat_map(|bucket| &bucket.0).for_each(|place| place.store(0, Ordering::Relaxed));
    }

    #[inline]
    fn bucket(&self, fingerprint: Fingerprint) -> &[AtomicU64] {
        // The number of buckets is a power of two.
        let at = fingerprint.0 as usize & (self.0.len() - 1);
        self.0.get(at).map_or(&[], |bucket| &bucket.0)
    }
}
