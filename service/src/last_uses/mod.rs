//! The last days on which roles and permissions of users allowed something, for reviews of access.
//!
//! A use is a guard that allowed a field of a request because the caller holds a permission, or a decision of `checkAccess`
//! that allowed the user. It counts for the permission, and for the roles by which the session holds it. A request that
//! repeats a use of the same day costs one look at a table of atomic numbers; a first use is kept in memory, and written
//! with others in the background. What a process that is killed had not written is recorded with the next use, at the
//! latest on the next day.

mod day;
mod flush;
mod queries;
mod recorder;
mod seen;

#[cfg(test)]
mod tests;

use crate::store::last_uses as store;

pub use queries::by_holdings;
pub use recorder::record;

pub(crate) use day::{Day, day_of};
pub(crate) use flush::flush;
pub(crate) use recorder::{LastUses, record_subject};
