//! Roles assigned to users, and permissions granted to them directly.

mod commands;
mod grants;
mod members;
mod model;
mod queries;
mod replacement;
mod subjects;
mod sweep;
mod terms;

use crate::store::assignments as store;

pub use commands::{assign_roles, unassign_roles};
pub use grants::{grant_permissions, revoke_permissions};
pub use members::{assign_users, unassign_users};
pub use model::{PermissionGrant, RoleAssignment, Terms};
pub use queries::{by_ids, grants_of_users, of_users};
pub use replacement::Replacement;

pub(crate) use store::{AssignmentInsert, GrantInsert, insert, insert_grants};
pub(crate) use subjects::assign;
pub(crate) use sweep::{record_expired, sweep};
