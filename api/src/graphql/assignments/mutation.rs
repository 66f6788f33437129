//! Mutations of role assignments and direct grants.

#![expect(clippy::too_many_arguments, reason = "one parameter for each GraphQL argument")]

use super::RoleMembersPayload;
use crate::graphql::context::{intended_context, request};
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id;
use crate::graphql::payload::MutationResult;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::UserPayload;
use async_graphql::{Context, ID, Object, Result};
use service::assignments::{self, Replacement, Terms};

/// Mutations of role assignments and direct grants.
#[derive(Debug, Default)]
pub struct AssignmentMutation;

#[Object]
impl AssignmentMutation {
    /// Assigns roles to a user (AssignUser). For a role that is already assigned, replaces `validFrom`, `expiresAt` and
    /// `reason`; fails with `WOULD_SHRINK` when it would end earlier or begin later, unless `replace` is true. Fails with `SOD_VIOLATION` when a static constraint would be violated.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn user_assign_roles(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        role_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        #[graphql(default = false)] replace: bool,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (user, roles) = (id::parse(&user_id), id::parse_all(&role_ids));
        let terms = terms(valid_from, expires_at, reason);
        let context = intended_context(ctx, dry_run);
        let done =
            assignments::assign_roles(&request.service, &context, user, roles, terms, replacement(replace)).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Unassigns roles from a user (DeassignUser).
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn user_unassign_roles(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        role_ids: Vec<ID>,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (user, roles) = (id::parse(&user_id), id::parse_all(&role_ids));
        let done =
            assignments::unassign_roles(&request.service, &intended_context(ctx, dry_run), user, roles, reason).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Grants permissions to a user directly. For a permission that is already granted, replaces `validFrom`,
    /// `expiresAt` and `reason`; fails with `WOULD_SHRINK` when it would end earlier or begin later, unless `replace` is
    /// true.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn user_grant_permissions(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        #[graphql(default = false)] replace: bool,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (user, permissions) = (id::parse(&user_id), id::parse_all(&permission_ids));
        let terms = terms(valid_from, expires_at, reason);
        let (context, replacement) = (intended_context(ctx, dry_run), replacement(replace));
        let done =
            assignments::grant_permissions(&request.service, &context, user, permissions, terms, replacement).await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Revokes direct grants from a user.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn user_revoke_permissions(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission_ids: Vec<ID>,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let (user, permissions) = (id::parse(&user_id), id::parse_all(&permission_ids));
        let done = assignments::revoke_permissions(
            &request.service,
            &intended_context(ctx, dry_run),
            user,
            permissions,
            reason,
        )
        .await;
        Ok(Some(UserPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Assigns a role to users, all or none (AssignUser). Otherwise as `userAssignRoles`.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn role_assign_users(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        user_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        #[graphql(default = false)] replace: bool,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RoleMembersPayload>> {
        let request = request(ctx);
        let role = id::parse(&role_id);
        let terms = terms(valid_from, expires_at, reason);
        let users = id::parse_all(&user_ids);
        let context = intended_context(ctx, dry_run);
        let done =
            assignments::assign_users(&request.service, &context, role, users, terms, replacement(replace)).await;
        Ok(Some(RoleMembersPayload::new(role, MutationResult::changed(ctx, done)?)))
    }

    /// Unassigns a role from users, all or none (DeassignUser).
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn role_unassign_users(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        user_ids: Vec<ID>,
        reason: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RoleMembersPayload>> {
        let request = request(ctx);
        let role = id::parse(&role_id);
        let users = id::parse_all(&user_ids);
        let done =
            assignments::unassign_users(&request.service, &intended_context(ctx, dry_run), role, users, reason).await;
        Ok(Some(RoleMembersPayload::new(role, MutationResult::changed(ctx, done)?)))
    }
}

fn replacement(replace: bool) -> Replacement {
    if replace { Replacement::Any } else { Replacement::Extending }
}

fn terms(valid_from: Option<DateTime>, expires_at: Option<DateTime>, reason: Option<String>) -> Terms {
    let instant = |at: DateTime| at.0;
    Terms { valid_from: valid_from.map(instant), expires_at: expires_at.map(instant), reason }
}
