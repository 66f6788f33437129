//! Registering, describing and deleting permissions.

use super::Permission;
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::payload::{DeletePayload, Done};
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use service::permissions::{self, NewPermission, Permission as Row};

/// A new permission.
#[derive(Debug, InputObject)]
pub struct PermissionCreateInput {
    /// `resource:action`.
    name: String,
    /// What it allows.
    description: Option<String>,
}

/// Changes of a permission.
#[derive(Debug, InputObject)]
pub struct PermissionUpdateInput {
    /// New description.
    description: MaybeUndefined<String>,
}

/// Result of changing one permission.
#[derive(Debug, SimpleObject)]
pub struct PermissionPayload {
    /// The permission as it is now. Null on failure.
    permission: Option<Seen<Permission>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl PermissionPayload {
    /// What a change of a permission came to.
    #[must_use]
    pub fn new(done: Done<Row>) -> Self {
        let Done { value, user_errors, policy } = done;
        Self { permission: value.map(|row| Seen(Entity(Permission::of_row(row, policy)))), user_errors }
    }
}

/// Writes of permissions.
#[derive(Debug, Default)]
pub struct PermissionMutation;

#[Object]
impl PermissionMutation {
    /// Create a permission.
    #[graphql(directive = has_permission::apply("permission:write"))]
    async fn permission_create(
        &self,
        ctx: &Context<'_>,
        input: PermissionCreateInput,
    ) -> Result<Option<PermissionPayload>> {
        let request = request(ctx);
        let new = NewPermission { name: input.name, description: input.description };
        let done = permissions::create(&request.service, &acting(ctx), new).await;
        Ok(Some(PermissionPayload::new(Done::new(ctx, done)?)))
    }

    /// Describe a permission; its name never changes.
    #[graphql(directive = has_permission::apply("permission:write"))]
    async fn permission_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: PermissionUpdateInput,
    ) -> Result<Option<PermissionPayload>> {
        let request = request(ctx);
        let permission = given::permission(&id);
        let done = permissions::update(&request.service, &acting(ctx), permission, input.description.into()).await;
        Ok(Some(PermissionPayload::new(Done::new(ctx, done)?)))
    }

    /// Delete a permission and its grants.
    #[graphql(directive = has_permission::apply("permission:write"), directive = recent_login::apply())]
    async fn permission_delete(&self, ctx: &Context<'_>, id: ID) -> Result<Option<DeletePayload>> {
        let request = request(ctx);
        let done = permissions::delete(&request.service, &acting(ctx), given::permission(&id)).await;
        Ok(Some(DeletePayload::new(id, Done::new(ctx, done)?)))
    }
}
