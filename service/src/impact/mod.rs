//! The impact of a change: who gains and who loses which permissions, worked out from the policies before and after it by
//! the functions that decide access.
//!
//! Users whose own roles, grants or status change are compared one by one. All others are compared by permission: those who
//! hold it before and after, from the review index.

mod assess;
mod model;

pub use model::{AccessDelta, Impact};

pub(crate) use assess::{Assessment, SubjectChange};
