//! GraphQL types of revisions.

use crate::graphql::connection::connection;
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, NodeRef, Visible};
use crate::graphql::guard::directives::{inherit, visible_to_others};
use crate::graphql::id::{self, EntityType};
use crate::graphql::policies::number;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use engine::RevisionId;
use service::revisions::PolicyRevision as RevisionRecord;
use std::sync::Arc;

connection! {
    /// Page of a list of revisions.
    PolicyRevisionConnection,
    /// Revision in a list, with its cursor.
    PolicyRevisionEdge,
    Entity<PolicyRevision>
}

/// A past revision of the policy.
#[derive(Clone, Debug)]
pub struct PolicyRevision(Arc<RevisionRecord>);

impl PolicyRevision {
    /// A revision from its record.
    #[must_use]
    pub fn of_record(record: impl Into<Arc<RevisionRecord>>) -> Self {
        Self(record.into())
    }

    /// The revision with this id, if there is one.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: RevisionId) -> Result<Option<Self>> {
        Ok(request(ctx).loaders.revision(id).await?.map(Self))
    }
}

impl NodeObject for PolicyRevision {
    const TYPE: EntityType = EntityType::PolicyRevision;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.0.id.uuid(), owner: None }
    }
}

/// Past state of the policy: its roles, permissions and constraints after a change of them. Changes of users alone make no
/// revision of this list. Revisions are deleted at the age of audit events.
#[Object(directive = visible_to_others::apply("policy:read"))]
impl PolicyRevision {
    /// Global id of the revision.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::PolicyRevision, self.0.id.uuid())
    }

    /// Revision of the policy after the change. Numbers grow; those of changes of users alone are not in the list.
    async fn number(&self) -> i32 {
        number(self.0.number)
    }

    /// Time of the change.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// User who made the change. Null for the operator and the service itself, and when the caller may not see the user.
    #[graphql(directive = inherit::apply())]
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<Visible<User>>> {
        match self.0.by {
            Some(user) => Ok(User::find(ctx, user).await?.map(|user| Visible(Entity(user)))),
            None => Ok(None),
        }
    }

    /// Summary of the change in one sentence.
    async fn summary(&self) -> &str {
        &self.0.summary
    }
}
