//! Sessions on the server: rows with an idle and an absolute end, and the denylist of ended ones.

mod commands;
mod denylist;
mod device;
mod feed;
mod model;
mod queries;
mod records;
pub(crate) mod store;
mod sweep;

pub use commands::{revoke, revoke_all_of, revoke_others};
pub use denylist::Denylist;
pub use model::{Session, SessionFilter};
pub use queries::{by_ids, counts, pages};

pub(crate) use commands::{act, end, ids};
pub(crate) use denylist::Standing;
pub(crate) use model::{EndReason, NewSession, Use, Whose, span};
pub(crate) use queries::find_live;
pub(crate) use records::{Record, Records};
pub(crate) use store::{StoredSession, UNWRITTEN, end as end_rows, find, insert, lock, note_use, switch};
pub(crate) use sweep::{flush_seen, sweep};
