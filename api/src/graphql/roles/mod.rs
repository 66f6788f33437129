//! Roles, their grants and their inheritance.

mod hierarchy;
mod input;
mod mutation;
mod query;
mod types;

pub(super) use hierarchy::RoleHierarchy;
pub(super) use mutation::RoleMutation;
pub(super) use query::RoleQuery;
pub(super) use types::{Role, RoleConnection};
