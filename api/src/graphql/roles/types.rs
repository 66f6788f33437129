//! GraphQL types of roles.

use crate::graphql::audit::{AuditEvent, AuditEventConnection};
use crate::graphql::connection::{self, Total, connection};
use crate::graphql::constraints::SodConstraint;
use crate::graphql::context::{authority_at, request};
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::permissions::{Permission, PermissionPattern, RolePermission};
use crate::graphql::scalars::DateTime;
use crate::graphql::users::{User, UserConnection};
use async_graphql::{Context, ID, Object, Result};
use engine::{KnownRole, Policy, RoleId};
use service::audit::AuditFilter;
use service::page::{Direction, PageArguments, PageRequest};
use service::roles::{self, Role as RoleRecord, RoleFilter, RoleOrder};
use service::users::{UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// Page of a list of roles.
    RoleConnection,
    /// Role in a list, with its cursor.
    RoleEdge,
    Entity<Role>
}

/// A role. Attributes that decisions depend on come from the policy in memory; others are read on demand.
#[derive(Clone, Debug)]
pub struct Role {
    id: RoleId,
    policy: Arc<Policy>,
    record: Option<Arc<RoleRecord>>,
}

impl Role {
    /// The role with this id, if the policy has one.
    pub fn find(policy: &Arc<Policy>, id: RoleId) -> Option<Self> {
        policy.role(id).map(|_| Self::of_policy(policy, id))
    }

    /// A role of the policy, not checked for existence.
    pub fn of_policy(policy: &Arc<Policy>, id: RoleId) -> Self {
        Self { id, policy: Arc::clone(policy), record: None }
    }

    /// A role with its record.
    pub fn of_record(record: impl Into<Arc<RoleRecord>>, policy: Arc<Policy>) -> Self {
        let record = record.into();
        Self { id: record.id, policy, record: Some(record) }
    }

    /// The roles with these ids, in the same order; unknown ids are left out.
    pub fn all(policy: &Arc<Policy>, ids: impl IntoIterator<Item = RoleId>) -> Vec<Entity<Self>> {
        ids.into_iter().filter_map(|id| Self::find(policy, id)).map(Entity).collect()
    }

    /// A page of the roles that match the filter.
    pub async fn list(
        ctx: &Context<'_>,
        filter: RoleFilter,
        order: RoleOrder,
        page: &PageRequest,
    ) -> Result<RoleConnection> {
        let request = request(ctx);
        let found = roles::page(&request.service, &filter, order, page).await.map_err(to_graphql)?;
        let found = found.map(|record| Entity(Self::of_record(record, Arc::clone(&request.policy))));
        let filter = Arc::new(filter);
        let count = move |service| {
            let filter = Arc::clone(&filter);
            async move { roles::count(&service, &filter).await }
        };
        Ok(RoleConnection::new(found, Total::counted(count)))
    }

    fn facts(&self) -> Result<&KnownRole> {
        self.policy.role(self.id).ok_or_else(|| gone("role"))
    }

    async fn record(&self, ctx: &Context<'_>) -> Result<Arc<RoleRecord>> {
        match &self.record {
            Some(record) => Ok(Arc::clone(record)),
            None => request(ctx).loaders.role(self.id).await?.ok_or_else(|| gone("role")),
        }
    }
}

impl NodeObject for Role {
    const TYPE: EntityType = EntityType::Role;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// Named set of permissions. A role also holds the permissions of the roles that it inherits from, and its users are
/// authorized for those roles too.
#[Object(directive = visible_to::apply("role:read"))]
impl Role {
    /// Global id of the role.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Role, self.id.uuid())
    }

    /// Name of the role, as used in tokens and guards: 1 to 255 printable ASCII characters, as in `PermissionName`;
    /// unique without regard to case.
    async fn name(&self) -> Result<&str> {
        match &self.record {
            Some(record) => Ok(&record.name),
            None => Ok(self.facts()?.name.as_str()),
        }
    }

    /// Description of the role.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.record(ctx).await?.description.clone())
    }

    /// Whether the role is built in. Built-in roles cannot be renamed or deleted.
    async fn is_system(&self) -> Result<bool> {
        match &self.record {
            Some(record) => Ok(record.is_system),
            None => Ok(self.facts()?.is_system),
        }
    }

    /// Whether the role is assigned to every new account.
    async fn is_default(&self) -> Result<bool> {
        match &self.record {
            Some(record) => Ok(record.is_default),
            None => Ok(self.facts()?.is_default),
        }
    }

    /// Whether the role stays inactive at login until it is activated.
    async fn requires_activation(&self) -> Result<bool> {
        match &self.record {
            Some(record) => Ok(record.requires_activation),
            None => Ok(self.facts()?.requires_activation),
        }
    }

    /// Time at which the role was created.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.created_at))
    }

    /// Time at which the role, its grants or its inheritance last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.record(ctx).await?.updated_at))
    }

    /// Version of the role, incremented by each change, for `expectedVersion`.
    async fn version(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.record(ctx).await?.version)
    }

    /// Whether the caller's authority covers changing the role. Guards apply in addition.
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> bool {
        authority_at(ctx, &self.policy).is_some_and(|authority| authority.may_manage_role(self.id).is_ok())
    }

    /// Whether the caller's authority covers assigning the role. Guards apply in addition.
    async fn viewer_can_assign(&self, ctx: &Context<'_>) -> bool {
        authority_at(ctx, &self.policy).is_some_and(|authority| authority.may_assign(self.id).is_ok())
    }

    /// Permissions granted to the role itself. Inherited permissions and what its patterns match are not included.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn permissions(&self) -> Result<Option<Vec<Entity<Permission>>>> {
        Ok(Some(Permission::all(&self.policy, self.policy.granted_permissions(self.id))))
    }

    /// Patterns granted to the role itself, sorted. Each is open-ended: the role also holds matching permissions that are
    /// registered later.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn permission_patterns(&self) -> Option<Vec<PermissionPattern>> {
        let patterns = self.policy.granted_patterns(self.id).into_iter();
        Some(patterns.map(|pattern| PermissionPattern::new(pattern, Arc::clone(&self.policy))).collect())
    }

    /// Permissions held by the role, by patterns and inheritance too, each with its source (RolePermissions).
    #[graphql(directive = self_or::apply("role:read"))]
    async fn effective_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<RolePermission>>> {
        let held = self.policy.role_permissions(self.id);
        request(ctx).reserve(held.len())?;
        let held = held.into_iter().map(|held| RolePermission::new(self.id, held, Arc::clone(&self.policy)));
        Ok(Some(held.collect()))
    }

    /// Actions on one resource that the role allows, inherited permissions included, sorted (RoleOperationsOnObject).
    #[graphql(directive = self_or::apply("role:read"))]
    async fn operations_on(&self, resource: String) -> Option<Vec<String>> {
        let held = self.policy.permissions_of_role(self.id);
        Some(Permission::actions(&self.policy, &held, &resource))
    }

    /// Roles that the role inherits from immediately.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn inherits_from(&self) -> Result<Option<Vec<Entity<Role>>>> {
        let id = self.facts()?.id;
        Ok(Some(Self::all(&self.policy, self.policy.inherits_from(id))))
    }

    /// Roles that inherit from the role immediately.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn inherited_by(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherited_by(self.id)))
    }

    /// Roles that the role inherits from, immediately or through other roles.
    #[graphql(directive = self_or::apply("role:read"))]
    async fn inherits_from_all(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherits_from_all(self.id)))
    }

    /// Roles that inherit from the role, immediately or through other roles.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn inherited_by_all(&self) -> Option<Vec<Entity<Role>>> {
        Some(Self::all(&self.policy, self.policy.inherited_by_all(self.id)))
    }

    /// Users with the role assigned, newest first (AssignedUsers).
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
        let filter = UserFilter { assigned_role: Some(Some(self.id)), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Users authorized for the role, by assignment or through a senior role, newest first (AuthorizedUsers).
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
        let filter = UserFilter { authorized_role: Some(Some(self.id)), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Separation-of-duty constraints that contain the role.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraints(&self) -> Option<Vec<Entity<SodConstraint>>> {
        Some(SodConstraint::all(&self.policy, self.policy.constraints_of(self.id)))
    }

    /// Audit events of the role, its grants and its assignments, newest first.
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
        let filter = AuditFilter { involving: Some(Some(self.id.uuid())), ..AuditFilter::default() };
        AuditEvent::list(ctx, filter, Direction::Descending, &page).await.map(Some)
    }
}
