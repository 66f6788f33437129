//! Permissions granted to roles.

use super::Role;
use crate::{Context, Result, Service};
use engine::{PermissionId, RoleId};

/// Grants permissions to a role (GrantPermission); those it has already are left as they are.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `TOO_LONG`.
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    permissions: Vec<PermissionId>,
) -> Result<Role> {
    let _ = (service, ctx, role, permissions);
    todo!()
}

/// Takes permissions from a role (RevokePermission); those it has not are ignored.
///
/// # Errors
/// As [`grant_permissions`]; `WOULD_LOCK_OUT`.
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    permissions: Vec<PermissionId>,
) -> Result<Role> {
    let _ = (service, ctx, role, permissions);
    todo!()
}
