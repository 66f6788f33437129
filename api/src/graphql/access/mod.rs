//! Decisions: the answers, their reasons, and the paths they rest on.

mod decision;
mod path;
mod query;

pub use decision::{AccessDecision, DecisionReason};
pub use path::{GrantPath, Grounds};
pub use query::AccessQuery;
