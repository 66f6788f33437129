//! Role assignments and direct grants of users.

mod mutation;
mod types;

pub use mutation::AssignmentMutation;
pub use types::{RoleAssignment, RoleMembersPayload};
