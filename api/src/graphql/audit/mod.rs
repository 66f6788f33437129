//! The audit log.

mod query;
mod types;

pub use query::{AuditFilter, AuditOrder, AuditQuery};
pub use types::{AuditEvent, AuditEventConnection, AuditEventEdge, AuditOutcome};
