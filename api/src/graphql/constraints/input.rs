//! What is said about constraints when they are made and changed.

use super::SodKind;
use crate::graphql::given;
use async_graphql::{ID, InputObject, MaybeUndefined};
use service::constraints::{ConstraintUpdate, NewConstraint};

/// A new separation-of-duty constraint.
#[derive(Debug, InputObject)]
pub struct SodConstraintCreateInput {
    /// Unique name.
    name: String,
    /// Which risk it guards against.
    description: Option<String>,
    /// Static or dynamic.
    kind: SodKind,
    /// At least two roles.
    role_ids: Vec<ID>,
    /// The number of these roles that may not be reached.
    #[graphql(default = 2)]
    limit: i32,
}

/// Changes of a constraint; what is omitted stays.
#[derive(Debug, InputObject)]
pub struct SodConstraintUpdateInput {
    /// New name.
    name: MaybeUndefined<String>,
    /// New description.
    description: MaybeUndefined<String>,
    /// New limit.
    limit: Option<i32>,
}

impl From<SodConstraintCreateInput> for NewConstraint {
    fn from(input: SodConstraintCreateInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            kind: input.kind.into(),
            roles: given::roles(&input.role_ids),
            limit: input.limit,
        }
    }
}

impl From<SodConstraintUpdateInput> for ConstraintUpdate {
    fn from(input: SodConstraintUpdateInput) -> Self {
        Self { name: given::needed(input.name), description: input.description.into(), limit: input.limit }
    }
}
