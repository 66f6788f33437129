//! Separation-of-duty constraints.

mod input;
mod mutation;
mod query;
mod types;

pub use input::{SodConstraintCreateInput, SodConstraintUpdateInput};
pub use mutation::{SodConstraintMutation, SodConstraintPayload};
pub use query::SodConstraintQuery;
pub use types::{SodConstraint, SodKind};
