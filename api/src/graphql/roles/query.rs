//! Queries of roles.

#![expect(clippy::too_many_arguments, reason = "one parameter for each GraphQL argument")]

use super::input::{RoleFilter, RoleOrder};
use super::{Role, RoleConnection, RoleHierarchy};
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::id;
use async_graphql::{Context, ID, Object, Result};
use service::page::PageArguments;
use std::sync::Arc;

/// Queries of roles.
#[derive(Debug, Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// Role with the given id. Null when it does not exist.
    #[graphql(directive = self_or_of::apply("role:read", "id"))]
    async fn role(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<Role>> {
        Role::find(&request(ctx).policy, id::parse(&id)?).map(Entity)
    }

    /// Role with the given name, compared without regard to case. Null when it does not exist.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn role_by_name(&self, ctx: &Context<'_>, name: String) -> Option<Entity<Role>> {
        let policy = &request(ctx).policy;
        policy.role_named(&name).map(|role| Entity(Role::of_policy(policy, role.id)))
    }

    /// Roles, sorted by name by default.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn roles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<RoleFilter>,
        order_by: Option<RoleOrder>,
    ) -> Result<Option<RoleConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = filter.unwrap_or_default().resolve(&request(ctx).policy);
        let order = order_by.map(Into::into).unwrap_or_default();
        Role::list(ctx, filter, order, &page).await.map(Some)
    }

    /// Role hierarchy, for tree and graph views.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn role_hierarchy(&self, ctx: &Context<'_>) -> Option<RoleHierarchy> {
        Some(RoleHierarchy::new(Arc::clone(&request(ctx).policy)))
    }
}
