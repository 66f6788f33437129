//! Importing users, roles, permissions and their links: validated as a whole, reported as a whole,
//! applied as a whole or not at all, idempotent, through the one door.
//!
//! `plan` says, without I/O, what is missing for a document to hold, or everything that is wrong with
//! it; `apply` writes what is missing.

mod apply;
mod authority;
mod circles;
mod model;
mod plan;
mod store;

pub use apply::apply;
pub use model::{Document, Outcome, Problem, Progress, Row, Summary};
