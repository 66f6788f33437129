//! Roles, their grants and their inheritance.

mod hierarchy;
mod input;
mod mutation;
mod query;
mod types;

pub use hierarchy::{RoleHierarchy, RoleLink};
pub use input::{RoleCreateInput, RoleFilter, RoleOrder, RoleOrderField, RoleUpdateInput};
pub use mutation::{RoleMutation, RolePayload};
pub use query::RoleQuery;
pub use types::{Role, RoleConnection, RoleEdge};
