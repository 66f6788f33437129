//! Inheritance between roles.

use super::Role;
use crate::{Context, Result, Service};
use engine::RoleId;

/// Lets a role inherit from others (AddInheritance); what it inherits from already stays.
///
/// # Errors
/// `NOT_FOUND`, `HIERARCHY_CYCLE`, `IMMUTABLE`, `TOO_LONG`.
pub async fn add_inheritance(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    inherits_from: Vec<RoleId>,
) -> Result<Role> {
    let _ = (service, ctx, role, inherits_from);
    todo!()
}

/// Undoes that (DeleteInheritance); what it does not inherit from is ignored.
///
/// # Errors
/// As [`add_inheritance`]; `WOULD_LOCK_OUT`.
pub async fn remove_inheritance(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    inherits_from: Vec<RoleId>,
) -> Result<Role> {
    let _ = (service, ctx, role, inherits_from);
    todo!()
}
