//! Guards: the published schema says which caller may select a field, and one place enforces it.
//!
//! [`directives`] mark the schema; [`Table`] is read from its SDL; `authorize` decides, `ownership` decides for objects
//! of one's own, `extension` enforces, `describe` adds the rules to the descriptions.

pub mod directives;

mod authorize;
mod definitions;
mod describe;
mod extension;
pub(super) mod ownership;
mod read;
mod rule;
mod table;

use super::context::Request;
use super::entity::NodeRef;
use service::Caller;
use std::sync::{Arc, OnceLock};

pub use rule::{GuardOutcome, NameMatch, Rule, Visibility};
pub use table::{ArgumentInfo, FieldInfo, InputInfo, Roots, Table, TypeInfo};

pub(super) use authorize::is_recently_authenticated;
pub(super) use describe::{FieldDescriptions, FieldEdit, RuleDescriptions};
pub(super) use extension::GuardExtension;
pub(super) use rule::Unguarded;
#[cfg(test)]
pub(super) use table::named_type;

/// The guards in force, set once when the schema is built; while they are not set, every field is denied.
#[derive(Clone, Debug, Default)]
pub struct Guards(Arc<OnceLock<Table>>);

impl Guards {
    /// Sets the guards. Later calls have no effect.
    pub(super) fn load(&self, table: Table) -> &Table {
        self.0.get_or_init(|| table)
    }

    pub(super) fn table(&self) -> Option<&Table> {
        self.0.get()
    }
}

/// Whether an object is visible to the caller by its type's `@visibleTo`. Without guards none is.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when the owner cannot be read.
pub(super) async fn is_visible(
    guards: Option<&Guards>,
    request: &Request,
    caller: Option<&Caller>,
    object: &NodeRef,
) -> async_graphql::Result<bool> {
    match guards.and_then(Guards::table) {
        Some(table) => authorize::is_visible(table, request, caller, object).await,
        None => Ok(false),
    }
}
