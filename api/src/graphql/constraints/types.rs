//! GraphQL types of separation-of-duty constraints.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::guard::directives::{inherit, visible_to_others};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::{Constraint, ConstraintId, Policy};
use service::constraints::Constraint as ConstraintRecord;
use std::sync::Arc;

/// A constraint. Attributes that decisions depend on come from the policy in memory; others are read on demand.
#[derive(Clone, Debug)]
pub struct SodConstraint {
    id: ConstraintId,
    policy: Arc<Policy>,
    record: Option<Arc<ConstraintRecord>>,
}

/// Kinds of separation of duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "engine::ConstraintKind")]
pub enum SodKind {
    /// Static separation of duty, over the roles that a user is authorized for.
    Static,
    /// Dynamic separation of duty, over the roles that are active in a session.
    Dynamic,
}

impl SodConstraint {
    /// The constraint with this id, if the policy has one.
    pub fn find(policy: &Arc<Policy>, id: ConstraintId) -> Option<Self> {
        policy.constraint(id).map(|_| Self { id, policy: Arc::clone(policy), record: None })
    }

    /// A constraint with its record.
    pub fn of_record(record: ConstraintRecord, policy: Arc<Policy>) -> Self {
        Self { id: record.id, policy, record: Some(record.into()) }
    }

    /// Constraints of a policy, in the order given.
    pub fn all<'a>(
        policy: &'a Arc<Policy>,
        constraints: impl IntoIterator<Item = &'a Constraint>,
    ) -> Vec<Entity<Self>> {
        let constraint = |known: &Constraint| Entity(Self { id: known.id, policy: Arc::clone(policy), record: None });
        constraints.into_iter().map(constraint).collect()
    }

    fn facts(&self) -> Result<&Constraint> {
        self.policy.constraint(self.id).ok_or_else(|| gone("constraint"))
    }

    async fn record(&self, ctx: &Context<'_>) -> Result<Arc<ConstraintRecord>> {
        match &self.record {
            Some(record) => Ok(Arc::clone(record)),
            None => request(ctx).loaders.constraint(self.id).await?.ok_or_else(|| gone("constraint")),
        }
    }
}

impl NodeObject for SodConstraint {
    const TYPE: EntityType = EntityType::SodConstraint;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// Separation-of-duty constraint. No user (STATIC) or session (DYNAMIC) may have `limit` or more of its roles,
/// inherited roles included.
#[Object(directive = visible_to_others::apply("sod:read"))]
impl SodConstraint {
    /// Global id of the constraint.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::SodConstraint, self.id.uuid())
    }

    /// Name of the constraint, unique without regard to case.
    async fn name(&self) -> Result<&str> {
        Ok(&self.facts()?.name)
    }

    /// Description of the constraint.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.record(ctx).await?.description.clone())
    }

    /// Kind of separation of duty.
    async fn kind(&self) -> Result<SodKind> {
        Ok(self.facts()?.kind.into())
    }

    /// Number of the roles that may not be reached: at least 2, at most the number of roles.
    async fn limit(&self) -> Result<usize> {
        Ok(self.facts()?.limit)
    }

    /// Conflicting roles.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Result<Vec<Entity<Role>>> {
        Ok(Role::all(&self.policy, self.facts()?.roles.iter().copied()))
    }

    /// Time at which the constraint was created.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.created_at))
    }
}
