//! Creating, changing and deleting roles.

use super::{NewRole, Role, RoleUpdate};
use crate::{Context, Result, Service};
use engine::RoleId;

/// Creates a role (AddRole; with a place in the hierarchy AddAscendant, AddDescendant).
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND`, `HIERARCHY_CYCLE`, `IMMUTABLE`, `BEYOND_AUTHORITY`.
pub async fn create(service: &Service, ctx: &Context, new: NewRole) -> Result<Role> {
    let _ = (service, ctx, new);
    todo!()
}

/// Renames or describes a role.
///
/// # Errors
/// As [`create`]; `STALE`; `IMMUTABLE` when a built-in role would be renamed.
pub async fn update(service: &Service, ctx: &Context, role: RoleId, update: RoleUpdate) -> Result<Role> {
    let _ = (service, ctx, role, update);
    todo!()
}

/// Deletes a role with its assignments and grants (DeleteRole).
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `WOULD_LOCK_OUT`.
pub async fn delete(service: &Service, ctx: &Context, role: RoleId) -> Result<()> {
    let _ = (service, ctx, role);
    todo!()
}
