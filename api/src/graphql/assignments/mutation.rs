//! Assigning roles and granting permissions to users.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::RoleMembersPayload;
use crate::graphql::context::{acting, request};
use crate::graphql::given;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::payload::Done;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::UserPayload;
use async_graphql::{Context, ID, Object, Result};
use service::assignments::{self, Terms};

/// Writes of assignments and direct grants.
#[derive(Debug, Default)]
pub struct AssignmentMutation;

#[Object]
impl AssignmentMutation {
    /// Assign roles to a user, for good or until a moment.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn user_assign_roles(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        role_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        reason: Option<String>,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let pairs = (given::user(&user_id), given::roles(&role_ids));
        let terms = terms(valid_from, expires_at, reason);
        let done = assignments::assign_roles(&request.service, &acting(ctx), pairs, terms).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Take roles from a user.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn user_unassign_roles(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        role_ids: Vec<ID>,
        reason: Option<String>,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let pairs = (given::user(&user_id), given::roles(&role_ids));
        let done = assignments::unassign_roles(&request.service, &acting(ctx), pairs, reason).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Grant permissions to a user directly.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn user_grant_permissions(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        reason: Option<String>,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let pairs = (given::user(&user_id), given::permissions(&permission_ids));
        let terms = terms(valid_from, expires_at, reason);
        let done = assignments::grant_permissions(&request.service, &acting(ctx), pairs, terms).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Take direct grants from a user.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn user_revoke_permissions(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
        permission_ids: Vec<ID>,
        reason: Option<String>,
    ) -> Result<Option<UserPayload>> {
        let request = request(ctx);
        let pairs = (given::user(&user_id), given::permissions(&permission_ids));
        let done = assignments::revoke_permissions(&request.service, &acting(ctx), pairs, reason).await;
        Ok(Some(UserPayload::new(Done::new(ctx, done)?)))
    }

    /// Assign a role to many users (up to 100), all or none.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn role_assign_users(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        user_ids: Vec<ID>,
        valid_from: Option<DateTime>,
        expires_at: Option<DateTime>,
        reason: Option<String>,
    ) -> Result<Option<RoleMembersPayload>> {
        let request = request(ctx);
        let role = given::role(&role_id);
        let terms = terms(valid_from, expires_at, reason);
        let pairs = (role, given::users(&user_ids));
        let done = assignments::assign_users(&request.service, &acting(ctx), pairs, terms).await;
        Ok(Some(RoleMembersPayload::new(role, Done::new(ctx, done)?)))
    }

    /// Take a role from many users.
    #[graphql(directive = has_permission::apply("role:assign"))]
    async fn role_unassign_users(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        user_ids: Vec<ID>,
        reason: Option<String>,
    ) -> Result<Option<RoleMembersPayload>> {
        let request = request(ctx);
        let role = given::role(&role_id);
        let pairs = (role, given::users(&user_ids));
        let done = assignments::unassign_users(&request.service, &acting(ctx), pairs, reason).await;
        Ok(Some(RoleMembersPayload::new(role, Done::new(ctx, done)?)))
    }
}

fn terms(valid_from: Option<DateTime>, expires_at: Option<DateTime>, reason: Option<String>) -> Terms {
    let instant = |at: DateTime| at.0;
    Terms { valid_from: valid_from.map(instant), expires_at: expires_at.map(instant), reason }
}
