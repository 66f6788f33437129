//! The current policy and the cached subjects of this replica.

use super::cache::SubjectCache;
use crate::database::{Connection, snapshot};
use crate::freshness::Freshness;
use crate::store;
use crate::{Database, Result, Service};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use engine::{ConstraintId, PermissionId, Policy, RoleId, UserId};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, watch};

/// The state that this replica decides from.
#[derive(Debug)]
pub struct Current {
    policy: ArcSwap<Policy>,
    pub(super) subjects: SubjectCache,
    pub(super) freshness: Freshness,
    /// The revision of `policy`; waiters subscribe to it.
    pub(super) known: watch::Sender<u64>,
    /// Wakes the follower of the change feed.
    pub(super) wake: Notify,
    /// Locked while `policy` is replaced, so that its revision never decreases.
    replacing: Mutex<()>,
}

/// An object that a revision of the policy changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ChangedObject {
    /// A user's status, assignments or direct grants.
    User(UserId),
    /// A role, its grants or its inheritance.
    Role(RoleId),
    /// A permission.
    Permission(PermissionId),
    /// A separation-of-duty constraint or its roles.
    Constraint(ConstraintId),
    /// Any object: everything is to be read again.
    Everything,
}

/// What a revision changed, for the feed.
#[derive(Debug)]
pub(crate) struct FeedRevision {
    pub(crate) number: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) changed: Vec<ChangedObject>,
}

/// A new policy and how it differs from the one that it was made from.
#[derive(Debug)]
pub(crate) struct PolicyUpdate {
    pub(crate) base: Arc<Policy>,
    pub(crate) policy: Arc<Policy>,
    /// Objects that differ between the two, users included.
    pub(crate) touched: Vec<ChangedObject>,
}

impl PolicyUpdate {
    /// Whether it makes a new revision.
    pub(crate) fn is_change(&self) -> bool {
        self.policy.revision() != self.base.revision()
    }

    /// Whether it concerns the rights of a user by themselves.
    pub(crate) fn concerns(&self, user: UserId) -> bool {
        self.touched
            .iter()
            .any(|touched| matches!(*touched, ChangedObject::Everything) || *touched == ChangedObject::User(user))
    }

    /// Adds the update that follows this one.
    pub(crate) fn extend(&mut self, next: Self) {
        self.policy = next.policy;
        self.touched.extend(next.touched);
    }
}

impl Current {
    /// Reads the policy from the database.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn load(database: &Database) -> Result<Self> {
        let freshness = Freshness::new();
        let start = freshness.start();
        let transaction = snapshot(database.background()).await?;
        let policy = store::policy::policy(&transaction).await?;
        transaction.commit().await?;
        freshness.confirm(start);
        Ok(Self {
            known: watch::Sender::new(policy.revision()),
            policy: ArcSwap::from_pointee(policy),
            subjects: SubjectCache::new(),
            freshness,
            wake: Notify::new(),
            replacing: Mutex::new(()),
        })
    }

    /// The current policy.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        self.policy.load_full()
    }

    /// Makes a policy the current one and removes the subjects that differ from the cache. A policy older than the current
    /// one is dropped; its subjects are removed all the same.
    pub(crate) fn succeed(&self, successor: PolicyUpdate) {
        let PolicyUpdate { base, policy, touched } = successor;
        // First, since a change that sees the policy takes the subjects in memory for those of its revision.
        self.remove_subjects(&touched);
        {
            let _replacing = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
            let current = self.policy.load();
            // When the current policy is still the base, a lower revision means that a backup was restored.
            if Arc::ptr_eq(&current, &base) || policy.revision() > current.revision() {
                self.policy.store(policy);
            }
        }
        self.known.send_replace(self.policy.load().revision());
    }

    /// Updates the current policy, `base`, to `revision`, as read by a transaction that holds a policy lock.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn catch_up<C: Connection>(&self, connection: &C, base: Arc<Policy>, revision: u64) -> Result<()> {
        if revision != base.revision()
            && let Some((policy, touched)) = store::policy::catch_up(connection, &base).await?
        {
            self.succeed(PolicyUpdate { base, policy: policy.into(), touched });
        }
        Ok(())
    }

    /// Updates the current policy, `base`, to the one of a snapshot; returns its revision.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn catch_up_to<C: Connection>(&self, snapshot: &C, base: Arc<Policy>) -> Result<u64> {
        let revision = store::policy::revision(snapshot).await?;
        self.catch_up(snapshot, base, revision).await?;
        Ok(revision)
    }

    fn remove_subjects(&self, touched: &[ChangedObject]) {
        if touched.contains(&ChangedObject::Everything) {
            return self.subjects.clear();
        }
        self.subjects.remove(touched.iter().filter_map(|touched| match touched {
            ChangedObject::User(user) => Some(*user),
            ChangedObject::Role(_)
            | ChangedObject::Permission(_)
            | ChangedObject::Constraint(_)
            | ChangedObject::Everything => None,
        }));
    }

    /// The revision of the current policy, and each later one.
    pub(crate) fn revisions(&self) -> watch::Receiver<u64> {
        self.known.subscribe()
    }

    /// Makes the follower read the change feed now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Service {
    /// The current policy.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.current.policy()
    }
}
