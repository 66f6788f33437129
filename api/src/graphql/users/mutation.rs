//! Making and changing users.

use super::User;
use super::input::{ProfileInput, UserCreateInput, UserUpdateInput};
use crate::graphql::auth::PasswordResetPayload;
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{authenticated, has_permission, recent_login};
use crate::graphql::payload::{DeletePayload, Done};
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use service::auth;
use service::users::{self, User as Row};

/// Result of changing one user.
#[derive(Debug, SimpleObject)]
pub struct UserPayload {
    /// The user as it is now. Null on failure.
    user: Option<Seen<User>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl UserPayload {
    /// What a change of a user came to.
    #[must_use]
    pub fn new(done: Done<Row>) -> Self {
        let Done { value, user_errors, policy } = done;
        Self { user: value.map(|row| Seen(Entity(User::of_row(row, policy)))), user_errors }
    }
}

/// Writes of users.
#[derive(Debug, Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Change one's own profile.
    #[graphql(directive = authenticated::apply())]
    async fn profile_update(&self, ctx: &Context<'_>, input: ProfileInput) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::update_profile(&request.service, &acting(ctx), input.display_name.into()).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Create a user, who gets a password through `userIssuePasswordReset`.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_create(&self, ctx: &Context<'_>, input: UserCreateInput) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::create(&request.service, &acting(ctx), input.into()).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Change a user's attributes.
    #[graphql(directive = has_permission::apply("user:write"), directive = recent_login::apply())]
    async fn user_update(&self, ctx: &Context<'_>, id: ID, input: UserUpdateInput) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::update(&request.service, &acting(ctx), given::user(&id), input.into()).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Stop a user from signing in and end their sessions.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_suspend(&self, ctx: &Context<'_>, id: ID, reason: Option<String>) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::suspend(&request.service, &acting(ctx), given::user(&id), reason).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Undo a suspension.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_reactivate(&self, ctx: &Context<'_>, id: ID) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::reactivate(&request.service, &acting(ctx), given::user(&id)).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Issue a single-use reset token, good for 24 hours, to hand to a user who has no password or forgot it; under the rules of authority. A newer one replaces it, and it is good as long as whoever issued it could issue it.
    #[graphql(directive = has_permission::apply("user:write"), directive = recent_login::apply())]
    async fn user_issue_password_reset(&self, ctx: &Context<'_>, id: ID) -> Result<Option<PasswordResetPayload>> {
        let request = request(ctx);
        let done = auth::issue_password_reset(&request.service, &acting(ctx), given::user(&id)).await;
        Ok(Some(PasswordResetPayload::new(Done::new(ctx, done)?)))
    }

    /// Delete a user; the audit log keeps their trace.
    #[graphql(directive = has_permission::apply("user:delete"), directive = recent_login::apply())]
    async fn user_delete(&self, ctx: &Context<'_>, id: ID) -> Result<Option<DeletePayload>> {
        let request = request(ctx);
        let done = users::delete(&request.service, &acting(ctx), given::user(&id)).await;
        Ok(Some(DeletePayload::new(id, Done::new(ctx, done)?)))
    }
}
