//! Users and service accounts: who they are; their roles and grants are `assignments`.

mod commands;
mod model;
mod name;
mod queries;
pub(crate) mod store;

pub use commands::{create, delete, reactivate, suspend, update, update_profile};
pub use model::{NewUser, User, UserFilter, UserKind, UserOrder, UserOrderField, UserStatus, UserUpdate};
pub use name::{EmailAddress, Username};
pub use queries::{by_ids, by_username, count, page};
