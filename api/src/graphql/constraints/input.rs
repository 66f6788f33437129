//! Inputs of constraint mutations.

use super::SodKind;
use crate::graphql::arguments;
use crate::graphql::id;
use async_graphql::{ID, InputObject, MaybeUndefined};
use service::constraints::{ConstraintUpdate, NewConstraint};

/// Attributes of a new separation-of-duty constraint.
#[derive(Debug, InputObject)]
pub struct SodConstraintCreateInput {
    /// Name of the constraint: 1 to 200 characters; unique without regard to case.
    name: String,
    /// Description of the constraint, at most 2,000 characters.
    description: Option<String>,
    /// Kind of separation of duty.
    kind: SodKind,
    /// Ids of the conflicting roles, 2 to 100. Empty when `permissionIds` is not.
    #[graphql(default)]
    role_ids: Vec<ID>,
    /// Ids of the conflicting permissions, 2 to 100. Empty when `roleIds` is not.
    #[graphql(default)]
    permission_ids: Vec<ID>,
    /// Number of the roles or permissions that may not be reached: at least 2, at most their number.
    #[graphql(default = 2)]
    limit: i32,
}

/// Changes to a separation-of-duty constraint. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct SodConstraintUpdateInput {
    /// New name of the constraint. Null is an error.
    name: MaybeUndefined<String>,
    /// New description of the constraint. Null removes the description.
    description: MaybeUndefined<String>,
    /// New limit of the constraint. Null leaves the limit unchanged.
    limit: Option<i32>,
}

impl From<SodConstraintCreateInput> for NewConstraint {
    fn from(input: SodConstraintCreateInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            kind: input.kind.into(),
            roles: id::parse_all(&input.role_ids),
            permissions: id::parse_all(&input.permission_ids),
            limit: input.limit,
        }
    }
}

impl From<SodConstraintUpdateInput> for ConstraintUpdate {
    fn from(input: SodConstraintUpdateInput) -> Self {
        Self { name: arguments::required_text(input.name), description: input.description.into(), limit: input.limit }
    }
}
