//! Roles, their grants and their inheritance.

mod commands;
mod create;
mod grants;
mod hierarchy;
mod model;
mod patterns;
mod queries;

use crate::store::roles as store;

pub use commands::{delete, update};
pub use create::create;
pub use grants::{grant_permissions, revoke_permissions, set_permissions};
pub use hierarchy::{add_inheritance, remove_inheritance};
pub use model::{NewRole, Role, RoleFilter, RoleOrder, RoleOrderField, RoleUpdate};
pub use patterns::{grant_patterns, revoke_patterns};
pub use queries::{by_ids, count, page};

pub(crate) use commands::{erase, target};
pub(crate) use store::{RoleInsert, insert, insert_grants, insert_inheritance, make_system};
