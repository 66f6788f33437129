//! Roles assigned to users, and permissions granted to them directly.

mod mutation;
mod types;

pub use mutation::AssignmentMutation;
pub use types::{RoleAssignment, RoleMembersPayload};
