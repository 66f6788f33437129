//! Making and changing roles.

use super::Role;
use super::input::{RoleCreateInput, RoleUpdateInput};
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::payload::{DeletePayload, Done};
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use service::roles::{self, Role as Row};

/// Result of changing one role.
#[derive(Debug, SimpleObject)]
pub struct RolePayload {
    /// The role as it is now. Null on failure.
    role: Option<Seen<Role>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RolePayload {
    /// What a change of a role came to.
    #[must_use]
    pub fn new(done: Done<Row>) -> Self {
        let Done { value, user_errors, policy } = done;
        Self { role: value.map(|row| Seen(Entity(Role::of_row(row, policy)))), user_errors }
    }
}

/// Writes of roles.
#[derive(Debug, Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Create a role, with its place in the hierarchy when given.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_create(&self, ctx: &Context<'_>, input: RoleCreateInput) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let done = roles::create(&request.service, &acting(ctx), input.into()).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }

    /// Rename or describe a role.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: RoleUpdateInput,
        expected_version: Option<i32>,
    ) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let update = input.expecting(expected_version);
        let done = roles::update(&request.service, &acting(ctx), given::role(&id), update).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }

    /// Delete a role and its assignments.
    #[graphql(directive = has_permission::apply("role:delete"), directive = recent_login::apply())]
    async fn role_delete(&self, ctx: &Context<'_>, id: ID) -> Result<Option<DeletePayload>> {
        let request = request(ctx);
        let done = roles::delete(&request.service, &acting(ctx), given::role(&id)).await;
        Ok(Some(DeletePayload::new(id, Done::new(ctx, done)?)))
    }

    /// Grant permissions to a role.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_grant_permissions(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        permission_ids: Vec<ID>,
    ) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let (role, permissions) = (given::role(&role_id), given::permissions(&permission_ids));
        let done = roles::grant_permissions(&request.service, &acting(ctx), role, permissions).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }

    /// Take permissions from a role.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_revoke_permissions(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        permission_ids: Vec<ID>,
    ) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let (role, permissions) = (given::role(&role_id), given::permissions(&permission_ids));
        let done = roles::revoke_permissions(&request.service, &acting(ctx), role, permissions).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }

    /// Let a role inherit from others.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_add_inheritance(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        inherits_from_ids: Vec<ID>,
    ) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let (role, juniors) = (given::role(&role_id), given::roles(&inherits_from_ids));
        let done = roles::add_inheritance(&request.service, &acting(ctx), role, juniors).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }

    /// Undo that.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_remove_inheritance(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        inherits_from_ids: Vec<ID>,
    ) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let (role, juniors) = (given::role(&role_id), given::roles(&inherits_from_ids));
        let done = roles::remove_inheritance(&request.service, &acting(ctx), role, juniors).await;
        Ok(Some(RolePayload::new(Done::new(ctx, done)?)))
    }
}
