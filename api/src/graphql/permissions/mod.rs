//! Permissions: the names that guards and grants speak of.

mod mutation;
mod query;
mod types;

pub use mutation::{PermissionCreateInput, PermissionMutation, PermissionPayload, PermissionUpdateInput};
pub use query::{PermissionFilter, PermissionQuery};
pub use types::{Permission, PermissionConnection, PermissionEdge, RolePermission};
