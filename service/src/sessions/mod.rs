//! Sessions on the server: rows with an idle and an absolute end, and the denylist of ended ones.

mod commands;
mod data;
mod denylist;
mod device;
mod feed;
mod model;
mod queries;
mod records;
pub(crate) mod store;
mod sweep;

pub use commands::{revoke, revoke_all_of, revoke_others, set_data};
pub use data::SessionData;
pub use denylist::Denylist;
pub use model::{Session, SessionFilter};
pub use queries::{by_ids, counts, pages};

pub(crate) use commands::{act, displace, end, ids};
pub(crate) use denylist::Standing;
pub(crate) use model::{EndReason, NewSession, Use, Whose, span};
pub(crate) use queries::{confirmed_at, find_live};
pub(crate) use records::{Record, Records};
pub(crate) use store::{StoredSession, UNWRITTEN, confirm, end as end_rows, find, insert, lock, note_use, switch};
pub(crate) use sweep::{flush_seen, sweep};
