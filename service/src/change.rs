//! The one door for change. Every write that can alter a decision goes through [`Service::change`]:
//! begin → lock the policy revision row → load the facts the rule needs → ask the engine → write →
//! append the audit events → append to the change feed and bump the revision → commit → announce.
//!
//! INVARIANT: nothing else writes users' status, assignments, grants, roles, permissions or
//! inheritance. Two concurrent changes cannot together build a cycle or remove the last
//! administrator, because the lock orders them. A refused change writes nothing but its audit event.

use crate::audit::{Entry, Target};
use crate::{Context, Result, Service};
use chrono::{DateTime, Utc};
use engine::{PermissionId, Permit, Policy, RoleId, UserId};
use sea_orm::DatabaseTransaction;
use std::sync::Arc;

/// What is about to be done, known before it is tried, so that a refusal can be audited too.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// As in the audit log, for example `role.create`.
    pub(crate) action: &'static str,
    /// What it is done to.
    pub(crate) target: Target,
    /// Why, as given by the actor.
    pub(crate) reason: Option<String>,
}

/// A change under way: an open transaction that holds the policy lock.
#[derive(Debug)]
pub(crate) struct Change {
    transaction: DatabaseTransaction,
    policy: Arc<Policy>,
    revision: u64,
    now: DateTime<Utc>,
    // … touched things, audit entries
}

impl Change {
    /// The policy as it was when the lock was taken.
    pub(crate) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The revision this change makes, if it touches anything.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// When the change is made.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Asks the engine's rules on the shape of the policy (cycles, built-in things) and turns a
    /// violation into a refusal at `path`.
    pub(crate) fn permit(&self, change: engine::Change<'_>, path: &[&str]) -> Result<Permit> {
        let _ = (change, path);
        todo!()
    }

    /// The transaction to read with.
    pub(crate) fn read(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The transaction to write with; asks for the proof that the change may be made.
    pub(crate) fn write(&self, _permit: &Permit) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Notes that a role, its grants or its inheritance changed: its version, revision and time of
    /// change are brought up to date before the commit, and every replica reads it again.
    pub(crate) fn touch_role(&mut self, role: RoleId) {
        let _ = role;
        todo!()
    }

    /// Notes that a user's status, assignments or direct grants changed.
    pub(crate) fn touch_user(&mut self, user: UserId) {
        let _ = user;
        todo!()
    }

    /// Notes that a permission came, changed or went.
    pub(crate) fn touch_permission(&mut self, permission: PermissionId) {
        let _ = permission;
        todo!()
    }

    /// Notes that so much changed that everything is to be read again.
    pub(crate) fn touch_everything(&mut self) {
        todo!()
    }

    /// Adds an entry to the audit log, with the act's action, target and reason unless it names its own.
    pub(crate) fn record(&mut self, entry: Entry) {
        let _ = entry;
        todo!()
    }
}

impl Service {
    /// Makes a change: all of it or none of it. `work` is given the open change and gives it back;
    /// when it recorded and touched nothing, nothing is written. A refusal is audited as denied.
    ///
    /// ```ignore
    /// service.change(ctx, Act::new("role.delete", target), |mut change| async move {
    ///     let permit = change.permit(engine::Change::DeleteRole(role), &["id"])?;
    ///     store::delete(change.write(&permit), role).await?;
    ///     change.touch_role(role);
    ///     change.record(Entry::done("…").before(…));
    ///     Ok((change, ()))
    /// }).await
    /// ```
    pub(crate) async fn change<T, F, Fut>(&self, ctx: &Context, act: Act, work: F) -> Result<T>
    where
        T: Send,
        F: FnOnce(Change) -> Fut + Send,
        Fut: Future<Output = Result<(Change, T)>> + Send,
    {
        let _ = (ctx, act, work);
        todo!()
    }
}
