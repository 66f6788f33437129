//! Decisions: the answers, their reasons, and the paths they rest on.

mod decision;
mod path;
mod query;

pub use decision::{AccessDecision, AccessExplanation, DecisionReason, shown_revision};
pub use path::{GrantKind, GrantPath, Grounds};
pub use query::AccessQuery;
