//! The write path: every write that can alter a decision goes through [`Service::change`], which locks the policy,
//! reads the caller's rights again, asks the engine, writes, audits, appends to the change feed and commits.
//!
//! INVARIANT: nothing else writes users' status, assignments, grants, roles, permissions, inheritance
//! or constraints. The policy lock orders changes, so that concurrent ones cannot together build a cycle, violate
//! a constraint or remove the last administrator. A refused change writes nothing but its audit entry.

mod author;
mod begin;
mod effect;
mod links;
mod queue;
mod reader;
mod refusal;
mod run;
mod separation;
mod settle;
mod stamp;
#[cfg(test)]
mod tests;
mod touch;
#[cfg(debug_assertions)]
mod verify;
mod version;

use crate::audit::{Act, Entry};
use crate::batch::Batch;
use crate::database::Transaction;
use crate::decisions::{ChangedObject, read_subjects};
use crate::impact::Impact;
use crate::revisions::DescriptionsBefore;
use crate::{Context, Error, Intent, Refusal, Result, Service, last_uses};
use author::Author;
use chrono::{DateTime, Utc};
use effect::Effect;
use engine::{PermanentHolders, Permit, PermitKind, Policy, Proposal, Subject, UserId, Violation};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) use links::{Directory, LinkPaths, Links, names};
pub(crate) use queue::Queue;
use queue::Turn;
pub(crate) use reader::Reader;
pub(crate) use refusal::separation;
pub use run::Changed;
use run::{Assessed, Foreseen};
pub(crate) use stamp::{OPERATOR, Stamp};
use touch::SeparationPaths;
pub(crate) use version::refuse_stale;

/// A change in progress: an open transaction that holds the policy lock, or a savepoint in one. Dropping it rolls back to
/// where it began. A preview only reads, from a snapshot, and holds no lock.
#[derive(Debug)]
pub(crate) struct Change<'s> {
    service: &'s Service,
    context: &'s Context,
    transaction: Transaction,
    policy: Arc<Policy>,
    author: Author,
    revision: u64,
    now: DateTime<Utc>,
    touched: FxHashSet<ChangedObject>,
    effect: Effect,
    descriptions: DescriptionsBefore,
    entries: Vec<Entry>,
    separation_paths: SeparationPaths,
    /// Permanent holders of system permissions before the change.
    holders: PermanentHolders,
    /// No other change of this process is in progress. Declared, and so dropped, after the transaction. A preview has none.
    turn: Option<Turn>,
}

impl<'s> Change<'s> {
    pub(crate) fn service(&self) -> &'s Service {
        self.service
    }

    pub(crate) fn context(&self) -> &'s Context {
        self.context
    }

    /// Whether nothing is to be written: the work ends once it has declared what it would do.
    pub(crate) fn is_preview(&self) -> bool {
        self.context.intent == Intent::Preview
    }

    /// The policy as of the lock, without this change.
    pub(crate) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The revision that the change makes, if it touches anything.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Time of the change.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Actor and time of the change, as rows keep them.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp::new(self.context, self.now)
    }

    /// An identifier for a new object.
    pub(crate) fn next_id<Id: From<Uuid>>(&self) -> Id {
        self.service.ids.next(self.now).into()
    }

    /// The author of the change, with the rights held as of the lock.
    pub(crate) fn author(&self) -> &Author {
        &self.author
    }

    /// Asks the engine's rules of administration; a violation becomes a refusal at `path`.
    ///
    /// # Errors
    /// `HIERARCHY_CYCLE`, `IMMUTABLE`, `SOD_VIOLATION` or `BEYOND_AUTHORITY`.
    pub(crate) fn permit(&self, proposal: Proposal<'_>, path: &[&str]) -> Result<Permit> {
        self.author.permit(proposal).map_err(|refusal| refusal.at(path.iter().copied()).into())
    }

    /// Checks authority over each id of a list, so that a refusal names its index. It permits nothing: other
    /// rules concern the list as a whole.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` at, for example, `["roleIds", "3"]`.
    pub(crate) fn require_authority<'a, Id: Copy + Eq + Hash>(
        &self,
        batch: &'a Batch<Id>,
        proposal: impl Fn(&'a Id) -> Proposal<'a>,
    ) -> Result<()> {
        let authority = self.author.authority();
        batch.require_each(|id| match id.map(|id| (id, authority.permit(proposal(id)))) {
            Some((id, Err(violation @ Violation::BeyondAuthority { .. }))) => {
                Err(self.author.refusal(proposal(id), violation))
            }
            _ => Ok(()),
        })?;
        Ok(())
    }

    /// Requires a permission of the caller beyond that of the guard, for an input that has the effect of another
    /// mutation.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission, at `path`.
    pub(crate) fn require(&self, permission: &str, path: &[&str]) -> Result<()> {
        self.require_permission(permission).map_err(|refusal| refusal.at(path.iter().copied()).into())
    }

    /// Requires a permission of the author, as [`require`](Self::require) does. Unless this is a preview, it is a use of the
    /// permission.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission.
    pub(crate) fn require_permission(&self, permission: &str) -> Result<(), Refusal> {
        self.author.require(permission)?;
        if let Some(caller) = self.author.session().filter(|_| !self.is_preview()) {
            last_uses::record(self.service, caller, permission, self.now);
        }
        Ok(())
    }

    /// Whether `user`, with all roles active, holds `permission` and would be permitted what it proposed earlier.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn would_permit(&self, user: UserId, permission: &str, proposal: Proposal<'_>) -> Result<bool> {
        let Some(subject) = read_subjects(&self.transaction, &[user]).await?.pop() else { return Ok(false) };
        let is_allowed = self.policy.check(&subject, permission, self.now).allowed;
        Ok(is_allowed && self.policy.authority(&subject, self.now).permit(proposal).is_ok())
    }

    /// Users with their assignments and grants, as the transaction reads them; unknown users are left out.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be read.
    pub(crate) async fn subjects(&self, users: &[UserId]) -> Result<FxHashMap<UserId, Subject>> {
        let subjects = read_subjects(&self.transaction, users).await?;
        Ok(subjects.into_iter().map(|subject| (subject.user, subject)).collect())
    }

    /// One user, known to exist, with assignments and grants.
    ///
    /// # Errors
    /// As [`subjects`](Self::subjects).
    pub(crate) async fn subject(&self, user: UserId) -> Result<Subject> {
        let subject = read_subjects(&self.transaction, &[user]).await?.pop();
        subject.ok_or_else(|| Error::Internal("a user disappeared within a transaction".into()))
    }

    /// The transaction, to read with.
    pub(crate) fn read(&self) -> &Transaction {
        &self.transaction
    }

    /// The transaction, to write with. A write names the kind of permit that it takes.
    ///
    /// # Errors
    /// [`Error::Internal`] when `permit` is of another kind, and in a preview.
    pub(crate) fn write(&self, permit: &Permit, kind: PermitKind) -> Result<&Transaction> {
        self.write_all(permit, &[kind])
    }

    /// The transaction, for a write that takes permits of several kinds.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(crate) fn write_all(&self, permit: &Permit, kinds: &[PermitKind]) -> Result<&Transaction> {
        match kinds.iter().find(|kind| !permit.covers(**kind)) {
            None if self.is_preview() => Err(Error::Internal("a preview cannot write".into())),
            None => Ok(&self.transaction),
            Some(kind) => Err(Error::Internal(format!("a write without a permit of kind {kind:?}").into())),
        }
    }

    /// Adds an entry to the audit log. Its action, and its target and reason unless the entry has its own, are
    /// those of the act.
    pub(crate) fn record(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Judges, assesses, audits and commits what was written; a preview and a change that recorded nothing are rolled back.
    async fn finish(self, act: &Act, assessed: Assessed) -> Result<Impact> {
        if self.touched.is_empty() && self.entries.is_empty() {
            self.transaction.rollback().await?;
            return Ok(Impact::default());
        }
        let (service, context) = (self.service, self.context);
        let mut settled = self.settle().await?;
        let impact = match assessed {
            Assessed::Yes => settled.assess(service).await?,
            Assessed::No => Impact::default(),
        };
        settled.end(service, context, act).await?;
        Ok(impact)
    }
}
