//! Roles as the API shows them.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use crate::graphql::audit::{AuditEvent, AuditEventConnection};
use crate::graphql::connection::{self, Total, connection};
use crate::graphql::constraints::SodConstraint;
use crate::graphql::context::{authority_at, request};
use crate::graphql::entity::{Entity, NodeRef, Owned};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::permissions::{Permission, RolePermission};
use crate::graphql::scalars::DateTime;
use crate::graphql::users::{User, UserConnection};
use async_graphql::{Context, ID, Object, Result};
use engine::{Policy, RoleFacts, RoleId};
use service::audit::AuditFilter;
use service::page::{Direction, PageArguments, PageRequest};
use service::roles::{self, Role as Row, RoleFilter, RoleOrder};
use service::users::{UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// A page of roles.
    RoleConnection,
    /// One of the roles, with its cursor.
    RoleEdge,
    Entity<Role>
}

/// A role: what decisions rest on comes from the policy in memory; what is said about it is read when
/// a field asks for it.
#[derive(Clone, Debug)]
pub struct Role {
    id: RoleId,
    policy: Arc<Policy>,
    row: Option<Arc<Row>>,
}

impl Role {
    /// A role by id, or nothing when the policy has none of that id.
    pub fn find(policy: &Arc<Policy>, id: RoleId) -> Option<Self> {
        policy.role(id).map(|_| Self::of_policy(policy, id))
    }

    /// A role that the policy names itself.
    pub fn of_policy(policy: &Arc<Policy>, id: RoleId) -> Self {
        Self { id, policy: Arc::clone(policy), row: None }
    }

    /// A role that was read.
    pub fn of_row(row: impl Into<Arc<Row>>, policy: Arc<Policy>) -> Self {
        let row = row.into();
        Self { id: row.id, policy, row: Some(row) }
    }

    /// Roles that the policy names, in the order given.
    pub fn all(policy: &Arc<Policy>, ids: impl IntoIterator<Item = RoleId>) -> Vec<Entity<Self>> {
        ids.into_iter().filter_map(|id| Self::find(policy, id)).map(Entity).collect()
    }

    /// A page of the roles that the filter lets through.
    pub async fn list(
        ctx: &Context<'_>,
        filter: RoleFilter,
        order: RoleOrder,
        page: &PageRequest,
    ) -> Result<RoleConnection> {
        let request = request(ctx);
        let found = roles::page(&request.service, &filter, order, page).await.map_err(to_graphql)?;
        let found = found.map(|row| Entity(Self::of_row(row, Arc::clone(&request.policy))));
        let filter = Arc::new(filter);
        let count = move |service| {
            let filter = Arc::clone(&filter);
            async move { roles::count(&service, &filter).await }
        };
        Ok(RoleConnection::new(found, Total::counted(count)))
    }

    fn facts(&self) -> Result<&RoleFacts> {
        self.policy.role(self.id).ok_or_else(|| gone("role"))
    }

    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<Row>> {
        match &self.row {
            Some(row) => Ok(Arc::clone(row)),
            None => request(ctx).loaders.role(self.id).await?.ok_or_else(|| gone("role")),
        }
    }
}

impl Owned for Role {
    const TYPE: EntityType = EntityType::Role;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// A named set of permissions. A role inherits everything of the roles it inherits from; whoever has it is authorised for those too.
#[Object(directive = visible_to::apply("role:read"))]
impl Role {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Role, self.id.uuid())
    }

    /// Unique name, as used in tokens and guards: made like permission names; unique without regard to case.
    async fn name(&self) -> Result<&str> {
        match &self.row {
            Some(row) => Ok(&row.name),
            None => Ok(self.facts()?.name.as_str()),
        }
    }

    /// What it is for.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.row(ctx).await?.description.clone())
    }

    /// Built in; cannot be deleted or renamed.
    async fn is_system(&self) -> Result<bool> {
        match &self.row {
            Some(row) => Ok(row.is_system),
            None => Ok(self.facts()?.is_system),
        }
    }

    /// Given to every new account?
    async fn is_default(&self) -> Result<bool> {
        match &self.row {
            Some(row) => Ok(row.is_default),
            None => Ok(self.facts()?.is_default),
        }
    }

    /// Left inactive at login until asked for, for roles one should not carry around.
    async fn requires_activation(&self) -> Result<bool> {
        match &self.row {
            Some(row) => Ok(row.requires_activation),
            None => Ok(self.facts()?.requires_activation),
        }
    }

    /// When it was made.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.created_at))
    }

    /// When it, its grants or its inheritance last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.updated_at))
    }

    /// Grows with each change, for `expectedVersion`.
    async fn version(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.row(ctx).await?.version)
    }

    /// May the caller change this role, without exceeding its own authority?
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> bool {
        authority_at(ctx, &self.policy).is_some_and(|authority| authority.may_manage_role(self.id).is_ok())
    }

    /// May the caller assign it, without exceeding its own authority?
    async fn viewer_can_assign(&self, ctx: &Context<'_>) -> bool {
        authority_at(ctx, &self.policy).is_some_and(|authority| authority.may_assign(self.id).is_ok())
    }

    /// Granted to this role itself.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn permissions(&self) -> Result<Option<Vec<Entity<Permission>>>> {
        Ok(Some(Permission::all(&self.policy, self.policy.granted_permissions(self.id))))
    }

    /// Its own and all inherited ones, each with its source.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn effective_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<RolePermission>>> {
        let held = self.policy.role_permissions(self.id);
        request(ctx).afford(held.len())?;
        let held = held.into_iter().map(|held| RolePermission::new(self.id, held, Arc::clone(&self.policy)));
        Ok(Some(held.collect()))
    }

    /// Actions the role allows on one resource.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn operations_on(&self, resource: String) -> Option<Vec<String>> {
        let held = self.policy.permissions_of_role(self.id);
        Some(Permission::actions(&self.policy, &held, &resource))
    }

    /// Roles it inherits from, one step.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn inherits_from(&self) -> Result<Option<Vec<Entity<Role>>>> {
        Ok(Some(Self::all(&self.policy, self.facts()?.inherits_from.iter().copied())))
    }

    /// Roles that inherit from it, one step.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn inherited_by(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherited_by(self.id)))
    }

    /// All roles it inherits from, any number of steps.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn inherits_from_all(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherits_from_all(self.id)))
    }

    /// All roles that inherit from it: who else gets what is granted here.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn inherited_by_all(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherited_by_all(self.id)))
    }

    /// Users it is assigned to.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn assigned_users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<UserConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = UserFilter { assigned_role: Some(self.id), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Users who have it, by assignment or through a role that inherits it.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn authorized_users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<UserConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = UserFilter { authorized_role: Some(self.id), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Constraints that name it.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraints(&self) -> Option<Vec<Entity<SodConstraint>>> {
        Some(SodConstraint::all(&self.policy, self.policy.constraints_of(self.id)))
    }

    /// Changes of the role, its grants and its assignments.
    #[graphql(directive = has_permission::apply("audit:read"))]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<AuditEventConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = AuditFilter { involving: Some(self.id.uuid()), ..AuditFilter::default() };
        AuditEvent::list(ctx, filter, Direction::Descending, &page).await.map(Some)
    }
}
