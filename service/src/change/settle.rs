//! The end of a change: touched rows are stamped, the change feed is written, the new policy is built and judged,
//! and the database and the memory move on to it together.

use super::{Change, refusal};
use crate::audit::{Entry, Intent};
use crate::database::{Transaction, begin_commit};
use crate::decisions::{ChangedObject, PolicyUpdate, append_to_feed, permanent_holders, policy_after, set_revision};
use crate::store::policy::PolicyUpdateError;
use crate::store::{roles, users};
use crate::{Error, Progress, Result, Service};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

pub(super) use crate::store::CHUNK;

/// A change that lacks only its audit entries and the commit.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) transaction: Transaction,
    pub(super) entries: Vec<Entry>,
    /// The policy after the change; `None` when the change touched nothing that decisions depend on.
    successor: Option<PolicyUpdate>,
    process_lock: OwnedMutexGuard<()>,
}

impl Change<'_> {
    /// Stamps what was touched, appends to the change feed and judges the policy after the change.
    pub(super) async fn settle(self) -> Result<Settled> {
        if self.touched.is_empty() {
            return Ok(self.settled(None));
        }
        self.stamp_roles().await?;
        self.stamp_users().await?;
        let touched = self.touched();
        append_to_feed(&self.transaction, &touched, self.revision, self.now).await?;
        set_revision(&self.transaction, self.revision).await?;

        let policy = policy_after(&self.transaction, &self.policy, &touched, self.revision()).await;
        let policy = policy.map_err(|error| match error {
            PolicyUpdateError::Invalid(error) => {
                self.with_separation_path(None, refusal::of_facts(&self.policy, self.author.reader(), error))
            }
            PolicyUpdateError::Unread(error) => error,
        })?;
        engine::check_default_roles(&self.policy, &policy).map_err(|violation| {
            self.with_separation_path(None, self.author.effect_refusal(&policy, violation).into())
        })?;
        self.check_separation(&policy).await?;
        let holders_after = permanent_holders(&self.transaction, &policy, self.now).await?;
        engine::check_lock_out(&self.policy, &self.holders_before, &policy, &holders_after)
            .map_err(|violation| Error::from(self.author.effect_refusal(&policy, violation)))?;
        let successor = PolicyUpdate { base: Arc::clone(&self.policy), policy: Arc::new(policy), touched };
        Ok(self.settled(Some(successor)))
    }

    fn settled(self, successor: Option<PolicyUpdate>) -> Settled {
        let Self { transaction, entries, process_lock, .. } = self;
        Settled { transaction, entries, successor, process_lock }
    }

    /// Increments the versions of touched roles. A role written with this change's revision is left as it is.
    async fn stamp_roles(&self) -> Result<()> {
        let roles: Vec<Uuid> = self.touched.iter().filter_map(role_of).collect();
        roles::stamp(&self.transaction, &roles, self.revision, self.now).await
    }

    async fn stamp_users(&self) -> Result<()> {
        let users: Vec<Uuid> = self.touched.iter().filter_map(user_of).collect();
        users::stamp(&self.transaction, &users, self.revision, self.now).await
    }
}

fn role_of(touched: &ChangedObject) -> Option<Uuid> {
    match touched {
        ChangedObject::Role(role) => Some(role.uuid()),
        ChangedObject::User(_)
        | ChangedObject::Permission(_)
        | ChangedObject::Constraint(_)
        | ChangedObject::Everything => None,
    }
}

pub(super) fn user_of(touched: &ChangedObject) -> Option<Uuid> {
    match touched {
        ChangedObject::User(user) => Some(user.uuid()),
        ChangedObject::Role(_)
        | ChangedObject::Permission(_)
        | ChangedObject::Constraint(_)
        | ChangedObject::Everything => None,
    }
}

impl Settled {
    /// Commits, or rolls back what is only rehearsed.
    pub(super) async fn end(self, intent: Intent, service: &Service, progress: &Progress) -> Result<()> {
        match intent {
            Intent::Commit => self.commit(service, progress).await,
            Intent::Rehearse => Ok(self.transaction.rollback().await?),
        }
    }

    /// Commits, brings the memory of this replica up to date, and notifies the others. The task goes on when the
    /// request is cancelled, because memory must not lag behind the database, and holds the process lock until
    /// then, so that the next change finds the policy in memory.
    async fn commit(self, service: &Service, progress: &Progress) -> Result<()> {
        let (current, denylist) = (Arc::clone(&service.current), Arc::clone(&service.denylist));
        let Self { transaction, successor, process_lock, .. } = self;
        let commit = begin_commit(transaction, progress);
        let committed = tokio::spawn(async move {
            commit.await?;
            if let Some(successor) = successor {
                let revision = successor.policy.revision();
                current.succeed(successor);
                denylist.announce_policy(revision);
            }
            drop(process_lock);
            Ok(())
        });
        committed.await.unwrap_or_else(|error| Err(Error::Internal(error.into())))
    }
}
