//! Permissions, which guards require and grants give to roles and users.

mod matrix;
mod mutation;
mod pattern;
mod query;
mod types;

pub use matrix::{MatrixCell, PermissionMatrix};
pub use mutation::{PermissionCreateInput, PermissionMutation, PermissionPayload, PermissionUpdateInput};
pub use pattern::PermissionPattern;
pub use query::{PermissionFilter, PermissionQuery};
pub use types::{Permission, PermissionConnection, PermissionEdge, RolePermission};
