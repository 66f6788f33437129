//! Decisions from memory: the current policy, subjects loaded when needed, and the feed that keeps
//! both from going stale.
//!
//! What is in force is swapped whole (`current`), with the subjects it is asked about beside it
//! (`cache`). `feed` follows the revisions that other processes make, `change.rs` hands in our own;
//! either way exactly what was touched is read again (`load`). `fresh` refuses to decide when none of
//! this is known to be true any more.

mod cache;
mod current;
mod explain;
mod feed;
mod fresh;
mod load;
mod pinned;
mod subject;

pub use current::Current;
pub use explain::{Decision, DecisionReason, Explanation, Question, check_access, explain_access};
pub use subject::{subject, subject_in_memory, subjects};

pub(crate) use current::{Successor, Touched};
pub(crate) use feed::{Follower, follow};
pub(crate) use load::{
    Among, assigned_several, chosen_several, feed_rows, lasting_holders, locked_revision, policy_after, set_revision,
    subjects as stored_subjects, to_stored,
};
pub(crate) use pinned::pinned;
