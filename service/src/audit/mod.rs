//! The audit log: actor, action, target and outcome of every change and of every refused attempt.

mod act;
mod actions;
mod attempts;
mod commands;
mod model;
mod names;
mod queries;
mod retention;

use crate::store::audit as store;

pub use actions::ACTIONS;
pub use commands::denied;
pub use model::{AuditEvent, AuditFilter, Outcome};
pub use queries::{by_ids, counts, involves, pages};

pub(crate) use act::Act;
pub(crate) use attempts::Attempts;
pub(crate) use commands::{Events, checked, events_of, flush, insert, record_attempt, summary_of, write};
pub(crate) use model::{ChangedAttributes, Entry, Target, TargetType};
pub(crate) use names::listed;
pub(crate) use retention::delete_old;
