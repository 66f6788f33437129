//! The audit log: who did what to what, with what outcome.

mod commands;
mod model;
mod queries;
mod store;

pub use commands::denied;
pub use model::{AuditEvent, AuditFilter, Outcome};
pub use queries::{by_ids, count, involves, page};

pub(crate) use commands::{record_attempt, write};
pub(crate) use model::{Entry, Target, TargetType};
