//! Errors of building a policy.

use crate::{Conflict, PermissionId, RoleId};

/// Contradiction between facts. It is found when a policy is built, never by a check.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Facts, Policy, PolicyError, RoleFacts, RoleName};
///
/// let mut clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// clerk.inherits_from.push(clerk.id);
/// let id = clerk.id;
///
/// let error = Policy::build(Facts { roles: vec![clerk], ..Facts::default() }).unwrap_err();
/// assert_eq!(error, PolicyError::Cycle(vec![id, id]));
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Two roles share an id or, without regard to case, a name.
    #[error("duplicate role `{0}`")]
    DuplicateRole(String),
    /// Two permissions share an id or a name.
    #[error("duplicate permission `{0}`")]
    DuplicatePermission(String),
    /// A grant names an unknown permission.
    #[error("role `{role}` is granted an unknown permission")]
    UnknownPermission {
        /// Name of the role.
        role: String,
        /// The unknown permission.
        permission: PermissionId,
    },
    /// An inheritance names an unknown role.
    #[error("role `{role}` inherits from an unknown role")]
    UnknownRole {
        /// Name of the senior role.
        role: String,
        /// The unknown role.
        inherits_from: RoleId,
    },
    /// The role hierarchy has a cycle; the first role is repeated at the end.
    #[error("the role hierarchy has a cycle")]
    Cycle(Vec<RoleId>),
    /// Two constraints share an id or, without regard to case, a name.
    #[error("duplicate constraint `{0}`")]
    DuplicateConstraint(String),
    /// A constraint names an unknown role.
    #[error("constraint `{constraint}` names an unknown role")]
    UnknownConstrainedRole {
        /// Name of the constraint.
        constraint: String,
        /// The unknown role.
        role: RoleId,
    },
    /// A constraint names an unknown permission.
    #[error("constraint `{constraint}` names an unknown permission")]
    UnknownConstrainedPermission {
        /// Name of the constraint.
        constraint: String,
        /// The unknown permission.
        permission: PermissionId,
    },
    /// A constraint names roles as well as permissions.
    #[error("constraint `{0}` names both roles and permissions")]
    MixedConstraint(String),
    /// The limit of a constraint is below 2 or above the number of its roles or permissions.
    #[error("the limit of constraint `{0}` is not between 2 and the number of its roles or permissions")]
    LimitOutOfRange(String),
    /// One role violates a constraint by itself, through what it is granted and the roles that it inherits from.
    #[error("one role violates a constraint by itself, through its grants or inheritance")]
    ViolatedByOneRole {
        /// The first such role, by name.
        role: RoleId,
        /// The constraint, and the roles or permissions that conflict.
        conflict: Conflict,
    },
}
