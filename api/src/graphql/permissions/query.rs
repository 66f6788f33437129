//! Queries of permissions.

#![expect(clippy::too_many_arguments, reason = "one parameter for each GraphQL argument")]

use super::{Permission, PermissionConnection, PermissionMatrix};
use crate::graphql::arguments;
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_all_permissions, has_permission, self_or_of};
use crate::graphql::id;
use crate::graphql::scalars::PermissionName;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::{ForwardArguments, PageArguments};
use service::permissions::matrix;
use std::sync::Arc;

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

    /// Roles against permissions, direct and inherited, by pages of roles and of permissions.
    #[graphql(directive = has_all_permissions::apply(&["role:read", "permission:read"]))]
    async fn permission_matrix(
        &self,
        ctx: &Context<'_>,
        role_ids: Option<Vec<ID>>,
        resource: Option<String>,
        first_roles: Option<i32>,
        after_role: Option<String>,
        first_permissions: Option<i32>,
        after_permission: Option<String>,
    ) -> Result<Option<PermissionMatrix>> {
        let policy = Arc::clone(&request(ctx).policy);
        let columns = ForwardArguments {
            first_name: "firstRoles",
            first: first_roles,
            after_name: "afterRole",
            after: after_role.as_deref(),
        };
        let rows = ForwardArguments {
            first_name: "firstPermissions",
            first: first_permissions,
            after_name: "afterPermission",
            after: after_permission.as_deref(),
        };
        let columns = columns.parse(matrix::DEFAULT_ROLES, matrix::MAX_ROLES).map_err(to_graphql)?;
        let rows = rows.parse(matrix::DEFAULT_PERMISSIONS, matrix::MAX_PERMISSIONS).map_err(to_graphql)?;
        let role_ids = role_ids.map(|ids| id::parse_all(&ids));
        let roles = matrix::roles(&policy, role_ids.as_deref(), &columns).map_err(to_graphql)?;
        let permissions = matrix::permissions(&policy, resource.as_deref(), &rows).map_err(to_graphql)?;
        Ok(Some(PermissionMatrix::new(roles, permissions, policy)))
    }
}
