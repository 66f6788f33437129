//! The end of a change: what was touched is stamped and announced, the new policy is built and
//! judged, and both the database and the memory move on to it.

use super::{Change, refusal};
use crate::audit::Entry;
use crate::decisions::{Successor, Touched, feed_rows, policy_after, set_revision, to_stored};
use crate::{Error, Refusal, Result, Service};
use engine::LastingHolders;
use entity::{role, user};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// Ids in one statement; SQLite bounds how many values can be bound.
pub(super) const CHUNK: usize = 500;

/// A change that lacks only its audit entries and the commit.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) transaction: DatabaseTransaction,
    pub(super) entries: Vec<Entry>,
    /// The policy it makes; `None` when it touched nothing that decisions depend on.
    successor: Option<Successor>,
}

impl Change {
    /// Stamps and announces what was touched, and judges the policy that comes of it.
    pub(super) async fn settle(self, before: &LastingHolders) -> Result<Settled> {
        if self.touched.is_empty() {
            return Ok(Settled { transaction: self.transaction, entries: self.entries, successor: None });
        }
        self.stamp_roles().await?;
        self.stamp_users().await?;
        let touched: Vec<Touched> = self.touched.iter().copied().collect();
        feed_rows(&self.transaction, &touched, (self.revision, self.now)).await?;
        set_revision(&self.transaction, self.revision).await?;

        let policy = policy_after(&self.transaction, &self.policy, &touched, self.revision()).await?;
        let policy = policy.map_err(|error| self.at_fault(None, refusal::of_facts(&self.policy, error)))?;
        self.keeps_apart(&policy).await?;
        let after = self.holders(&policy).await?;
        let kept = engine::keeps_holders((&self.policy, before), (&policy, &after));
        kept.map_err(|violation| Error::from(Refusal::from(violation)))?;
        let successor = Successor { base: self.policy, policy: Arc::new(policy), touched };
        Ok(Settled { transaction: self.transaction, entries: self.entries, successor: Some(successor) })
    }

    /// Counts the versions of touched roles on. A role written with this change's revision is left
    /// as it was written.
    async fn stamp_roles(&self) -> Result<()> {
        use role::Column;
        let roles: Vec<Uuid> = self.touched.iter().filter_map(role_of).collect();
        for roles in roles.chunks(CHUNK) {
            let update = role::Entity::update_many()
                .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                .col_expr(Column::Revision, Expr::value(to_stored(self.revision)))
                .col_expr(Column::UpdatedAt, Expr::value(self.now))
                .filter(Column::Id.is_in(roles.iter().copied()))
                .filter(Column::Revision.lt(to_stored(self.revision)));
            update.exec(&self.transaction).await?;
        }
        Ok(())
    }

    async fn stamp_users(&self) -> Result<()> {
        use user::Column;
        let users: Vec<Uuid> = self.touched.iter().filter_map(user_of).collect();
        for users in users.chunks(CHUNK) {
            let update = user::Entity::update_many()
                .col_expr(Column::Revision, Expr::value(to_stored(self.revision)))
                .col_expr(Column::UpdatedAt, Expr::value(self.now))
                .filter(Column::Id.is_in(users.iter().copied()));
            update.exec(&self.transaction).await?;
        }
        Ok(())
    }
}

fn role_of(touched: &Touched) -> Option<Uuid> {
    match touched {
        Touched::Role(role) => Some(role.uuid()),
        Touched::User(_) | Touched::Permission(_) | Touched::Constraint(_) | Touched::Everything => None,
    }
}

pub(super) fn user_of(touched: &Touched) -> Option<Uuid> {
    match touched {
        Touched::User(user) => Some(user.uuid()),
        Touched::Role(_) | Touched::Permission(_) | Touched::Constraint(_) | Touched::Everything => None,
    }
}

impl Settled {
    /// Commits, brings the memory of this replica up to date, and wakes the others. Once begun it is
    /// finished, also when nobody waits for it any more: memory must not lag behind what is durable.
    /// The door stays shut until then, so that the next change finds the policy in memory.
    pub(super) async fn commit(self, service: &Service, door: OwnedMutexGuard<()>) -> Result<()> {
        let (current, denylist) = (Arc::clone(&service.current), Arc::clone(&service.denylist));
        let committed = tokio::spawn(async move {
            self.transaction.commit().await?;
            if let Some(successor) = self.successor {
                let revision = successor.policy.revision();
                current.succeed(successor);
                denylist.announce_policy(revision);
            }
            drop(door);
            Ok(())
        });
        committed.await.unwrap_or_else(|error| Err(Error::Internal(error.into())))
    }
}
