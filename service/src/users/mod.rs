//! Users and service accounts: who they are; their roles and grants are `assignments`.

mod account;
mod commands;
mod model;
mod name;
mod queries;
mod status;
mod store;

pub use commands::{create, update, update_profile};
pub use model::{NewUser, User, UserFilter, UserKind, UserOrder, UserOrderField, UserStatus, UserUpdate};
pub use name::{EmailAddress, Username};
pub use queries::{by_ids, by_username, counts, pages};
pub use status::{delete, reactivate, suspend};

pub(crate) use account::{Account, Texts, register};
pub(crate) use commands::{find, get, target};

pub(crate) use store::{NewRow, by_ids as rows_by_ids, insert};
