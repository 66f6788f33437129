//! Mutations of permissions.

use super::Permission;
use crate::graphql::context::{guarded_context, intended_context, request};
use crate::graphql::entity::{Entity, Visible};
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::id;
use crate::graphql::impact::Impact;
use crate::graphql::payload::{DeletePayload, MutationResult};
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use service::permissions::{self, NewPermission, Permission as PermissionRecord};

/// Attributes of a new permission.
#[derive(Debug, InputObject)]
pub struct PermissionCreateInput {
    /// Name of the permission, in the format of `PermissionName`.
    name: String,
    /// Description of the permission, at most 2,000 characters.
    description: Option<String>,
}

/// Changes to a permission. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct PermissionUpdateInput {
    /// New description of the permission. Null removes the description.
    description: MaybeUndefined<String>,
}

/// Result of a mutation of one permission.
#[derive(Debug, SimpleObject)]
pub struct PermissionPayload {
    /// Permission after the change. Null on failure and when the caller may not see the permission.
    permission: Option<Visible<Permission>>,
    /// What the change does, or would do, to users. Null on failure.
    impact: Option<Impact>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl PermissionPayload {
    /// The result of a mutation of one permission.
    #[must_use]
    pub fn new(done: MutationResult<PermissionRecord>) -> Self {
        let MutationResult { value, user_errors, policy, impact } = done;
        let permission = value.map(|record| Visible(Entity(Permission::of_record(record, policy))));
        Self { permission, impact, user_errors }
    }
}

/// Mutations of permissions.
#[derive(Debug, Default)]
pub struct PermissionMutation;

#[Object]
impl PermissionMutation {
    /// Creates a permission.
    #[graphql(directive = has_permission::apply("permission:write"))]
    async fn permission_create(
        &self,
        ctx: &Context<'_>,
        input: PermissionCreateInput,
    ) -> Result<Option<PermissionPayload>> {
        let request = request(ctx);
        let new = NewPermission { name: input.name, description: input.description };
        let done = permissions::create(&request.service, &guarded_context(ctx), new).await;
        Ok(Some(PermissionPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Updates the description of a permission. The name of a permission never changes.
    #[graphql(directive = has_permission::apply("permission:write"))]
    async fn permission_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: PermissionUpdateInput,
    ) -> Result<Option<PermissionPayload>> {
        let request = request(ctx);
        let permission = id::parse(&id);
        let done =
            permissions::update(&request.service, &guarded_context(ctx), permission, input.description.into()).await;
        Ok(Some(PermissionPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Deletes a permission and its grants.
    #[graphql(directive = has_permission::apply("permission:write"), directive = recent_login::apply())]
    async fn permission_delete(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<DeletePayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = permissions::delete(&request.service, &context, id::parse(&id)).await;
        Ok(Some(DeletePayload::new(id, MutationResult::changed(ctx, done)?).of_dry_run(dry_run)))
    }
}
