//! The start of a change: its turn, its transaction and the rights of its author.

use super::Change;
use super::author::Author;
use super::effect::Effect;
use super::queue::Turn;
use super::touch::SeparationPaths;
use crate::audit::Act;
use crate::database::{Transaction, snapshot};
use crate::decisions::{locked_revision, permanent_holders, subject_in_memory};
use crate::revisions::DescriptionsBefore;
use crate::{Busy, Context, Intent, Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::{PermanentHolders, Policy};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// What a change begins with.
struct Start {
    transaction: Transaction,
    policy: Arc<Policy>,
    author: Author,
    holders: PermanentHolders,
    turn: Option<Turn>,
    now: DateTime<Utc>,
}

impl<'s> Change<'s> {
    /// Waits for the turn of the change, and reads the rights of its author.
    #[boxed]
    pub(super) async fn begin(service: &'s Service, context: &'s Context, act: &Act) -> Result<Self> {
        if context.intent == Intent::Preview {
            return Self::preview(service, context).await;
        }
        let mut turn = service.changes.enter(act.is_shared).await?;
        let (transaction, policy) = match (turn.savepoint.take(), turn.policy()) {
            (Some(savepoint), Some(policy)) => (savepoint, policy),
            _ => (lock_policy(service, turn.deadline).await?, service.policy()),
        };
        let now = service.now();
        let known = context.user_id().filter(|&user| !turn.concerns(user));
        let known = known.and_then(|user| subject_in_memory(service, user));
        let author = Author::read(context, &transaction, Arc::clone(&policy), known, now).await?;
        let holders = match turn.holders() {
            Some(holders) => holders,
            None => permanent_holders(&transaction, &policy, &[], now).await?,
        };
        let start = Start { transaction, policy, author, holders, turn: Some(turn), now };
        Ok(Self::new(service, context, start))
    }

    fn new(service: &'s Service, context: &'s Context, start: Start) -> Self {
        let Start { transaction, policy, author, holders, turn, now } = start;
        Self {
            service,
            context,
            transaction,
            revision: policy.revision() + 1,
            policy,
            author,
            now,
            touched: FxHashSet::default(),
            effect: Effect::default(),
            descriptions: DescriptionsBefore::default(),
            entries: Vec::new(),
            separation_paths: SeparationPaths::default(),
            holders,
            turn,
        }
    }

    /// Reads what a change would begin with, from a snapshot.
    async fn preview(service: &'s Service, context: &'s Context) -> Result<Self> {
        let base = service.policy();
        let transaction = snapshot(service.database.connection()).await?;
        service.current.catch_up_to(&transaction, base).await?;
        let (policy, now) = (service.policy(), service.now());
        let author = Author::read(context, &transaction, Arc::clone(&policy), None, now).await?;
        let holders = permanent_holders(&transaction, &policy, &[], now).await?;
        let start = Start { transaction, policy, author, holders, turn: None, now };
        Ok(Self::new(service, context, start))
    }
}

/// Opens a transaction, takes the policy lock, and brings the policy in memory up to date.
async fn lock_policy(service: &Service, deadline: Instant) -> Result<Transaction> {
    let transaction = service.database.begin_shared().await?;
    // Read before the lock is taken: the transaction is then at least as new as this policy.
    let base = service.policy();
    let revision = timeout_at(deadline, locked_revision(&transaction)).await.map_err(|_| Busy)??;
    service.current.catch_up(&transaction, base, revision).await?;
    Ok(transaction)
}
