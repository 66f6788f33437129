//! Access decisions, their explanations and the paths of grants.

mod decision;
mod path;
mod query;

pub use decision::{AccessDecision, AccessExplanation, DecisionReason, graphql_revision};
pub use path::{GrantKind, GrantPath, Grounds};
pub use query::{AccessCheckInput, AccessQuery};
