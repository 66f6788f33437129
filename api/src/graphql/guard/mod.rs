//! The guards: the published schema says who may reach what, and one place enforces it.
//!
//! [`directives`] are what the schema is marked with; [`Table`] is what its text says; [`Rule`] what a
//! mark asks for; `judge` and `own` decide, `hook` enforces, `describe` tells people.

pub mod directives;

mod definitions;
mod describe;
mod hook;
mod judge;
mod own;
mod read;
mod rule;
mod table;

use super::context::Request;
use super::entity::NodeRef;
use service::Caller;
use std::sync::{Arc, OnceLock};

pub use rule::{Names, Rule, Veil, Verdict};
pub use table::{ArgumentInfo, FieldInfo, InputInfo, Roots, Table, TypeInfo};

pub(super) use describe::RulesInWords;
pub(super) use hook::{Enforce, refusal_at};
pub(super) use judge::{Asked, judge};

/// The rules in force, put there once when the schema is built; without them everything is refused.
#[derive(Clone, Debug, Default)]
pub struct Guards(Arc<OnceLock<Table>>);

impl Guards {
    /// Puts the rules in force. Only the first ones count.
    pub(super) fn load(&self, table: Table) -> &Table {
        self.0.get_or_init(|| table)
    }

    pub(super) fn table(&self) -> Option<&Table> {
        self.0.get()
    }
}

/// Does `caller` see the object, by its type's `@visibleTo`? No one does without rules.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when that cannot be told.
pub(super) async fn sees(
    guards: Option<&Guards>,
    request: &Request,
    caller: Option<&Caller>,
    node: &NodeRef,
) -> async_graphql::Result<bool> {
    match guards.and_then(Guards::table) {
        Some(table) => judge::sees(table, request, caller, node).await,
        None => Ok(false),
    }
}
