//! Mutations of roles.

use super::input::{RoleCreateInput, RoleUpdateInput};
use super::{Role, RoleEdge};
use crate::graphql::context::{guarded_context, intended_context, request};
use crate::graphql::entity::{Entity, NodeObject as _, Visible, is_visible};
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::id;
use crate::graphql::impact::Impact;
use crate::graphql::payload::{DeletePayload, MutationResult};
use crate::graphql::user_error::UserError;
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use service::page::Cursor;
use service::roles::{self, Role as RoleRecord};

/// Result of a mutation of one role.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub struct RolePayload {
    /// Role after the change. Null on failure and when the caller may not see the role.
    role: Option<Visible<Role>>,
    /// What the change does, or would do, to users. Null on failure.
    impact: Option<Impact>,
    #[graphql(skip)]
    cursor: Option<Cursor>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl RolePayload {
    /// The result of a mutation of one role.
    #[must_use]
    pub fn new(done: MutationResult<RoleRecord>) -> Self {
        let MutationResult { value, user_errors, policy, impact } = done;
        let cursor = value.as_ref().map(RoleRecord::cursor);
        Self { role: value.map(|record| Visible(Entity(Role::of_record(record, policy)))), impact, cursor, user_errors }
    }
}

#[ComplexObject]
impl RolePayload {
    /// `role` as an edge, to insert into a list; the cursor is that of the default order. Null when `role` is.
    async fn role_edge(&self, ctx: &Context<'_>) -> Result<Option<RoleEdge>> {
        let Some((Visible(role), cursor)) = self.role.as_ref().zip(self.cursor.clone()) else { return Ok(None) };
        Ok(is_visible(ctx, &role.node()).await?.then(|| RoleEdge::new(cursor, role.clone())))
    }
}

/// Mutations of roles.
#[derive(Debug, Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Creates a role, optionally with grants and inheritance (AddRole, AddAscendant, AddDescendant).
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_create(&self, ctx: &Context<'_>, input: RoleCreateInput) -> Result<Option<RolePayload>> {
        let request = request(ctx);
        let done = roles::create(&request.service, &guarded_context(ctx), input.into()).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Updates a role. A change of `isDefault` also requires `role:assign`.
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
        let done = roles::update(&request.service, &guarded_context(ctx), id::parse(&id), update).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Deletes a role with its assignments, grants and inheritance (DeleteRole). Fails with `SOD_VIOLATION` while a
    /// constraint would be left with fewer roles than its limit.
    #[graphql(directive = has_permission::apply("role:delete"), directive = recent_login::apply())]
    async fn role_delete(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<DeletePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = roles::delete(&request.service, &context, id::parse(&id)).await;
        Ok(Some(DeletePayload::new(id, MutationResult::changed(ctx, done)?).of_dry_run(dry_run)))
    }

    /// Grants permissions to a role (GrantPermission).
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_grant_permissions(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        permission_ids: Vec<ID>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (role, permissions) = (id::parse(&role_id), id::parse_all(&permission_ids));
        let done = roles::grant_permissions(&request.service, &context, role, permissions).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Revokes permissions from a role (RevokePermission).
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_revoke_permissions(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        permission_ids: Vec<ID>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (role, permissions) = (id::parse(&role_id), id::parse_all(&permission_ids));
        let done = roles::revoke_permissions(&request.service, &context, role, permissions).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Grants patterns of permissions to a role, at most 100: a resource and an action of which one or both are `*`. The role
    /// holds each registered permission that one of them matches, also later ones, so that the caller needs a pattern that
    /// covers it, or `superadmin`.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_grant_patterns(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        patterns: Vec<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = roles::grant_patterns(&request.service, &context, id::parse(&role_id), patterns).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Revokes patterns of permissions from a role.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_revoke_patterns(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        patterns: Vec<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = roles::revoke_patterns(&request.service, &context, id::parse(&role_id), patterns).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Makes the permissions granted to a role exactly these, up to 1,000. Fails with `STALE` when the role is at another
    /// version than `expectedVersion`.
    #[graphql(directive = has_permission::apply("permission:grant"))]
    async fn role_set_permissions(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        permission_ids: Vec<ID>,
        expected_version: i32,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (role, permissions) = (id::parse(&role_id), id::parse_all(&permission_ids));
        let done = roles::set_permissions(&request.service, &context, role, permissions, expected_version).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Adds roles that a role inherits from (AddInheritance). Fails with `HIERARCHY_CYCLE` or `SOD_VIOLATION`.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_add_inheritance(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        inherits_from_ids: Vec<ID>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (role, juniors) = (id::parse(&role_id), id::parse_all(&inherits_from_ids));
        let done = roles::add_inheritance(&request.service, &context, role, juniors).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Removes roles that a role inherits from (DeleteInheritance). Inheritance over other links remains.
    #[graphql(directive = has_permission::apply("role:write"))]
    async fn role_remove_inheritance(
        &self,
        ctx: &Context<'_>,
        role_id: ID,
        inherits_from_ids: Vec<ID>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<RolePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (role, juniors) = (id::parse(&role_id), id::parse_all(&inherits_from_ids));
        let done = roles::remove_inheritance(&request.service, &context, role, juniors).await;
        Ok(Some(RolePayload::new(MutationResult::changed(ctx, done)?)))
    }
}
