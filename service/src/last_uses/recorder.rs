//! Recording uses: what every request runs.

use super::day::{Day, day_of};
use super::seen::{Fingerprint, Seen};
use crate::{Caller, Service};
use chrono::{DateTime, Utc};
use engine::{Activation, PermissionId, Policy, Subject};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Pairs of a user and a permission that are known to be recorded: 2 MiB.
const SEEN: usize = 1 << 18;
/// Rows that are known to be written: 1 MiB.
const WRITTEN: usize = 1 << 17;
/// Most uses that wait to be written.
pub(super) const MAX_PENDING: usize = 1 << 15;

/// Uses of this process.
#[derive(Debug)]
pub(crate) struct LastUses {
    seen: Seen,
    pending: Mutex<Pending>,
    /// Notified when half of the room for waiting uses is taken.
    pub(crate) crowded: Notify,
    /// Rows that were written today, so that none is written again after each change of the policy.
    pub(super) written: Seen,
    /// Held while uses are written.
    pub(super) flushing: tokio::sync::Mutex<()>,
}

/// Uses that wait to be written.
#[derive(Debug, Default)]
struct Pending {
    uses: Vec<Use>,
    /// Number of those that had no room.
    dropped: u64,
}

/// A permission that allowed something, with what it was decided from.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) subject: Arc<Subject>,
    pub(super) policy: Arc<Policy>,
    pub(super) permission: PermissionId,
    pub(super) at: DateTime<Utc>,
}

impl Default for LastUses {
    fn default() -> Self {
        Self {
            seen: Seen::with_room_for(SEEN),
            pending: Mutex::default(),
            crowded: Notify::new(),
            written: Seen::with_room_for(WRITTEN),
            flushing: tokio::sync::Mutex::default(),
        }
    }
}

/// Records that `permission` allowed the caller something at `now`.
#[inline]
pub fn record(service: &Service, caller: &Caller, permission: &str, now: DateTime<Utc>) {
    let Caller { subject, policy, .. } = caller;
    service.last_uses.record(subject, policy, permission, now, || Arc::clone(subject));
}

/// Records that `permission` allowed a user something at `now`.
pub(crate) fn record_subject(
    service: &Service,
    subject: &Subject,
    policy: &Arc<Policy>,
    permission: &str,
    now: DateTime<Utc>,
) {
    service.last_uses.record(subject, policy, permission, now, || Arc::new(subject.clone()));
}

impl LastUses {
    #[inline]
    pub(super) fn record(
        &self,
        subject: &Subject,
        policy: &Arc<Policy>,
        permission: &str,
        at: DateTime<Utc>,
        shared: impl FnOnce() -> Arc<Subject>,
    ) {
        let fingerprint = fingerprint(subject, policy, permission, day_of(at));
        if !self.seen.contains(fingerprint)
            && let Some(permission) = policy.permission_named(permission)
        {
            let policy = Arc::clone(policy);
            self.add(Use { subject: shared(), policy, permission: permission.id, at }, fingerprint);
        }
    }

    /// Keeps a use to be written. One that finds no room is not marked as seen: it is recorded when it is repeated.
    #[cold]
    fn add(&self, used: Use, fingerprint: Fingerprint) {
        let mut pending = self.pending();
        if pending.uses.len() >= MAX_PENDING {
            pending.dropped += 1;
            return;
        }
        pending.uses.push(used);
        let is_crowded = pending.uses.len() == MAX_PENDING / 2;
        drop(pending);
        self.seen.insert(fingerprint);
        if is_crowded {
            self.crowded.notify_one();
        }
    }

    /// Takes the uses that wait, and the number of those that had no room.
    pub(super) fn take(&self) -> (Vec<Use>, u64) {
        let pending = std::mem::take(&mut *self.pending());
        (pending.uses, pending.dropped)
    }

    /// Keeps uses that could not be written.
    pub(super) fn put_back(&self, uses: Vec<Use>) {
        let mut pending = self.pending();
        let room = MAX_PENDING - pending.uses.len().min(MAX_PENDING);
        let are_lost = uses.len() > room;
        pending.uses.extend(uses.into_iter().take(room));
        drop(pending);
        if are_lost {
            // They are recorded when they are repeated.
            self.seen.clear();
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells uses apart that may be written to different rows: the roles by which a session holds a permission depend on
/// the rights of the user, the active roles and the model.
#[inline]
fn fingerprint(subject: &Subject, policy: &Policy, permission: &str, day: Day) -> Fingerprint {
    let mut hasher = FxHasher::default();
    subject.user.hash(&mut hasher);
    hasher.write(permission.as_bytes());
    hasher.write_u64(subject.revision);
    hasher.write_u64(policy.model_revision());
    hasher.write_i32(day);
    match &subject.activation {
        Activation::All => hasher.write_u8(1),
        Activation::Default => {}
        Activation::Chosen(roles) => {
            hasher.write_u8(2);
            roles.iter().for_each(|role| role.hash(&mut hasher));
        }
    }
    Fingerprint::of(hasher.finish())
}
