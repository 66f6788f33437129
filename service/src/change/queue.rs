//! The order of the changes of this process, and the transactions that they share.
//!
//! Changes of assignments and direct grants that wait for another one join its transaction, each behind a savepoint, and are
//! committed together: the group waits for the policy lock once and for the disk once. A change that is not completed ends
//! its group, and what was complete before it is committed.

use crate::audit::{self, Events};
use crate::database::{Database, Transaction, confirm_open, mark_open, savepoint};
use crate::decisions::{Current, FeedRevision, PolicyUpdate, append_to_feed, set_revision};
use crate::sessions::Denylist;
use crate::{Busy, Error, Progress, Result};
use engine::{PermanentHolders, Policy, UserId};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::time::{Instant, timeout_at};

/// Longest wait of a change for others, in this process and in others; shorter than the time of a response.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Time after its first complete change after which a group is committed: other processes wait for it, and on SQLite all who write.
const MAX_AGE: Duration = Duration::from_millis(50);
/// Most changes in a group. PostgreSQL keeps up to 64 savepoints of a transaction in fast memory.
const MAX_MEMBERS: usize = 32;

/// Orders the changes of this process, first come, first served.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// The group that the next change may join. Locked by the change in progress.
    open: Arc<Mutex<Option<Group>>>,
    current: Arc<Current>,
    denylist: Arc<Denylist>,
    max_members: usize,
}

/// Changes that are complete except for their common commit.
#[derive(Debug)]
struct Group {
    transaction: Transaction,
    update: PolicyUpdate,
    holders: PermanentHolders,
    /// Entries of the change feed and of the audit log, which none of these changes reads: they are written before the
    /// commit.
    feed: Vec<FeedRevision>,
    events: Events,
    members: Vec<Member>,
    max_members: usize,
    opened: Instant,
    /// Whether a change has ever joined.
    is_marked: bool,
    /// Whether a change has joined and is not complete.
    is_joined: bool,
}

/// A change that is complete except for its commit.
#[derive(Debug)]
pub(super) struct Complete {
    /// The policy after the change; the same as before when it touched nothing that decisions depend on.
    pub(super) update: PolicyUpdate,
    /// The permanent holders after the change.
    pub(super) holders: PermanentHolders,
    /// What it changed; `None` when it touched nothing.
    pub(super) feed: Option<FeedRevision>,
}

/// A change of a group, which waits for the commit.
#[derive(Debug)]
struct Member {
    progress: Progress,
    committed: oneshot::Sender<Result<()>>,
}

/// The turn of one change: no other change of this process is in progress.
#[derive(Debug)]
pub(super) struct Turn {
    /// Where the change begins in the transaction of a group. Declared, and so rolled back, before the turn ends.
    pub(super) savepoint: Option<Transaction>,
    queue: Queue,
    open: OwnedMutexGuard<Option<Group>>,
    is_shared: bool,
    /// End of the time for the policy lock.
    pub(super) deadline: Instant,
}

impl Queue {
    pub(crate) fn new(database: &Database, current: Arc<Current>, denylist: Arc<Denylist>) -> Self {
        // After some errors MariaDB ends the whole transaction by itself, and what follows is committed statement by
        // statement.
        let max_members = if database.keeps_savepoints() { MAX_MEMBERS } else { 1 };
        Self { open: Arc::default(), current, denylist, max_members }
    }

    /// Waits for earlier changes of this process, and joins their group if there is one and the change is to be shared.
    ///
    /// # Errors
    /// [`Busy`] when earlier changes take too long; [`Error::Unavailable`] when the group cannot be joined.
    pub(super) async fn enter(&self, is_shared: bool) -> Result<Turn> {
        let deadline = Instant::now() + TIMEOUT;
        let open = timeout_at(deadline, Arc::clone(&self.open).lock_owned()).await.map_err(|_| Busy)?;
        let turn = Turn { savepoint: None, queue: self.clone(), open, is_shared, deadline };
        if turn.open.is_none() {
            return Ok(turn);
        }
        // In a task of its own, which no cancelled request interrupts.
        let joined = tokio::spawn(turn.join());
        joined.await.unwrap_or_else(|error| Err(Error::Internal(error.into())))
    }

    /// Commits the open group after all changes that wait now.
    async fn close_last(self) {
        let mut open = Arc::clone(&self.open).lock_owned().await;
        self.close(&mut open).await;
    }

    /// Commits the open group, brings the memory of this replica up to date, and notifies the others.
    async fn close(&self, open: &mut Option<Group>) {
        let Some(group) = open.take() else { return };
        if let Err(error) = group.write().await {
            return fail(group.members, error);
        }
        let Group { transaction, update, members, .. } = group;
        if let Err(error) = transaction.commit().await {
            return fail(members, error.into());
        }
        let (revision, is_changed) = (update.policy.revision(), update.is_change());
        self.current.succeed(update);
        if is_changed {
            self.denylist.announce_policy(revision);
        }
        members.into_iter().for_each(Member::succeed);
    }
}

impl Turn {
    /// Joins the open group, or commits it when it takes no more.
    async fn join(mut self) -> Result<Self> {
        let Some(mut group) = self.open.take_if(|group| self.is_shared && !group.is_full()) else {
            self.queue.close(&mut self.open).await;
            return Ok(self);
        };
        match group.join().await {
            Ok(savepoint) => {
                *self.open = Some(group);
                self.savepoint = Some(savepoint);
                Ok(self)
            }
            Err(error) => {
                group.give_up();
                Err(error)
            }
        }
    }

    /// The policy after the changes of the group that was joined.
    pub(super) fn policy(&self) -> Option<Arc<Policy>> {
        self.open.as_ref().map(|group| Arc::clone(&group.update.policy))
    }

    /// The permanent holders after the changes of the group that was joined.
    pub(super) fn holders(&self) -> Option<PermanentHolders> {
        self.open.as_ref().map(|group| group.holders.clone())
    }

    /// Whether a change of the group that was joined concerns this user.
    pub(super) fn concerns(&self, user: UserId) -> bool {
        self.open.as_ref().is_some_and(|group| group.update.concerns(user))
    }

    /// Leaves a complete change to be committed, alone or with those that wait for it, and waits for the commit. It
    /// goes on when the request is cancelled: memory must not lag behind the database.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be written.
    pub(super) async fn leave(
        self,
        transaction: Transaction,
        change: Complete,
        events: Events,
        progress: &Progress,
    ) -> Result<()> {
        progress.begin();
        let (committed, outcome) = oneshot::channel();
        let member = Member { progress: progress.clone(), committed };
        tokio::spawn(self.add(transaction, change, events, member));
        outcome.await.unwrap_or_else(|_| Err(Error::Internal("a commit was abandoned".into())))
    }

    async fn add(mut self, transaction: Transaction, change: Complete, events: Events, member: Member) {
        let Some(mut group) = self.open.take() else {
            let max_members = if self.is_shared { self.queue.max_members } else { 1 };
            *self.open = Some(Group::new(transaction, change, events, member, max_members));
            let Self { queue, open, .. } = self;
            drop(open);
            return queue.close_last().await;
        };
        match transaction.commit().await {
            Ok(()) => {
                group.add(change, events, member);
                *self.open = Some(group);
            }
            Err(error) => {
                fail(vec![member], error.into());
                group.give_up();
            }
        }
    }
}

/// Cause of the failure of a change by another one.
const GROUP_FAILED: &str = "the transaction of several changes could not be committed";

impl Group {
    fn new(transaction: Transaction, first: Complete, events: Events, member: Member, max_members: usize) -> Self {
        let Complete { update, holders, feed } = first;
        Self {
            transaction,
            update,
            holders,
            feed: feed.into_iter().collect(),
            events,
            members: vec![member],
            max_members,
            opened: Instant::now(),
            is_marked: false,
            is_joined: false,
        }
    }

    /// Begins a change in the transaction.
    async fn join(&mut self) -> Result<Transaction> {
        if !self.is_marked {
            mark_open(&self.transaction).await?;
            self.is_marked = true;
        }
        let savepoint = savepoint(&self.transaction).await?;
        self.is_joined = true;
        Ok(savepoint)
    }

    fn add(&mut self, next: Complete, events: Events, member: Member) {
        self.update.extend(next.update);
        self.holders = next.holders;
        self.feed.extend(next.feed);
        self.events.append(events);
        self.members.push(member);
        self.is_joined = false;
    }

    /// Rolls the group back.
    fn give_up(self) {
        fail(self.members, Error::Unavailable(GROUP_FAILED.into()));
    }

    /// Whether it takes no more changes. After one that was not completed, the driver may be wrong about the transaction.
    fn is_full(&self) -> bool {
        self.is_joined || self.members.len() >= self.max_members || self.opened.elapsed() >= MAX_AGE
    }

    /// Writes what is left to write before the commit, if the transaction is still the one in which the changes were made.
    /// Some errors end it although the driver does not notice: SQLite then commits each further statement by itself, and
    /// PostgreSQL accepts the commit but rolls back. The last statement fails in such a transaction, the first one in no
    /// transaction.
    async fn write(&self) -> Result<()> {
        if self.is_marked {
            confirm_open(&self.transaction).await?;
        }
        append_to_feed(&self.transaction, &self.feed).await?;
        audit::insert(&self.events, &self.transaction).await?;
        set_revision(&self.transaction, self.update.policy.revision()).await
    }
}

impl Member {
    fn succeed(self) {
        self.progress.committed();
        // A cancelled request receives nothing.
        self.committed.send(Ok(())).ok();
    }
}

/// Tells the members of a group that it failed; the first one learns the cause.
fn fail(members: Vec<Member>, error: Error) {
    let others = std::iter::repeat_with(|| Error::Unavailable(GROUP_FAILED.into()));
    for (member, error) in members.into_iter().zip(std::iter::once(error).chain(others)) {
        member.committed.send(Err(error)).ok();
    }
}
