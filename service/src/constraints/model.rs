//! The record of a constraint and the input of commands.

use crate::Requested;
use chrono::{DateTime, Utc};
use engine::{ConstraintId, ConstraintKind, PermissionId, RoleId};

/// The record of a constraint, without what decisions need: name, kind, roles, permissions and limit are in the policy.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Identifier.
    pub id: ConstraintId,
    /// Risk that the constraint prevents.
    pub description: Option<String>,
    /// Time of creation.
    pub created_at: DateTime<Utc>,
}

/// A constraint after a change; after a preview, with the set as it would be.
#[derive(Clone, Debug)]
pub struct ChangedConstraint {
    /// The record.
    pub record: Constraint,
    /// What decisions need.
    pub set: engine::Constraint,
}

/// The input of a new constraint, unchecked.
#[derive(Clone, Debug)]
pub struct NewConstraint {
    /// Unique name.
    pub name: String,
    /// Risk that the constraint prevents.
    pub description: Option<String>,
    /// Whether users (static) or sessions (dynamic) are restricted.
    pub kind: ConstraintKind,
    /// Conflicting roles; empty when it names permissions.
    pub roles: Vec<Requested<RoleId>>,
    /// Conflicting permissions; empty when it names roles.
    pub permissions: Vec<Requested<PermissionId>>,
    /// Number of these that are forbidden together.
    pub limit: i32,
}

/// The input of a changed constraint: the outer `None` keeps an attribute, the inner `None` removes it.
#[derive(Clone, Debug, Default)]
pub struct ConstraintUpdate {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New limit.
    pub limit: Option<i32>,
}
