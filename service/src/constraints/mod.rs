//! Separation of duty: sets of roles that no user (static) and no session (dynamic) may have together.
//!
//! What a constraint forbids is the engine's to say, and the door judges it on everything that is
//! written; here constraints are only made and changed.

mod commands;
mod create;
mod members;
mod model;
mod queries;
mod store;

pub use commands::{delete, update};
pub use create::create;
pub use members::{add_roles, remove_roles};
pub use model::{Constraint, ConstraintUpdate, NewConstraint};
pub use queries::by_ids;
