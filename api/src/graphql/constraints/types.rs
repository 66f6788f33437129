//! Constraints as the API shows them.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeRef, Owned};
use crate::graphql::guard::directives::{inherit, visible_to_others};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::{Constraint, ConstraintId, Policy};
use service::constraints::Constraint as Row;
use std::sync::Arc;

/// A constraint: what it forbids comes from the policy in memory; what is said about it is read when a
/// field asks for it.
#[derive(Clone, Debug)]
pub struct SodConstraint {
    id: ConstraintId,
    policy: Arc<Policy>,
    row: Option<Arc<Row>>,
}

/// Kinds of separation of duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "engine::ConstraintKind")]
pub enum SodKind {
    /// Over the roles a user is authorised for.
    Static,
    /// Over the roles active in one session.
    Dynamic,
}

impl SodConstraint {
    /// A constraint by id, or nothing when the policy has none of that id.
    pub fn find(policy: &Arc<Policy>, id: ConstraintId) -> Option<Self> {
        policy.constraint(id).map(|_| Self { id, policy: Arc::clone(policy), row: None })
    }

    /// A constraint that was read.
    pub fn of_row(row: Row, policy: Arc<Policy>) -> Self {
        Self { id: row.id, policy, row: Some(row.into()) }
    }

    /// Constraints of a policy, in the order given.
    pub fn all<'a>(
        policy: &'a Arc<Policy>,
        constraints: impl IntoIterator<Item = &'a Constraint>,
    ) -> Vec<Entity<Self>> {
        let constraint = |known: &Constraint| Entity(Self { id: known.id, policy: Arc::clone(policy), row: None });
        constraints.into_iter().map(constraint).collect()
    }

    fn facts(&self) -> Result<&Constraint> {
        self.policy.constraint(self.id).ok_or_else(|| gone("constraint"))
    }

    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<Row>> {
        match &self.row {
            Some(row) => Ok(Arc::clone(row)),
            None => request(ctx).loaders.constraint(self.id).await?.ok_or_else(|| gone("constraint")),
        }
    }
}

impl Owned for SodConstraint {
    const TYPE: EntityType = EntityType::SodConstraint;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// No user (STATIC) or session (DYNAMIC) may have `limit` or more of these roles, inherited ones counted.
#[Object(directive = visible_to_others::apply("sod:read"))]
impl SodConstraint {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::SodConstraint, self.id.uuid())
    }

    /// Unique name.
    async fn name(&self) -> Result<&str> {
        Ok(&self.facts()?.name)
    }

    /// Which risk it guards against.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.row(ctx).await?.description.clone())
    }

    /// Static or dynamic.
    async fn kind(&self) -> Result<SodKind> {
        Ok(self.facts()?.kind.into())
    }

    /// The number that may not be reached; at least 2, at most the number of roles.
    async fn limit(&self) -> Result<usize> {
        Ok(self.facts()?.limit)
    }

    /// The conflicting roles.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Result<Vec<Entity<Role>>> {
        Ok(Role::all(&self.policy, self.facts()?.roles.iter().copied()))
    }

    /// When it was made.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.created_at))
    }
}
