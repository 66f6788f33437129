//! Sessions on the server: rows with an idle and an absolute end, and the denylist of ended ones.

mod commands;
mod denylist;
mod device;
mod model;
mod queries;
pub(crate) mod store;

pub use commands::{revoke, revoke_all_of, revoke_others};
pub use denylist::Denylist;
pub use model::{Session, SessionFilter};
pub use queries::{by_ids, count, page};

pub(crate) use commands::end;
