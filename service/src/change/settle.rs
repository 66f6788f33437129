//! The end of a change: touched rows are stamped, and the new policy is built and judged. Then it is left to be committed.

use super::queue::{Complete, Turn};
use super::{Change, refusal};
use crate::audit::{self, Act, Entry, Intent};
use crate::database::Transaction;
use crate::decisions::{ChangedObject, FeedRevision, PolicyUpdate, permanent_holders, policy_after};
use crate::store::policy::PolicyUpdateError;
use crate::store::{roles, users};
use crate::{Context, Error, Result, Service};
use engine::Policy;
use std::sync::Arc;
use uuid::Uuid;

pub(super) use crate::store::CHUNK;

/// A change that lacks only its audit entries and the commit.
#[derive(Debug)]
pub(super) struct Settled {
    transaction: Transaction,
    change: Complete,
    entries: Vec<Entry>,
    turn: Turn,
}

impl Change<'_> {
    /// Stamps what was touched, and judges the policy after the change.
    pub(super) async fn settle(mut self) -> Result<Settled> {
        if self.touched.is_empty() {
            let policy = Arc::clone(&self.policy);
            return Ok(self.settled(policy, Vec::new()));
        }
        self.stamp_roles().await?;
        self.stamp_users().await?;
        let touched = self.touched();
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
        engine::check_lock_out(&self.policy, &self.holders, &policy, &holders_after)
            .map_err(|violation| Error::from(self.author.effect_refusal(&policy, violation)))?;
        self.holders = holders_after;
        Ok(self.settled(Arc::new(policy), touched))
    }

    fn settled(self, policy: Arc<Policy>, touched: Vec<ChangedObject>) -> Settled {
        let Self { transaction, entries, turn, policy: base, holders, revision, now, .. } = self;
        let feed = (!touched.is_empty()).then(|| FeedRevision { number: revision, at: now, changed: touched.clone() });
        let update = PolicyUpdate { base, policy, touched };
        Settled { transaction, change: Complete { update, holders, feed }, entries, turn }
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
    /// Commits with the audit entries, or rolls back what is only rehearsed.
    pub(super) async fn end(self, service: &Service, context: &Context, act: &Act) -> Result<()> {
        match act.intent {
            Intent::Commit => {
                let events = audit::events_of(service, context, act, self.entries);
                self.turn.leave(self.transaction, self.change, events, &context.progress).await
            }
            Intent::Rehearse => Ok(self.transaction.rollback().await?),
        }
    }
}
