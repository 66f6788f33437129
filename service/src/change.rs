//! The one door for change. Every write that can alter a decision goes through [`Service::change`]:
//! begin → lock the policy revision row → read again who asks → load the facts the rule needs → ask the
//! engine → write → append the audit events → append to the change feed and bump the revision → commit → announce.
//!
//! INVARIANT: nothing else writes users' status, assignments, grants, roles, permissions, inheritance
//! or constraints. Two concurrent changes cannot together build a cycle, break a constraint or remove
//! the last administrator, because the lock orders them. A refused change writes nothing but its audit event.

mod act;
mod author;
mod refusal;
mod separation;
mod settle;
#[cfg(test)]
mod tests;

use crate::audit::{self, Entry};
use crate::batch::Batch;
use crate::decisions::{Touched, lasting_holders, locked_revision, stored_subjects};
use crate::{Context, Error, Result, Service, boxed};
use author::Author;
use chrono::{DateTime, Utc};
use engine::{ConstraintId, LastingHolders, PermissionId, Permit, Policy, RoleId, Subject, UserId, Violation};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::DatabaseTransaction;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

pub(crate) use act::Act;
pub(crate) use refusal::separation;

/// How long a change waits for those of other processes.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// A change under way: an open transaction that holds the policy lock. Dropped, it is undone.
#[derive(Debug)]
pub(crate) struct Change {
    transaction: DatabaseTransaction,
    policy: Arc<Policy>,
    author: Author,
    revision: u64,
    now: DateTime<Utc>,
    touched: FxHashSet<Touched>,
    entries: Vec<Entry>,
    blame: Blame,
}

/// What a change holds from the door on.
#[derive(Debug)]
struct Entrance {
    door: OwnedMutexGuard<()>,
    /// Who held what for good.
    before: LastingHolders,
}

/// Which argument is at fault when what was written brings roles together that are to be kept apart.
#[derive(Debug, Default)]
struct Blame {
    path: Vec<String>,
    users: FxHashMap<UserId, Vec<String>>,
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

    /// Who makes it, as of when the lock was taken.
    pub(crate) fn author(&self) -> &Author {
        &self.author
    }

    /// Asks the engine's rules of administration and turns a violation into a refusal at `path`.
    ///
    /// # Errors
    /// `HIERARCHY_CYCLE`, `IMMUTABLE`, `SOD_VIOLATION` or `BEYOND_AUTHORITY`.
    pub(crate) fn permit(&self, change: engine::Change<'_>, path: &[&str]) -> Result<Permit> {
        self.author.permit(change).map_err(|refusal| refusal.at(path.iter().copied()).into())
    }

    /// The same for one id of a list after the other, so that the refusal of what is beyond the author
    /// names its place. The change as a whole is still to be permitted.
    ///
    /// # Errors
    /// As [`permit`](Self::permit).
    pub(crate) fn permit_each<'a, Id: Copy + Eq + std::hash::Hash>(
        &self,
        batch: &'a Batch<Id>,
        change: impl Fn(&'a Id) -> engine::Change<'a>,
    ) -> Result<()> {
        let authority = self.author.authority();
        batch.require_each(|id| match authority.permit(change(id)) {
            // Shape is judged of the whole.
            Err(violation @ Violation::BeyondAuthority { .. }) => Err(self.author.refusal(change(id), violation)),
            Ok(_) | Err(_) => Ok(()),
        })?;
        Ok(())
    }

    /// Refuses whoever does not hold `permission`: for inputs that do what another mutation does.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission, at fault at `path`.
    pub(crate) fn require(&self, permission: &str, path: &[&str]) -> Result<()> {
        self.author.require(permission).map_err(|refusal| refusal.at(path.iter().copied()).into())
    }

    /// Would the rules permit `change` to somebody who is not asking now, with all roles that are theirs to
    /// activate, and would a guard that asks for `permission` let them in? For what they brought about earlier.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be read.
    pub(crate) async fn would_permit(
        &self,
        user: UserId,
        permission: &str,
        change: engine::Change<'_>,
    ) -> Result<bool> {
        let Some(subject) = stored_subjects(&self.transaction, &[user]).await?.pop() else { return Ok(false) };
        let is_let_in = self.policy.check(&subject, permission, self.now).allowed;
        Ok(is_let_in && self.policy.authority(&subject, self.now).permit(change).is_ok())
    }

    /// What users hold in all, seen from inside the change; unknown users are left out.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be read.
    pub(crate) async fn subjects(&self, users: &[UserId]) -> Result<FxHashMap<UserId, Subject>> {
        let subjects = stored_subjects(&self.transaction, users).await?;
        Ok(subjects.into_iter().map(|subject| (subject.user, subject)).collect())
    }

    /// The same for one user, who is known to exist.
    ///
    /// # Errors
    /// As [`subjects`](Self::subjects).
    pub(crate) async fn subject(&self, user: UserId) -> Result<Subject> {
        let subject = stored_subjects(&self.transaction, &[user]).await?.pop();
        subject.ok_or_else(|| Error::Internal("a user is gone within a transaction".into()))
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
    /// change are brought up to date before the commit, and every replica reads it again. With a role
    /// that goes, touch those that inherited from it and the users it was assigned to as well.
    pub(crate) fn touch_role(&mut self, role: RoleId) {
        self.touched.insert(Touched::Role(role));
    }

    /// Notes that a user's status, assignments or direct grants changed.
    pub(crate) fn touch_user(&mut self, user: UserId) {
        self.touched.insert(Touched::User(user));
    }

    /// Notes that a permission came, changed or went. With one that goes, touch the roles and users
    /// that held it as well: only what is touched is read again.
    pub(crate) fn touch_permission(&mut self, permission: PermissionId) {
        self.touched.insert(Touched::Permission(permission));
    }

    /// Notes that a separation-of-duty constraint or its roles changed, or that it came or went.
    pub(crate) fn touch_constraint(&mut self, constraint: ConstraintId) {
        self.touched.insert(Touched::Constraint(constraint));
    }

    /// Notes that so much changed that everything is to be read again.
    pub(crate) fn touch_everything(&mut self) {
        self.touched.insert(Touched::Everything);
    }

    /// Says which argument is at fault when what is written breaks separation of duty.
    pub(crate) fn blame(&mut self, path: &[&str]) {
        self.blame.path = path.iter().map(|&part| part.to_owned()).collect();
    }

    /// Says which argument is at fault when what is written breaks separation of duty for this user.
    pub(crate) fn blame_user(&mut self, user: UserId, path: Vec<String>) {
        self.blame.users.insert(user, path);
    }

    /// Adds an entry to the audit log, with the act's action, target and reason unless it names its own.
    pub(crate) fn record(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Opens a transaction, takes the lock, and sees to it that rules are judged on the true policy.
    async fn open(service: &Service, ctx: &Context) -> Result<Self> {
        let transaction = service.database.begin().await?;
        // Taken before the lock: whatever it knows is committed, so the transaction knows it as well.
        let base = service.policy();
        let revision = match tokio::time::timeout(LOCK_WAIT, locked_revision(&transaction)).await {
            Ok(revision) => revision?,
            Err(_) => return Err(Error::Unavailable("the changes of another process take too long".into())),
        };
        service.current.catch_up(&transaction, (base, revision)).await?;
        let (policy, now) = (service.policy(), service.now());
        let author = Author::read(ctx, &transaction, (Arc::clone(&policy), now)).await?;
        Ok(Self {
            transaction,
            policy,
            author,
            revision: revision + 1,
            now,
            touched: FxHashSet::default(),
            entries: Vec::new(),
            blame: Blame::default(),
        })
    }

    /// Who holds what for good, seen from inside the change.
    async fn holders(&self, policy: &Policy) -> Result<LastingHolders> {
        lasting_holders(&self.transaction, policy, self.now).await
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
    ///
    /// # Errors
    /// Those of `work`; `HIERARCHY_CYCLE`, `SOD_VIOLATION` and `WOULD_LOCK_OUT` when what it wrote amounts to that;
    /// [`Error::Unauthenticated`] or [`Error::Forbidden`] when the caller was signed out, barred or
    /// stripped while it waited;
    /// [`Error::Unavailable`] when the database or the lock is not to be had.
    pub(crate) async fn change<T, F, Fut>(&self, ctx: &Context, act: Act, work: F) -> Result<T>
    where
        T: Send,
        F: FnOnce(Change) -> Fut + Send,
        Fut: Future<Output = Result<(Change, T)>> + Send,
    {
        let outcome = self.try_change(ctx, &act, work).await;
        if let Err(error @ (Error::Refused(_) | Error::Forbidden { .. })) = &outcome {
            audit::record_attempt(self, ctx, &act, error).await?;
        }
        outcome
    }

    async fn try_change<T, F, Fut>(&self, ctx: &Context, act: &Act, work: F) -> Result<T>
    where
        T: Send,
        F: FnOnce(Change) -> Fut + Send,
        Fut: Future<Output = Result<(Change, T)>> + Send,
    {
        let (change, entrance) = self.enter(ctx).await?;
        let (change, value) = work(change).await?;
        self.leave((ctx, act), change, entrance).await?;
        Ok(value)
    }

    #[boxed]
    async fn enter(&self, ctx: &Context) -> Result<(Change, Entrance)> {
        let door = self.current.enter().await?;
        let change = Change::open(self, ctx).await?;
        let before = change.holders(&change.policy).await?;
        Ok((change, Entrance { door, before }))
    }

    #[boxed]
    async fn leave(&self, (ctx, act): (&Context, &Act), change: Change, entrance: Entrance) -> Result<()> {
        if change.touched.is_empty() && change.entries.is_empty() {
            change.transaction.rollback().await?;
            return Ok(());
        }
        let settled = change.settle(&entrance.before).await?;
        audit::write(self, ctx, act, &settled.entries, &settled.transaction).await?;
        settled.commit(self, entrance.door).await
    }
}
