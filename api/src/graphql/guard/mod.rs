//! The guards: the published schema says who may reach what, and one place enforces it.

pub mod directives;

use super::context::Request;
use super::entity::NodeRef;
use service::Caller;

/// The rules in force, put there once when the schema is built; empty, everything is refused.
#[derive(Clone, Debug, Default)]
pub struct Guards {}

/// Does `caller` see the object, by its type's `@visibleTo`?
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when that cannot be told.
pub(crate) async fn sees(
    guards: Option<&Guards>,
    request: &Request,
    caller: Option<&Caller>,
    node: &NodeRef,
) -> async_graphql::Result<bool> {
    let _ = (guards, request, caller, node);
    todo!()
}
