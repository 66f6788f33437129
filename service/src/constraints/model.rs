//! What constraints are, beyond what the engine knows of them.

use chrono::{DateTime, Utc};
use engine::{ConstraintId, ConstraintKind, RoleId};

/// What is stored of a constraint and decides nothing; its name, its roles and its limit are the policy's.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Identifier.
    pub id: ConstraintId,
    /// Which risk it guards against.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A new constraint. Texts and numbers are as the client gave them.
#[derive(Clone, Debug)]
pub struct NewConstraint {
    /// Unique name.
    pub name: String,
    /// Which risk it guards against.
    pub description: Option<String>,
    /// What it is judged over.
    pub kind: ConstraintKind,
    /// The roles to keep apart.
    pub roles: Vec<RoleId>,
    /// How many of them may not come together.
    pub limit: i32,
}

/// Changes of a constraint: the outer `None` leaves a thing as it is, the inner one takes it away.
#[derive(Clone, Debug, Default)]
pub struct ConstraintUpdate {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New limit.
    pub limit: Option<i32>,
}
