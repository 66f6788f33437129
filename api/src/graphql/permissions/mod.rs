//! Permissions: the names that guards and grants speak of.

mod mutation;
mod query;
mod types;

pub(super) use mutation::PermissionMutation;
pub(super) use query::PermissionQuery;
pub(super) use types::{Permission, PermissionConnection, RolePermission};
