//! Policy as code.

mod input;
mod mutation;
mod query;
mod types;

pub use mutation::{PolicyApplyPayload, PolicyMutation};
pub use query::PolicyQuery;
pub use types::{PlannedChange, PolicyDocument, PolicyPlan};

pub(in crate::graphql) use types::number;
