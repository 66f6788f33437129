//! Access decisions, their explanations and the paths of grants.

mod cure;
mod decision;
mod path;
mod query;

pub use cure::{AccessCure, AccessCureKind};
pub use decision::{AccessDecision, AccessExplanation, DecisionReason, graphql_revision};
pub use path::{GrantKind, GrantPath, Grounds};
pub use query::{AccessCheckInput, AccessQuery};
