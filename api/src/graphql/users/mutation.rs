//! Mutations of users.

use super::input::{ProfileInput, UserCreateInput, UserUpdateInput};
use super::{User, UserEdge};
use crate::graphql::auth::PasswordResetPayload;
use crate::graphql::context::{guarded_context, intended_context, request};
use crate::graphql::entity::{Entity, NodeObject as _, Visible, is_visible};
use crate::graphql::guard::directives::{authenticated, has_permission, limited_self_service, recent_login};
use crate::graphql::id;
use crate::graphql::impact::Impact;
use crate::graphql::payload::{DeletePayload, MutationResult};
use crate::graphql::user_error::UserError;
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use service::auth;
use service::page::Cursor;
use service::users::{self, User as UserRecord};

/// Result of a mutation of one user.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub struct UserPayload {
    /// User after the change. Null on failure and when the caller may not see the user.
    user: Option<Visible<User>>,
    /// What the change does, or would do, to users. Null on failure.
    impact: Option<Impact>,
    #[graphql(skip)]
    cursor: Option<Cursor>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl UserPayload {
    /// The result of a mutation of one user.
    #[must_use]
    pub fn new(done: MutationResult<UserRecord>) -> Self {
        let MutationResult { value, user_errors, policy, impact } = done;
        let cursor = value.as_ref().map(UserRecord::cursor);
        Self { user: value.map(|record| Visible(Entity(User::of_record(record, policy)))), impact, cursor, user_errors }
    }
}

#[ComplexObject]
impl UserPayload {
    /// `user` as an edge, to insert into a list; the cursor is that of the default order. Null when `user` is.
    async fn user_edge(&self, ctx: &Context<'_>) -> Result<Option<UserEdge>> {
        let Some((Visible(user), cursor)) = self.user.as_ref().zip(self.cursor.clone()) else { return Ok(None) };
        Ok(is_visible(ctx, &user.node()).await?.then(|| UserEdge::new(cursor, user.clone())))
    }
}

/// Mutations of users.
#[derive(Debug, Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Updates the caller's profile.
    #[graphql(directive = authenticated::apply(), directive = limited_self_service::apply())]
    async fn profile_update(&self, ctx: &Context<'_>, input: ProfileInput) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::update_profile(&request.service, &guarded_context(ctx), input.display_name.into()).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Creates a user without a password (AddUser). `userIssuePasswordReset` issues a token to set one.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_create(&self, ctx: &Context<'_>, input: UserCreateInput) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::create(&request.service, &guarded_context(ctx), input.into()).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Updates a user.
    #[graphql(directive = has_permission::apply("user:write"), directive = recent_login::apply())]
    async fn user_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: UserUpdateInput,
        expected_version: Option<i32>,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let update = input.expecting(expected_version);
        let done = users::update(&request.service, &guarded_context(ctx), id::parse(&id), update).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Suspends a user and revokes all their sessions. A suspended user cannot log in.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_suspend(
        &self,
        ctx: &Context<'_>,
        id: ID,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<UserPayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = users::suspend(&request.service, &context, id::parse(&id), reason).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Reactivates a suspended user.
    #[graphql(directive = has_permission::apply("user:write"))]
    async fn user_reactivate(&self, ctx: &Context<'_>, id: ID) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let done = users::reactivate(&request.service, &guarded_context(ctx), id::parse(&id)).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Issues a password reset token for another user within the caller's authority. The token is valid once and for
    /// 24 hours, as long as the caller may issue it and until sessions of the caller or of the user are ended, and
    /// replaces earlier tokens of the user.
    #[graphql(directive = has_permission::apply("user:write"), directive = recent_login::apply())]
    async fn user_issue_password_reset(&self, ctx: &Context<'_>, id: ID) -> Result<Option<PasswordResetPayload>> {
        let request = request(ctx);
        let done = auth::issue_password_reset(&request.service, &guarded_context(ctx), id::parse(&id)).await;
        Ok(Some(PasswordResetPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Deletes a user and revokes all their sessions (DeleteUser). Audit events of the user are kept.
    #[graphql(directive = has_permission::apply("user:delete"), directive = recent_login::apply())]
    async fn user_delete(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<DeletePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = users::delete(&request.service, &context, id::parse(&id)).await;
        Ok(Some(DeletePayload::new(id, MutationResult::changed(ctx, done)?).of_dry_run(dry_run)))
    }
}
