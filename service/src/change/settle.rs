//! The end of a change: touched rows are stamped, and the new policy is built and judged. Then it is left to be committed.

use super::effect::Effect;
use super::queue::{Complete, Turn};
use super::{Change, Foreseen, refusal};
use crate::audit::{self, Act, Entry};
use crate::database::Transaction;
use crate::decisions::{ChangedObject, FeedRevision, PolicyUpdate, permanent_holders, policy_after, policy_with};
use crate::impact::{Assessment, Impact};
use crate::review::Step;
use crate::revisions::{self, PolicyRevision};
use crate::store::policy::PolicyUpdateError;
use crate::store::{roles, users};
use crate::{Context, Error, Result, Service};
use chrono::{DateTime, Utc};
use engine::{PermanentHolders, Policy, UserId};
use std::sync::Arc;
use uuid::Uuid;

pub(super) use crate::store::CHUNK;

/// A change that lacks only its audit entries and the commit.
#[derive(Debug)]
pub(super) struct Settled {
    transaction: Transaction,
    change: Complete,
    effect: Effect,
    entries: Vec<Entry>,
    turn: Option<Turn>,
    now: DateTime<Utc>,
}

impl Change<'_> {
    /// Stamps what was touched, and judges the policy after the change.
    pub(super) async fn settle(mut self) -> Result<Settled> {
        if self.touched.is_empty() {
            let policy = Arc::clone(&self.policy);
            return Ok(self.settled(policy, Vec::new()));
        }
        if !self.is_preview() {
            self.stamp_roles().await?;
            self.stamp_users().await?;
        }
        let touched = self.touched();
        let policy = self.policy_after(&touched).await?;
        self.check_default_roles(&policy)?;
        self.check_separation(&policy).await?;
        self.holders = self.check_lock_out(&policy).await?;
        if !self.is_preview() {
            self.record_revision(&policy, &touched).await?;
        }
        Ok(self.settled(Arc::new(policy), touched))
    }

    /// The object of a preview with its refusals and its impact: all rules are judged, also when one is violated. Facts that
    /// make no valid policy have no impact.
    pub(super) async fn foresee<T>(self, object: T) -> Result<Foreseen<T>> {
        let (service, touched) = (self.service, self.touched());
        let mut refusals = Vec::new();
        let policy = match self.policy_after(&touched).await {
            Err(Error::Refused(refusals)) => return Ok(Foreseen { object, refusals, impact: Impact::default() }),
            policy => policy?,
        };
        let judged = [
            self.check_default_roles(&policy),
            self.check_separation(&policy).await,
            self.check_lock_out(&policy).await.map(drop),
        ];
        for judged in judged {
            match judged {
                Err(Error::Refused(refused)) => refusals.extend(refused),
                judged => judged?,
            }
        }
        let impact = self.settled(Arc::new(policy), touched).assess(service).await?;
        Ok(Foreseen { object, refusals, impact })
    }

    fn check_default_roles(&self, policy: &Policy) -> Result<()> {
        engine::check_default_roles(&self.policy, policy)
            .map_err(|violation| self.with_separation_path(None, self.author.effect_refusal(policy, violation).into()))
    }

    /// Returns the permanent holders after the change.
    async fn check_lock_out(&self, policy: &Policy) -> Result<PermanentHolders> {
        let holders_after = self.holders_after(policy).await?;
        engine::check_lock_out(&self.policy, &self.holders, policy, &holders_after)
            .map_err(|violation| Error::from(self.author.effect_refusal(policy, violation)))?;
        Ok(holders_after)
    }

    /// The policy after the change: with what the change declared, or as read again when it declared less than it touched.
    async fn policy_after(&self, touched: &[ChangedObject]) -> Result<Policy> {
        let policy = match self.effect.describes(touched) {
            true => policy_with(&self.policy, self.effect.changes(self.revision)).await,
            false if self.is_preview() => return Err(Error::Internal("a preview declares all that it touches".into())),
            false => policy_after(&self.transaction, &self.policy, touched, self.revision()).await,
        };
        #[cfg(debug_assertions)]
        if let Ok(policy) = &policy {
            self.verify(policy, touched).await?;
        }
        policy.map_err(|error| match error {
            PolicyUpdateError::Invalid(error) => {
                self.with_separation_path(None, refusal::of_facts(&self.policy, self.author.reader(), error))
            }
            PolicyUpdateError::Unread(error) => error,
        })
    }

    /// The policy with all that was declared so far.
    ///
    /// # Errors
    /// Those of the facts, as refusals.
    pub(crate) async fn policy_as_declared(&self) -> Result<Policy> {
        self.policy_after(&self.touched()).await
    }

    /// The permanent holders after the change. A preview has written nothing: what its users will hold is added to what
    /// others hold.
    async fn holders_after(&self, policy: &Policy) -> Result<PermanentHolders> {
        if !self.is_preview() {
            return permanent_holders(&self.transaction, policy, &[], self.now).await;
        }
        let users: Vec<UserId> = self.effect.subjects().iter().map(|subject| subject.user).collect();
        let mut holders = permanent_holders(&self.transaction, policy, &users, self.now).await?;
        self.effect.add_permanent(&mut holders, self.now);
        Ok(holders)
    }

    fn settled(self, policy: Arc<Policy>, touched: Vec<ChangedObject>) -> Settled {
        let Self { transaction, effect, entries, turn, policy: base, holders, revision, now, .. } = self;
        let feed = (!touched.is_empty()).then(|| FeedRevision { number: revision, at: now, changed: touched.clone() });
        let update = PolicyUpdate { base, policy, touched };
        Settled { transaction, change: Complete { update, holders, feed }, effect, entries, turn, now }
    }

    /// Records what undoes the change, as far as it is one of roles, permissions and constraints.
    async fn record_revision(&self, policy: &Policy, touched: &[ChangedObject]) -> Result<()> {
        let revision = PolicyRevision {
            id: self.next_id(),
            number: self.revision,
            at: self.now,
            by: self.context.user_id(),
            summary: audit::summary_of(&self.entries),
        };
        revisions::record(&self.transaction, revision, [&self.policy, policy], touched, &self.descriptions).await
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
    /// Works out the impact, which the audit entry of the change keeps.
    pub(super) async fn assess(&mut self, service: &Service) -> Result<Impact> {
        let update = &self.change.update;
        let assessment = Assessment {
            step: Step { before: &update.base, after: &update.policy, now: self.now },
            roles: self.effect.roles(),
            permissions: self.effect.permissions(),
            users: self.effect.users(),
        };
        let mut impact = assessment.impact(service, &self.transaction).await?;
        impact.sessions_affected += self.effect.ended_sessions();
        if let Some(entry) = self.entries.first_mut() {
            entry.impact = Some(impact.clone());
        }
        Ok(impact)
    }

    /// Commits with the audit entries, or ends a preview.
    pub(super) async fn end(self, service: &Service, context: &Context, act: &Act) -> Result<()> {
        match self.turn {
            Some(turn) => {
                let events = audit::events_of(service, context, act, self.entries);
                turn.leave(self.transaction, self.change, events, &context.progress).await
            }
            None => Ok(self.transaction.rollback().await?),
        }
    }
}
