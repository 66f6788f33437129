//! Assigning roles to one user.

use super::Terms;
use crate::users::User;
use crate::{Context, Result, Service};
use engine::{RoleId, UserId};

/// Assigns roles to a user, up to 100 at once, all or none (AssignUser). Assigning again replaces the terms.
///
/// # Errors
/// `NOT_FOUND`, `INVALID` (terms), `TOO_LONG`, `WOULD_LOCK_OUT` (an end date for the last administrator).
pub async fn assign_roles(
    service: &Service,
    ctx: &Context,
    (user, roles): (UserId, Vec<RoleId>),
    terms: Terms,
) -> Result<User> {
    let _ = (service, ctx, user, roles, terms);
    todo!()
}

/// Takes roles from a user (DeassignUser); those not assigned are ignored.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `WOULD_LOCK_OUT`.
pub async fn unassign_roles(
    service: &Service,
    ctx: &Context,
    (user, roles): (UserId, Vec<RoleId>),
    reason: Option<String>,
) -> Result<User> {
    let _ = (service, ctx, user, roles, reason);
    todo!()
}
