//! Permissions: registered names that guards require and grants refer to.

mod commands;
pub mod matrix;
mod model;
pub mod names;
mod queries;

use crate::store::permissions as store;

pub use commands::{create, delete, update};
pub use model::{NewPermission, Permission, PermissionFilter};
pub use queries::{by_ids, count, page, registered};

pub(crate) use commands::{erase, grantees};
pub(crate) use store::{PermissionInsert, insert, make_system};
