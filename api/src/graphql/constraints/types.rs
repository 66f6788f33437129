//! GraphQL types of separation-of-duty constraints.

use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, inherit, visible_to_others};
use crate::graphql::id::{self, EntityType};
use crate::graphql::impact::number;
use crate::graphql::loaders::gone;
use crate::graphql::permissions::Permission;
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
    /// Static separation of duty, over the roles that a user is authorized for, or the permissions that a user holds by any
    /// path.
    Static,
    /// Dynamic separation of duty, over the roles that are active in a session, or the permissions that it holds by active
    /// roles and by direct grants, which are always active.
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

/// Separation-of-duty constraint. No user (STATIC) or session (DYNAMIC) may have `limit` or more of its roles, inherited
/// roles included, or of its permissions, by whatever path. What `superadmin` holds by rule does not count.
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

    /// Number of the roles or permissions that may not be reached: at least 2, at most their number.
    async fn limit(&self) -> Result<usize> {
        Ok(self.facts()?.limit)
    }

    /// Conflicting roles. Empty for a constraint over permissions.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Result<Vec<Entity<Role>>> {
        Ok(Role::all(&self.policy, self.facts()?.roles.iter().copied()))
    }

    /// Conflicting permissions, by whatever path they are held. Empty for a constraint over roles.
    #[graphql(directive = inherit::apply())]
    async fn permissions(&self) -> Result<Vec<Entity<Permission>>> {
        Ok(Permission::all(&self.policy, self.facts()?.permissions.iter().copied()))
    }

    /// Number of users who bypass the constraint by direct grants: they hold what as many of its roles as the limit hold,
    /// without being authorized for that many. Assignments and grants count that are valid now. Always 0 for a constraint
    /// over permissions.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn bypassed_by_count(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let users = service::users::bypassing_users(&request(ctx).service, &self.policy, self.facts()?, 0).await;
        Ok(Some(number(users.map_err(to_graphql)?.count)))
    }

    /// Time at which the constraint was created.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.created_at))
    }
}
