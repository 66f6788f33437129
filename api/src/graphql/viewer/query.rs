//! Who am I, and what may I do?

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

/// Most permissions asked about at once.
const MAX_PERMISSIONS: usize = 100;

/// The caller's own view.
#[derive(Debug, Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The signed-in user, or null when no one is signed in.
    #[graphql(directive = public::apply())]
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<Entity<User>>> {
        let caller = request(ctx).require_usable()?;
        Ok(caller.map(|caller| Entity(User::of_caller(caller))))
    }

    /// The signed-in session: active roles and the permissions it holds now. Null when anonymous.
    #[graphql(directive = public::apply())]
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let request = request(ctx);
        let caller = request.require_usable()?.cloned();
        Ok(caller.map(|caller| Viewer::new(caller, TokenDelivery::of(&request.credential))))
    }

    /// May the current session do this? False when anonymous.
    #[graphql(directive = public::apply())]
    async fn can(&self, ctx: &Context<'_>, permission: PermissionName) -> Result<bool> {
        let request = request(ctx);
        let caller = request.require_usable()?;
        Ok(caller.is_some_and(|caller| caller.holds(permission.0.as_str(), request.now)))
    }

    /// May it do every one of these (up to 100)?
    #[graphql(directive = public::apply())]
    async fn can_all(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<bool> {
        let decisions = decide(ctx, permissions)?;
        Ok(decisions.iter().all(AccessDecision::is_allowed))
    }

    /// May it do at least one of these?
    #[graphql(directive = public::apply())]
    async fn can_any(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<bool> {
        let decisions = decide(ctx, permissions)?;
        Ok(decisions.iter().any(AccessDecision::is_allowed))
    }

    /// One answer per permission, in the order asked, for gating a screen in one call.
    #[graphql(directive = public::apply())]
    async fn can_each(&self, ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<Vec<AccessDecision>> {
        decide(ctx, permissions)
    }
}

fn decide(ctx: &Context<'_>, permissions: Vec<PermissionName>) -> Result<Vec<AccessDecision>> {
    let request = request(ctx);
    let caller = request.require_usable()?;
    if permissions.len() > MAX_PERMISSIONS {
        return Err(bad_input(format!("`permissions` has at most {MAX_PERMISSIONS} entries")));
    }
    Ok(permissions.into_iter().map(|permission| AccessDecision::of_caller(request, caller, permission)).collect())
}
