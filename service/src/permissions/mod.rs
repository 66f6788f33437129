//! Permissions: the names that guards and grants speak of.

mod commands;
mod model;
mod queries;
mod store;

pub use commands::{create, delete, update};
pub use model::{NewPermission, Permission, PermissionFilter};
pub use queries::{by_ids, count, page};

pub(crate) use store::{NewRow, insert, make_system};
