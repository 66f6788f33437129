//! Roles, permissions and constraints as storage holds them, before anything is computed.

use crate::{ConstraintId, PermissionId, PermissionName, PermissionPattern, RoleId, RoleName};
use std::ops::RangeInclusive;

/// All roles, permissions and constraints. Grants and immediate inheritance are nested in the role that they belong
/// to. The order of the vectors is irrelevant.
///
/// ```
/// use engine::{Facts, Policy};
///
/// let policy = Policy::build(Facts { revision: 3, ..Facts::default() })?;
/// assert_eq!(policy.revision(), 3);
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Revision of the policy.
    pub revision: u64,
    /// Roles.
    pub roles: Vec<RoleFacts>,
    /// Permissions.
    pub permissions: Vec<PermissionFacts>,
    /// Separation-of-duty constraints.
    pub constraints: Vec<Constraint>,
}

/// A role with its grants and its inheritance.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{RoleFacts, RoleName};
///
/// let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// let manager = RoleFacts {
///     inherits_from: vec![clerk.id],
///     ..RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("manager")?)
/// };
/// assert!(manager.grants.is_empty());
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct RoleFacts {
    /// Identifier.
    pub id: RoleId,
    /// Unique name.
    pub name: RoleName,
    /// Whether the role is built in: it cannot be deleted or renamed.
    pub is_system: bool,
    /// Whether every new account is assigned the role.
    pub is_default: bool,
    /// Whether the role is inactive at login until it is activated.
    pub requires_activation: bool,
    /// Policy revision at which the role, its grants or its inheritance last changed.
    pub revision: u64,
    /// Permissions granted to the role itself (INCITS 359: PA).
    pub grants: Vec<PermissionId>,
    /// Patterns granted to the role itself: it holds each permission that one of them matches, also those that are
    /// registered later.
    pub patterns: Vec<PermissionPattern>,
    /// Immediate juniors (INCITS 359: RH).
    pub inherits_from: Vec<RoleId>,
}

impl RoleFacts {
    /// A role without flags, grants and inheritance, at revision 0.
    #[must_use]
    pub fn new(id: RoleId, name: RoleName) -> Self {
        Self {
            id,
            name,
            is_system: false,
            is_default: false,
            requires_activation: false,
            revision: 0,
            grants: Vec::new(),
            patterns: Vec::new(),
            inherits_from: Vec::new(),
        }
    }
}

/// A registered permission.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{PermissionFacts, PermissionName};
///
/// let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// assert_eq!(read.name.action(), "read");
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PermissionFacts {
    /// Identifier.
    pub id: PermissionId,
    /// Unique name.
    pub name: PermissionName,
    /// Whether the permission guards the service itself: it cannot be deleted.
    pub is_system: bool,
}

impl PermissionFacts {
    /// A permission that is not a system permission.
    #[must_use]
    pub fn new(id: PermissionId, name: PermissionName) -> Self {
        Self { id, name, is_system: false }
    }
}

/// Roles or permissions under separation of duty. A set of roles (INCITS 359: SSD or DSD role set) is evaluated over
/// *authorized* roles: inherited ones count, and direct grants do not. A set of permissions, an extension, is evaluated
/// over permissions held by any path: by roles, inheritance, patterns and direct grants.
///
/// What `superadmin` holds by rule is exempt from sets of permissions: a permission counts when a direct grant or a role
/// other than `superadmin` brings it.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Constraint, ConstraintKind, Facts, Policy, PolicyError, RoleFacts, RoleName};
///
/// let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// let auditor = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("auditor")?);
/// let constraint = Constraint {
///     id: Uuid::from_u128(3).into(),
///     name: "books".to_owned(),
///     kind: ConstraintKind::Static,
///     roles: vec![clerk.id, auditor.id],
///     permissions: Vec::new(),
///     limit: 2,
/// };
///
/// let facts = Facts { roles: vec![clerk, auditor], constraints: vec![constraint], ..Facts::default() };
/// assert!(Policy::build(facts.clone()).is_ok());
///
/// let mut invalid = facts;
/// invalid.constraints[0].limit = 3;
/// assert_eq!(Policy::build(invalid).unwrap_err(), PolicyError::LimitOutOfRange("books".to_owned()));
/// # Ok::<(), engine::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Identifier.
    pub id: ConstraintId,
    /// Name, unique without regard to case.
    pub name: String,
    /// Kind of separation of duty.
    pub kind: ConstraintKind,
    /// Conflicting roles; at least two, or none when the constraint names permissions.
    pub roles: Vec<RoleId>,
    /// Conflicting permissions; at least two, or none when the constraint names roles.
    pub permissions: Vec<PermissionId>,
    /// Number of these at which the constraint is broken: at least 2, at most their number.
    pub limit: usize,
}

impl Constraint {
    /// Valid limits of a set of `members` roles or permissions; an empty range for fewer than two.
    #[must_use]
    pub fn limit_range(members: usize) -> RangeInclusive<usize> {
        2..=members
    }

    /// Number of the roles or permissions that conflict.
    #[must_use]
    pub fn size(&self) -> usize {
        self.roles.len() + self.permissions.len()
    }
}

/// What a [`Constraint`] is evaluated over.
///
/// ```
/// use engine::{ConstraintKind, Facts, Policy};
///
/// let policy = Policy::build(Facts::default())?;
/// assert!(policy.separated_roles(ConstraintKind::Dynamic).is_empty());
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// The authorized roles of a user (SSD), or the permissions that the user holds by any path. An assignment or a
    /// direct grant that is not yet valid counts, an expired one does not.
    Static,
    /// The active roles of a session (DSD), or the permissions that it holds by active roles and by direct grants,
    /// which are always active.
    Dynamic,
}
