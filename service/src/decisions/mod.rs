//! Decisions from memory: the current policy, subjects loaded when needed, and the feed that keeps
//! both from going stale.

mod current;
mod explain;
mod feed;
mod load;
mod subject;

pub use current::Current;
pub use explain::{Decision, DecisionReason, Explanation, Question, check_access, explain_access};
pub use subject::{subject, subjects};

pub(crate) use current::Touched;
