//! Users. Their roles and direct grants are in `assignments`.

mod account;
mod commands;
mod model;
mod name;
mod queries;
mod status;

use crate::store::users as store;

pub use crate::review::{BypassingUsers, UserView, bypassing_users, view};
pub use commands::{create, update, update_profile};
pub use model::{NewUser, User, UserFilter, UserKind, UserOrder, UserOrderField, UserUpdate};
pub use name::{EmailAddress, LoginName, Username};
pub use queries::{by_ids, by_username};
pub use status::{delete, reactivate, suspend};

pub(crate) use account::{Account, Registration, Texts, register};
pub(crate) use commands::{find, target};
pub(crate) use model::UserChanges;
pub(crate) use status::erase;

pub(crate) use store::{UserInsert, by_ids as rows_by_ids, insert};
