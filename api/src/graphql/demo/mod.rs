//! The demo company.

mod mutation;
mod query;

pub use mutation::{DemoMutation, DemoPayload};
pub use query::{DemoQuery, DemoStatus};
