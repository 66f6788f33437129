//! Queries of the caller.

use super::Viewer;
use crate::graphql::access::AccessDecision;
use crate::graphql::auth::TokenDelivery;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::error::bad_input;
use crate::graphql::guard::directives::public;
use crate::graphql::scalars::PermissionName;
use crate::graphql::users::User;
use async_graphql::{Context, Object, Result};

/// Maximum number of permissions in one field.
const MAX_PERMISSIONS: usize = 100;

/// Queries of the caller.
#[derive(Debug, Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Authenticated user. Null for anonymous callers.
    #[graphql(directive = public::apply())]
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<Entity<User>>> {
        let caller = request(ctx).require_valid_credential()?;
        Ok(caller.map(|caller| Entity(User::of_caller(caller))))
    }

    /// Authenticated session with its active roles and permissions. Null for anonymous callers.
    #[graphql(directive = public::apply())]
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let request = request(ctx);
        let caller = request.require_valid_credential()?.cloned();
        Ok(caller.map(|caller| Viewer::new(caller, TokenDelivery::of(&request.credential))))
    }

    /// Whether the current session holds the permission (CheckAccess). False for anonymous callers.
    #[graphql(directive = public::apply())]
    async fn can(&self, ctx: &Context<'_>, permission: PermissionName) -> Result<bool> {
        let request = request(ctx);
        let caller = request.require_valid_credential()?;
        Ok(caller.is_some_and(|caller| caller.holds(permission.0.as_str(), request.now)))
    }

    /// Whether the current session holds all of the permissions. False for anonymous callers, unless the list is empty.
    #[graphql(directive = public::apply())]
    async fn can_all(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<bool> {
        let decisions = decide(ctx, permissions)?;
        Ok(decisions.iter().all(AccessDecision::is_allowed))
    }

    /// Whether the current session holds at least one of the permissions. False for anonymous callers.
    #[graphql(directive = public::apply())]
    async fn can_any(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<bool> {
        let decisions = decide(ctx, permissions)?;
        Ok(decisions.iter().any(AccessDecision::is_allowed))
    }

    /// Access decisions for the current session, one per permission and in the same order (CheckAccess).
    #[graphql(directive = public::apply())]
    async fn can_each(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<Vec<AccessDecision>> {
        decide(ctx, permissions)
    }
}

fn decide(ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<Vec<AccessDecision>> {
    let request = request(ctx);
    let caller = request.require_valid_credential()?;
    if permissions.len() > MAX_PERMISSIONS {
        return Err(bad_input(format!("`permissions` has at most {MAX_PERMISSIONS} entries")));
    }
    Ok(permissions.into_iter().map(|permission| AccessDecision::of_caller(request, caller, permission)).collect())
}
