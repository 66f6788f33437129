//! Assigning one role to many users.

use super::Terms;
use crate::users::User;
use crate::{Context, Result, Service};
use engine::{RoleId, UserId};

/// Assigns a role to many users, up to 100 at once, all or none; gives the users whose membership changed.
///
/// # Errors
/// As [`super::assign_roles`]; the path holds the index of the user at fault.
pub async fn assign_users(
    service: &Service,
    ctx: &Context,
    (role, users): (RoleId, Vec<UserId>),
    terms: Terms,
) -> Result<Vec<User>> {
    let _ = (service, ctx, role, users, terms);
    todo!()
}

/// Takes a role from many users; gives the users whose membership changed.
///
/// # Errors
/// As [`super::unassign_roles`].
pub async fn unassign_users(
    service: &Service,
    ctx: &Context,
    (role, users): (RoleId, Vec<UserId>),
    reason: Option<String>,
) -> Result<Vec<User>> {
    let _ = (service, ctx, role, users, reason);
    todo!()
}
