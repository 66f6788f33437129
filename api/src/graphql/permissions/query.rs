//! Finding permissions.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::{Permission, PermissionConnection};
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::scalars::PermissionName;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::PageArguments;

/// Which permissions to list.
#[derive(Debug, Default, InputObject)]
pub struct PermissionFilter {
    /// Part of name or description.
    search: Option<String>,
    /// On this resource.
    resource: Option<String>,
    /// Built in or not.
    is_system: Option<bool>,
}

impl From<PermissionFilter> for service::permissions::PermissionFilter {
    fn from(filter: PermissionFilter) -> Self {
        Self { search: filter.search, resource: filter.resource, is_system: filter.is_system }
    }
}

/// Reads of permissions.
#[derive(Debug, Default)]
pub struct PermissionQuery;

#[Object]
impl PermissionQuery {
    /// A permission by id.
    #[graphql(directive = self_or_of::apply("permission:read", "id"))]
    async fn permission(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<Permission>> {
        Permission::find(&request(ctx).policy, given::permission(&id)).map(Entity)
    }

    /// A permission by its name.
    #[graphql(directive = has_permission::apply("permission:read"))]
    async fn permission_by_name(&self, ctx: &Context<'_>, name: PermissionName) -> Option<Entity<Permission>> {
        let policy = &request(ctx).policy;
        Permission::find(policy, given::permission_named(policy, &name)).map(Entity)
    }

    /// All permissions.
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
