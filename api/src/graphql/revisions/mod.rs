//! Past revisions of the policy, and going back to one.

mod mutation;
mod query;
mod types;

pub use mutation::RevisionMutation;
pub use query::RevisionQuery;
pub use types::{PolicyRevision, PolicyRevisionConnection, PolicyRevisionEdge};
