//! Past revisions of the policy: who changed roles, permissions or constraints, when, and what undoes it.
//!
//! Each change records one, in its transaction (`change/settle.rs`), from the policies before and after it. A revision
//! holds what its objects were before, as far as that differs, so that its size is that of the change. Changes of users
//! alone make none. `policies/rollback.rs` goes back.

mod difference;
mod model;
mod queries;
mod record;
mod retention;
mod undo;

use crate::store::revisions as store;

pub use model::PolicyRevision;
pub use queries::{by_ids, count, page};

pub(crate) use queries::{find, undone};
pub(crate) use record::{DescriptionsBefore, record};
pub(crate) use retention::delete_old;
pub(crate) use undo::{ConstraintChange, ConstraintState, Difference, RoleChange, RoleState, Undo};
