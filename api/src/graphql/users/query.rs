//! Queries of users.

#![expect(clippy::too_many_arguments, reason = "one parameter for each GraphQL argument")]

use super::input::{UserFilter, UserOrder};
use super::{User, UserConnection};
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use crate::graphql::id;
use async_graphql::{Context, ID, Object, Result};
use service::page::PageArguments;
use service::users;
use std::sync::Arc;

/// Queries of users.
#[derive(Debug, Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// User with the given id. Null when it does not exist.
    #[graphql(directive = self_or_of::apply("user:read", "id"))]
    async fn user(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Entity<User>>> {
        let Some(id) = id::parse(&id) else { return Ok(None) };
        Ok(User::find(ctx, id).await?.map(Entity))
    }

    /// User with the given username, compared without regard to case. Null when it does not exist.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn user_by_username(&self, ctx: &Context<'_>, username: String) -> Result<Option<Entity<User>>> {
        let request = request(ctx);
        let found = users::by_username(&request.service, &username).await.map_err(to_graphql)?;
        Ok(found.map(|record| Entity(User::of_record(record, Arc::clone(&request.policy)))))
    }

    /// Users, newest first by default.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<UserFilter>,
        order_by: Option<UserOrder>,
    ) -> Result<Option<UserConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = filter.unwrap_or_default().resolve(&request(ctx).policy);
        let order = order_by.map(Into::into).unwrap_or_default();
        User::list(ctx, filter, order, &page).await.map(Some)
    }
}
