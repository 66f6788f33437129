//! Why facts do not make a policy.

use crate::{Conflict, PermissionId, RoleId};

/// Facts that contradict each other. Found when a policy is built, never by a check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Two roles share an id or, without regard to case, a name.
    #[error("role `{0}` is there twice")]
    DuplicateRole(String),
    /// Two permissions share an id or a name.
    #[error("permission `{0}` is there twice")]
    DuplicatePermission(String),
    /// A grant names a permission that is not there.
    #[error("role `{role}` is granted a permission that does not exist")]
    UnknownPermission {
        /// The role's name.
        role: String,
        /// What it is granted.
        permission: PermissionId,
    },
    /// An inheritance names a role that is not there.
    #[error("role `{role}` inherits from a role that does not exist")]
    UnknownRole {
        /// The senior role's name.
        role: String,
        /// What it inherits from.
        inherits_from: RoleId,
    },
    /// Roles inherit from each other in a circle; the first is repeated at the end.
    #[error("roles inherit from each other in a circle")]
    Cycle(Vec<RoleId>),
    /// Two constraints share an id or, without regard to case, a name.
    #[error("constraint `{0}` is there twice")]
    DuplicateConstraint(String),
    /// A constraint names a role that is not there.
    #[error("constraint `{constraint}` names a role that does not exist")]
    UnknownConstrainedRole {
        /// The constraint's name.
        constraint: String,
        /// What it names.
        role: RoleId,
    },
    /// A constraint's limit is below 2 or above the number of its roles.
    #[error("the limit of constraint `{0}` is not between 2 and the number of its roles")]
    LimitOutOfRange(String),
    /// One role breaks a constraint by itself, through what it inherits.
    #[error("one role breaks a constraint by itself, through what it inherits")]
    BrokenByOneRole {
        /// The first such role, by name.
        role: RoleId,
        /// The constraint, and its roles that come together.
        conflict: Conflict,
    },
}
