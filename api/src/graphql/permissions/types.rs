//! GraphQL types of permissions.

use crate::graphql::connection::{self, Total, connection};
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::list::Texts;
use crate::graphql::loaders::gone;
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::{User, UserConnection};
use async_graphql::{Context, ID, Object, Result};
use engine::{PermissionFacts, PermissionId, PermissionSet, Policy, RoleId};
use service::page::{PageArguments, PageRequest};
use service::permissions::{self, Permission as PermissionRecord, PermissionFilter};
use service::users::{UserFilter, UserOrder};
use std::sync::Arc;

connection! {
    /// Page of a list of permissions.
    PermissionConnection,
    /// Permission in a list, with its cursor.
    PermissionEdge,
    Entity<Permission>
}

/// A permission. Its name comes from the policy in memory; its description is read on demand.
#[derive(Clone, Debug)]
pub struct Permission {
    id: PermissionId,
    policy: Arc<Policy>,
    record: Option<Arc<PermissionRecord>>,
}

/// A permission held by a role, with its source.
#[derive(Debug)]
pub struct RolePermission {
    role: RoleId,
    held: engine::RolePermission,
    policy: Arc<Policy>,
}

impl Permission {
    /// The permission with this id, if the policy has one.
    pub fn find(policy: &Arc<Policy>, id: PermissionId) -> Option<Self> {
        policy.permission(id).map(|_| Self::of_policy(policy, id))
    }

    /// A permission of the policy, not checked for existence.
    pub fn of_policy(policy: &Arc<Policy>, id: PermissionId) -> Self {
        Self { id, policy: Arc::clone(policy), record: None }
    }

    /// A permission with its record.
    pub fn of_record(record: impl Into<Arc<PermissionRecord>>, policy: Arc<Policy>) -> Self {
        let record = record.into();
        Self { id: record.id, policy, record: Some(record) }
    }

    /// The permissions with these ids, in the same order; unknown ids are left out.
    pub fn all(policy: &Arc<Policy>, ids: impl IntoIterator<Item = PermissionId>) -> Vec<Entity<Self>> {
        ids.into_iter().filter_map(|id| Self::find(policy, id)).map(Entity).collect()
    }

    /// A page of the permissions that match the filter.
    pub async fn list(ctx: &Context<'_>, filter: PermissionFilter, page: &PageRequest) -> Result<PermissionConnection> {
        let request = request(ctx);
        let found = permissions::page(&request.service, &filter, page).await.map_err(to_graphql)?;
        let found = found.map(|record| Entity(Self::of_record(record, Arc::clone(&request.policy))));
        let filter = Arc::new(filter);
        let count = move |service| {
            let filter = Arc::clone(&filter);
            async move { permissions::count(&service, &filter).await }
        };
        Ok(PermissionConnection::new(found, Total::counted(count)))
    }

    /// The names of a set of permissions, sorted.
    /// # Errors
    /// `OPERATION_TOO_COMPLEX` when the response would become too large.
    pub fn names<'p>(ctx: &Context<'_>, policy: &'p Policy, held: &PermissionSet) -> Result<Texts<'p, PermissionName>> {
        request(ctx).reserve(held.len())?;
        let held = policy.permissions_in(held);
        Ok(held.map(|permission| permission.name.as_str()).collect())
    }

    /// The distinct actions on a resource in a set of permissions, sorted.
    pub fn actions(policy: &Policy, held: &PermissionSet, resource: &str) -> Vec<String> {
        let held = policy.permissions_in(held);
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
        match &self.record {
            Some(record) => engine::PermissionName::parse(&record.name).or_else(|_| Ok(self.facts()?.name.clone())),
            None => Ok(self.facts()?.name.clone()),
        }
    }
}

impl NodeObject for Permission {
    const TYPE: EntityType = EntityType::Permission;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.id.uuid(), owner: None }
    }
}

/// Permission to perform one action on one resource.
#[Object(directive = visible_to::apply("permission:read"))]
impl Permission {
    /// Global id of the permission.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Permission, self.id.uuid())
    }

    /// Name of the permission. Never changes.
    async fn name(&self) -> Result<PermissionName> {
        self.parsed_name().map(PermissionName)
    }

    /// Resource of the permission: the part of the name before the last `:`, otherwise before the last `.`, otherwise
    /// the whole name.
    async fn resource(&self) -> Result<String> {
        Ok(self.parsed_name()?.resource().to_owned())
    }

    /// Action of the permission: the part of the name after the separator of the resource; `access` when there is none.
    async fn action(&self) -> Result<String> {
        Ok(self.parsed_name()?.action().to_owned())
    }

    /// Description of the permission.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match &self.record {
            Some(record) => Ok(record.description.clone()),
            None => {
                let record = request(ctx).loaders.permission(self.id).await?;
                Ok(record.ok_or_else(|| gone("permission"))?.description.clone())
            }
        }
    }

    /// Whether the permission guards the service itself. Such permissions cannot be deleted.
    async fn is_system(&self) -> Result<bool> {
        match &self.record {
            Some(record) => Ok(record.is_system),
            None => Ok(self.facts()?.is_system),
        }
    }

    /// Roles with the permission granted, inheriting roles not included.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn granted_roles(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.policy.granted_roles(self.id)))
    }

    /// Roles that hold the permission, inheriting roles included.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn authorized_roles(&self) -> Option<Vec<Entity<Role>>> {
        Some(Role::all(&self.policy, self.policy.authorized_roles_for(self.id)))
    }

    /// Active users who hold the permission, through roles or by a direct grant, newest first.
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
        let filter = UserFilter { permission: Some(Some(self.id)), ..UserFilter::default() };
        User::list(ctx, filter, UserOrder::default(), &page).await.map(Some)
    }

    /// Users with a direct grant of the permission, newest first.
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
    /// A permission held by `role`.
    pub fn new(role: RoleId, held: engine::RolePermission, policy: Arc<Policy>) -> Self {
        Self { role, held, policy }
    }
}

/// Permission held by a role, with its source.
#[Object]
impl RolePermission {
    /// Permission that the role holds.
    #[graphql(directive = inherit::apply())]
    async fn permission(&self) -> Entity<Permission> {
        Entity(Permission::of_policy(&self.policy, self.held.permission))
    }

    /// Role to which the permission is granted; the role itself when the permission is not inherited.
    #[graphql(directive = inherit::apply())]
    async fn source(&self) -> Entity<Role> {
        Entity(Role::of_policy(&self.policy, self.held.source))
    }

    /// Pattern by which the source has the permission, such as `invoice:*`. Null when it is granted the permission itself.
    async fn pattern(&self) -> Option<&str> {
        self.held.pattern.as_ref().map(engine::PermissionPattern::as_str)
    }

    /// Whether the permission is inherited from another role.
    async fn is_inherited(&self) -> bool {
        self.held.source != self.role
    }
}
