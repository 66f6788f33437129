//! Permissions as the API shows them.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use crate::graphql::connection::{self, Total, connection};
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeRef, Owned};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::{User, UserConnection};
use async_graphql::{Context, ID, Object, Result};
use engine::{PermissionFacts, PermissionId, PermissionSet, Policy, RoleId};
use service::page::{PageArguments, PageRequest};
use service::permissions::{self, Permission as Row, PermissionFilter};
use service::users::{UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// A page of permissions.
    PermissionConnection,
    /// One of the permissions, with its cursor.
    PermissionEdge,
    Entity<Permission>
}

/// A permission: its name comes from the policy in memory; its description is read when asked for.
#[derive(Clone, Debug)]
pub struct Permission {
    id: PermissionId,
    policy: Arc<Policy>,
    row: Option<Arc<Row>>,
}

/// A permission that a role holds, and from which role it comes.
#[derive(Debug)]
pub struct RolePermission {
    role: RoleId,
    held: engine::RolePermission,
    policy: Arc<Policy>,
}

impl Permission {
    /// A permission by id, or nothing when the policy has none of that id.
    pub fn find(policy: &Arc<Policy>, id: PermissionId) -> Option<Self> {
        policy.permission(id).map(|_| Self::of_policy(policy, id))
    }

    /// A permission that the policy names itself.
    pub fn of_policy(policy: &Arc<Policy>, id: PermissionId) -> Self {
        Self { id, policy: Arc::clone(policy), row: None }
    }

    /// A permission that was read.
    pub fn of_row(row: impl Into<Arc<Row>>, policy: Arc<Policy>) -> Self {
        let row = row.into();
        Self { id: row.id, policy, row: Some(row) }
    }

    /// Permissions that the policy names, in the order given.
    pub fn all(policy: &Arc<Policy>, ids: impl IntoIterator<Item = PermissionId>) -> Vec<Entity<Self>> {
        ids.into_iter().filter_map(|id| Self::find(policy, id)).map(Entity).collect()
    }

    /// A page of the permissions that the filter lets through.
    pub async fn list(ctx: &Context<'_>, filter: PermissionFilter, page: &PageRequest) -> Result<PermissionConnection> {
        let request = request(ctx);
        let found = permissions::page(&request.service, &filter, page).await.map_err(to_graphql)?;
        let found = found.map(|row| Entity(Self::of_row(row, Arc::clone(&request.policy))));
        let filter = Arc::new(filter);
        let count = move |service| {
            let filter = Arc::clone(&filter);
            async move { permissions::count(&service, &filter).await }
        };
        Ok(PermissionConnection::new(found, Total::counted(count)))
    }

    /// The names of a set, in order.
    ///
    /// # Errors
    /// `OPERATION_TOO_COMPLEX` when the answer would become too large.
    pub fn names(ctx: &Context<'_>, policy: &Policy, held: &PermissionSet) -> Result<Vec<PermissionName>> {
        request(ctx).afford(policy.ids_in(held).count())?;
        let held = policy.ids_in(held).filter_map(|id| policy.permission(id));
        Ok(held.map(|permission| PermissionName(permission.name.clone())).collect())
    }

    /// The actions on a resource in a set, in order and each once.
    pub fn actions(policy: &Policy, held: &PermissionSet, resource: &str) -> Vec<String> {
        let held = policy.ids_in(held).filter_map(|id| policy.permission(id));
        let on_it = held.map(|permission| &permission.name).filter(|name| name.resource() == resource);
        let mut actions: Vec<String> = on_it.map(|name| name.action().to_owned()).collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    fn facts(&self) -> Result<&PermissionFacts> {
        self.policy.permission(self.id).ok_or_else(|| gone("permission"))
    }

    fn parsed_name(&self) -> Result<engine::PermissionName> {
        match &self.row {
            Some(row) => engine::PermissionName::parse(&row.name).or_else(|_| Ok(self.facts()?.name.clone())),
            None => Ok(self.facts()?.name.clone()),
        }
    }
}

impl Owned for Permission {
    const TYPE: EntityType = EntityType::Permission;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// Permission to take one action on one resource.
#[Object(directive = visible_to::apply("permission:read"))]
impl Permission {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Permission, self.id.uuid())
    }

    /// As registered; never changes.
    async fn name(&self) -> Result<PermissionName> {
        self.parsed_name().map(PermissionName)
    }

    /// What is acted on: the part before the last `:`, else before the last `.`, else the whole name.
    async fn resource(&self) -> Result<String> {
        Ok(self.parsed_name()?.resource().to_owned())
    }

    /// What is done: the part after that; `access` for a name without either.
    async fn action(&self) -> Result<String> {
        Ok(self.parsed_name()?.action().to_owned())
    }

    /// What it allows, in words.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match &self.row {
            Some(row) => Ok(row.description.clone()),
            None => {
                let row = request(ctx).loaders.permission(self.id).await?;
                Ok(row.ok_or_else(|| gone("permission"))?.description.clone())
            }
        }
    }

    /// Guards this service itself; cannot be deleted.
    async fn is_system(&self) -> Result<bool> {
        match &self.row {
            Some(row) => Ok(row.is_system),
            None => Ok(self.facts()?.is_system),
        }
    }

    /// Roles it is granted to.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn granted_roles(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.policy.granted_roles(self.id)))
    }

    /// Those and all roles that inherit from them.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn authorized_roles(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.policy.authorized_roles_for(self.id)))
    }

    /// Everyone who holds it, in whatever way; answers who can do this.
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
        let filter = UserFilter { permission: Some(self.id), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Users it is granted to directly.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn direct_users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Option<UserConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = UserFilter { direct_permission: Some(self.id), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }
}

impl RolePermission {
    /// One of the permissions that `role` holds.
    pub fn new(role: RoleId, held: engine::RolePermission, policy: Arc<Policy>) -> Self {
        Self { role, held, policy }
    }
}

/// A permission that a role holds, and from which role it comes.
#[Object]
impl RolePermission {
    /// The permission.
    #[graphql(directive = inherit::apply())]
    async fn permission(&self) -> Entity<Permission> {
        Entity(Permission::of_policy(&self.policy, self.held.permission))
    }

    /// The role it is granted to; the role itself when not inherited.
    #[graphql(directive = inherit::apply())]
    async fn source(&self) -> Entity<Role> {
        Entity(Role::of_policy(&self.policy, self.held.source))
    }

    /// Does it come from another role?
    async fn is_inherited(&self) -> bool {
        self.held.source != self.role
    }
}
