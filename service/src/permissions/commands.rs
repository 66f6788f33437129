//! Registering, describing and deleting permissions.

use super::{NewPermission, Permission};
use crate::{Context, Result, Service};
use engine::PermissionId;

/// Registers a permission.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`.
pub async fn create(service: &Service, ctx: &Context, new: NewPermission) -> Result<Permission> {
    let _ = (service, ctx, new);
    todo!()
}

/// Describes a permission; `None` leaves the description as it is.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`.
pub async fn update(
    service: &Service,
    ctx: &Context,
    permission: PermissionId,
    description: Option<Option<String>>,
) -> Result<Permission> {
    let _ = (service, ctx, permission, description);
    todo!()
}

/// Deletes a permission with its grants.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`.
pub async fn delete(service: &Service, ctx: &Context, permission: PermissionId) -> Result<()> {
    let _ = (service, ctx, permission);
    todo!()
}
