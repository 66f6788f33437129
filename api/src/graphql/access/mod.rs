//! Decisions: the answers, their reasons, and the paths they rest on.

mod decision;
mod path;
mod query;

pub(super) use decision::{AccessDecision, DecisionReason};
pub(super) use path::{GrantPath, Grounds};
pub(super) use query::AccessQuery;
