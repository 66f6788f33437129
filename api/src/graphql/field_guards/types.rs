//! GraphQL types of guards.

use async_graphql::SimpleObject;

/// Guard of a field, with the decision for the caller.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct FieldGuard {
    /// Schema coordinate of the field, for example `Mutation.roleCreate`.
    pub(super) coordinate: String,
    /// Guard as written in the schema, for example `@hasPermission(permission: "role:write")`, followed by
    /// `@recentLogin` where the field has it.
    pub(super) rule: String,
    /// Whether the caller passes. Null when the decision depends on the object.
    pub(super) allowed: Option<bool>,
}
