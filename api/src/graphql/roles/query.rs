//! Finding roles.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::input::{RoleFilter, RoleOrder};
use super::{Role, RoleConnection, RoleHierarchy};
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use async_graphql::{Context, ID, Object, Result};
use service::page::PageArguments;
use std::sync::Arc;

/// Reads of roles.
#[derive(Debug, Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// A role by id.
    #[graphql(directive = self_or_of::apply("role:read", "id"))]
    async fn role(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<Role>> {
        Role::find(&request(ctx).policy, given::role(&id)).map(Entity)
    }

    /// A role by its name.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn role_by_name(&self, ctx: &Context<'_>, name: String) -> Option<Entity<Role>> {
        let policy = &request(ctx).policy;
        policy.role_named(&name).map(|role| Entity(Role::of_policy(policy, role.id)))
    }

    /// All roles.
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

    /// The whole inheritance graph in one call, for a tree or graph view.
    #[graphql(directive = has_permission::apply("role:read"))]
    async fn role_hierarchy(&self, ctx: &Context<'_>) -> Option<RoleHierarchy> {
        Some(RoleHierarchy::new(Arc::clone(&request(ctx).policy)))
    }
}
