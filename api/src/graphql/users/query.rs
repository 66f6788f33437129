//! Finding users.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::input::{UserFilter, UserOrder};
use super::{User, UserConnection};
use crate::graphql::connection;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, self_or_of};
use async_graphql::{Context, ID, Object, Result};
use service::page::PageArguments;
use service::users;
use std::sync::Arc;

/// Reads of users.
#[derive(Debug, Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// A user by id.
    #[graphql(directive = self_or_of::apply("user:read", "id"))]
    async fn user(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Entity<User>>> {
        let user = User::find(ctx, given::user(&id)).await?;
        Ok(user.map(Entity))
    }

    /// A user by username.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn user_by_username(&self, ctx: &Context<'_>, username: String) -> Result<Option<Entity<User>>> {
        let request = request(ctx);
        let found = users::by_username(&request.service, &username).await.map_err(to_graphql)?;
        Ok(found.map(|row| Entity(User::of_row(row, Arc::clone(&request.policy)))))
    }

    /// Users and service accounts.
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
