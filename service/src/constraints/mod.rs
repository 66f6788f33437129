//! Separation of duty: sets of roles or permissions of which no user (static) and no session (dynamic) may have more than a limit
//! allows. `change` enforces them with the engine's rules.

mod commands;
mod create;
mod members;
mod model;
mod queries;

use crate::store::constraints as store;

pub use commands::{delete, update};
pub use create::create;
pub use members::{add_roles, remove_roles};
pub use model::{ChangedConstraint, Constraint, ConstraintUpdate, NewConstraint};
pub use queries::by_ids;

pub(crate) use commands::erase;
