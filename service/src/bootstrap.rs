//! What every installation has: the permissions that guards name, `rbac:escalate`, the role
//! `superadmin`, which holds every permission by rule, and `user`, the default role, without any.

use crate::{Result, Service};
use engine::PermissionName;

/// The permission that lifts the rules of authority.
pub const ESCALATE: &str = "rbac:escalate";
/// The role that every new account gets.
pub const DEFAULT_ROLE: &str = "user";

/// Creates what is missing; a second run changes nothing. `user` is made only on an installation
/// that has no `superadmin` yet, so that deleting it is respected.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn run(service: &Service, system_permissions: &[PermissionName]) -> Result<()> {
    let _ = (service, system_permissions);
    todo!()
}
