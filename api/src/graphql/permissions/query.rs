//! Queries of permissions.

use super::{Permission, PermissionConnection};
use crate::graphql::arguments;
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::id;
use crate::graphql::scalars::PermissionName;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::PageArguments;

/// Filter for permissions. Conditions are combined with AND; omitted and null conditions match every permission.
#[derive(Debug, Default, InputObject)]
pub struct PermissionFilter {
    /// Text contained in the name or the description, without regard to case.
    search: Option<String>,
    /// Resource of the permission.
    resource: Option<String>,
    /// Whether the permission guards the service itself.
    is_system: Option<bool>,
}

impl From<PermissionFilter> for service::permissions::PermissionFilter {
    fn from(filter: PermissionFilter) -> Self {
        Self { search: filter.search, resource: filter.resource, is_system: filter.is_system }
    }
}

/// Queries of permissions.
#[derive(Debug, Default)]
pub struct PermissionQuery;

#[Object]
impl PermissionQuery {
    /// Permission with the given id. Null when it does not exist.
    #[graphql(directive = self_or_of::apply("permission:read", "id"))]
    async fn permission(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<Permission>> {
        Permission::find(&request(ctx).policy, id::parse(&id)?).map(Entity)
    }

    /// Permission with the given name. Null when it does not exist.
    #[graphql(directive = has_permission::apply("permission:read"))]
    async fn permission_by_name(&self, ctx: &Context<'_>, name: PermissionName) -> Option<Entity<Permission>> {
        let policy = &request(ctx).policy;
        Permission::find(policy, arguments::permission_named(policy, &name)?).map(Entity)
    }

    /// Permissions, sorted by name.
    #[graphql(directive = has_permission::apply("permission:read"))]
    async fn permissions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<PermissionFilter>,
    ) -> Result<Option<PermissionConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        Permission::list(ctx, filter.unwrap_or_default().into(), &page).await.map(Some)
    }
}
