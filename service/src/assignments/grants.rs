//! Granting permissions to one user directly.

use super::Terms;
use crate::users::User;
use crate::{Context, Result, Service};
use engine::{PermissionId, UserId};

/// Grants permissions to a user directly, up to 100 at once, all or none. Granting again replaces the terms.
///
/// # Errors
/// As [`super::assign_roles`].
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    (user, permissions): (UserId, Vec<PermissionId>),
    terms: Terms,
) -> Result<User> {
    let _ = (service, ctx, user, permissions, terms);
    todo!()
}

/// Takes direct grants from a user; those not there are ignored.
///
/// # Errors
/// As [`super::unassign_roles`].
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    (user, permissions): (UserId, Vec<PermissionId>),
    reason: Option<String>,
) -> Result<User> {
    let _ = (service, ctx, user, permissions, reason);
    todo!()
}
