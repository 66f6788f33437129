//! The policy in force, swapped whole; the subjects in use; how fresh both are.

use super::cache::SubjectCache;
use super::fresh::Freshness;
use super::load;
use crate::database::snapshot;
use crate::{Database, Error, Result, Service};
use arc_swap::ArcSwap;
use engine::{ConstraintId, PermissionId, Policy, RoleId, UserId};
use sea_orm::ConnectionTrait;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedMutexGuard, watch};

/// How long a change waits for those before it in this process.
const DOOR_WAIT: Duration = Duration::from_secs(5);

/// What this replica decides by.
#[derive(Debug)]
pub struct Current {
    policy: ArcSwap<Policy>,
    pub(super) subjects: SubjectCache,
    pub(super) freshness: Freshness,
    /// The revision of `policy`, for those who wait for one.
    pub(super) known: watch::Sender<u64>,
    /// Rouses whoever follows the feed.
    pub(super) wake: Notify,
    /// One change at a time goes through the door; waiting is first come, first served.
    door: Arc<tokio::sync::Mutex<()>>,
    /// Held while `policy` is swapped, so that it never goes back.
    swapping: Mutex<()>,
}

/// What a revision of the policy touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Touched {
    /// A user's status, assignments or direct grants.
    User(UserId),
    /// A role, its grants or its inheritance.
    Role(RoleId),
    /// A permission.
    Permission(PermissionId),
    /// A separation-of-duty constraint or its roles.
    Constraint(ConstraintId),
    /// Everything is to be read again.
    Everything,
}

/// A policy that is to come into force, and how it came about.
#[derive(Debug)]
pub(crate) struct Successor {
    /// What it was made from.
    pub(crate) base: Arc<Policy>,
    /// The policy.
    pub(crate) policy: Arc<Policy>,
    /// What differs between the two, subjects included.
    pub(crate) touched: Vec<Touched>,
}

impl Current {
    /// Reads the policy from the database.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be read.
    pub(crate) async fn load(database: &Database) -> Result<Self> {
        let freshness = Freshness::new();
        let began = freshness.now();
        let transaction = snapshot(database.background()).await?;
        let policy = load::policy(&transaction).await?;
        transaction.commit().await?;
        freshness.mark(began);
        Ok(Self {
            known: watch::Sender::new(policy.revision()),
            policy: ArcSwap::from_pointee(policy),
            subjects: SubjectCache::new(),
            freshness,
            wake: Notify::new(),
            door: Arc::default(),
            swapping: Mutex::new(()),
        })
    }

    /// The policy in force.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        self.policy.load_full()
    }

    /// Waits for the door for changes and holds it open for one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when changes before it take too long.
    pub(crate) async fn enter(&self) -> Result<OwnedMutexGuard<()>> {
        let door = Arc::clone(&self.door).lock_owned();
        let waited = tokio::time::timeout(DOOR_WAIT, door).await;
        waited.map_err(|_| Error::Unavailable("other changes take too long".into()))
    }

    /// Puts a policy into force and forgets the subjects that differ. A policy that was overtaken
    /// meanwhile stays out, but its subjects are forgotten all the same.
    pub(crate) fn succeed(&self, successor: Successor) {
        let Successor { base, policy, touched } = successor;
        {
            let _swapping = self.swapping.lock().unwrap_or_else(PoisonError::into_inner);
            let current = self.policy.load();
            // From an unchanged base even an older one counts: a backup was restored.
            if Arc::ptr_eq(&current, &base) || policy.revision() > current.revision() {
                self.policy.store(policy);
            }
        }
        self.forget(&touched);
        self.known.send_replace(self.policy.load().revision());
    }

    /// Brings the policy in force, `base`, up to `revision`, which a transaction that keeps it from
    /// changing has read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when what changed cannot be read.
    pub(crate) async fn catch_up<C: ConnectionTrait>(
        &self,
        connection: &C,
        (base, revision): (Arc<Policy>, u64),
    ) -> Result<()> {
        if revision != base.revision()
            && let Some((policy, touched)) = load::catch_up(connection, &base).await?
        {
            self.succeed(Successor { base, policy: policy.into(), touched });
        }
        Ok(())
    }

    fn forget(&self, touched: &[Touched]) {
        if touched.contains(&Touched::Everything) {
            return self.subjects.forget_all();
        }
        self.subjects.forget(touched.iter().filter_map(|touched| match touched {
            Touched::User(user) => Some(*user),
            Touched::Role(_) | Touched::Permission(_) | Touched::Constraint(_) | Touched::Everything => None,
        }));
    }

    /// Has the feed read at once, because someone said that there is something new.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Service {
    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.current.policy()
    }
}
