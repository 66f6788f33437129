//! Sessions, with an idle timeout and an absolute lifetime, and the denylist of ended ones.

mod cache;
mod commands;
mod data;
mod denylist;
pub(crate) mod device;
mod feed;
mod gaps;
mod model;
mod queries;
mod sweep;

use crate::store::sessions as store;

pub use commands::{revoke, revoke_all_of, revoke_others, set_data};
pub use data::SessionData;
pub use denylist::Denylist;
pub use model::{Session, SessionFilter};
pub use queries::{by_ids, counts, pages};

pub(crate) use cache::{CachedSession, SessionCache};
pub(crate) use commands::{act, deny, displace, end, ids, require_open};
pub(crate) use denylist::RevocationStatus;
pub(crate) use model::{EndReason, NewSession, SessionSelection, SessionUse};
pub(crate) use queries::{find_live, last_authenticated_at};
pub(crate) use store::{SessionRecord, UNWRITTEN, confirm, find, insert, lock, lock_open, record_use, switch};
pub(crate) use sweep::{flush_uses, sweep};
