//! The audit log: who did what to what, with what outcome.

mod attempts;
mod commands;
mod model;
mod queries;
mod store;
mod words;

pub use commands::denied;
pub use model::{AuditEvent, AuditFilter, Outcome};
pub use queries::{by_ids, counts, involves, pages};

pub(crate) use attempts::Attempts;
pub(crate) use commands::{checked, flush, record_attempt, write};
pub(crate) use model::{Entry, Target, TargetType};
pub(crate) use words::listed;
