//! Proposed changes, and the permits for them.

use crate::{Constraint, ConstraintId, PermissionId, PermissionPattern, RoleId, Subject};
use chrono::{DateTime, Utc};

/// A proposed change. Its users are described as they are before the change.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{PermitKind, Proposal, RoleId};
///
/// let proposal = Proposal::DeleteRole(RoleId::new(Uuid::from_u128(1)));
/// assert_eq!(proposal.kind(), PermitKind::DeleteRole);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Proposal<'a> {
    /// A new role that inherits from `juniors` and is inherited by `seniors` (AddRole,
    /// AddAscendant, AddDescendant).
    CreateRole {
        /// Roles that it inherits from.
        juniors: &'a [RoleId],
        /// Roles that inherit from it.
        seniors: &'a [RoleId],
        /// Permissions granted to it.
        grants: &'a [PermissionId],
    },
    /// A role gets another name.
    RenameRole(RoleId),
    /// A role gets another description, is active at login again, or is no longer a default role.
    DescribeRole(RoleId),
    /// A role becomes inactive at login until it is activated.
    RequireActivation(RoleId),
    /// A role becomes a default role: every new account is assigned it.
    MakeDefault(RoleId),
    /// A role is deleted, with its assignments and grants (DeleteRole).
    DeleteRole(RoleId),
    /// The permissions granted to a role change (GrantPermission, RevokePermission).
    ChangeGrants {
        /// The role.
        role: RoleId,
        /// Permissions to grant; empty when permissions are only revoked.
        added: &'a [PermissionId],
    },
    /// The patterns granted to a role change. A new role is unknown here: its place in the hierarchy is a further
    /// proposal.
    ChangePatterns {
        /// The role.
        role: RoleId,
        /// Patterns to grant; empty when patterns are only revoked.
        added: &'a [PermissionPattern],
    },
    /// A role inherits from further roles (AddInheritance).
    AddInheritance {
        /// The senior role.
        senior: RoleId,
        /// The junior roles.
        juniors: &'a [RoleId],
    },
    /// A role no longer inherits from some roles (DeleteInheritance).
    RemoveInheritance {
        /// The senior role.
        senior: RoleId,
    },
    /// A permission is deleted, with its grants.
    DeletePermission(PermissionId),
    /// A separation-of-duty constraint is created, or replaces the one with its id.
    SetConstraint(&'a Constraint),
    /// A separation-of-duty constraint is changed or deleted. Its new state, if any, is a further proposal.
    ChangeConstraint(ConstraintId),
    /// A role is to conflict with others. The constraint is a further proposal.
    ConstrainRole(RoleId),
    /// A permission is to conflict with others. The constraint is a further proposal.
    ConstrainPermission(PermissionId),
    /// Roles are assigned to a user, or the terms of assignments change (AssignUser).
    AssignRoles {
        /// The user.
        user: &'a Subject,
        /// The roles.
        roles: &'a [RoleId],
        /// End of the assignments; `None` when permanent.
        until: Option<DateTime<Utc>>,
    },
    /// Permissions are granted to a user directly, or the terms of direct grants change.
    GrantDirectly {
        /// The user.
        user: &'a Subject,
        /// The permissions.
        permissions: &'a [PermissionId],
        /// End of the grants; `None` when permanent.
        until: Option<DateTime<Utc>>,
    },
    /// A user is changed, suspended, reactivated or deleted, has a password reset or a session revoked, or
    /// loses a role or a direct grant (DeassignUser, DeleteUser).
    ManageUser(&'a Subject),
    /// A change that no rule restricts, such as a new permission.
    Unrestricted,
}

/// The kind of a [`Proposal`], one for each of its variants. A [`Permit`] names the kinds it was issued for.
///
/// ```
/// use engine::{PermitKind, Proposal};
///
/// assert_eq!(Proposal::Unrestricted.kind(), PermitKind::Unrestricted);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PermitKind {
    /// [`Proposal::CreateRole`].
    CreateRole,
    /// [`Proposal::RenameRole`].
    RenameRole,
    /// [`Proposal::DescribeRole`].
    DescribeRole,
    /// [`Proposal::RequireActivation`].
    RequireActivation,
    /// [`Proposal::MakeDefault`].
    MakeDefault,
    /// [`Proposal::DeleteRole`].
    DeleteRole,
    /// [`Proposal::ChangeGrants`].
    ChangeGrants,
    /// [`Proposal::ChangePatterns`].
    ChangePatterns,
    /// [`Proposal::AddInheritance`].
    AddInheritance,
    /// [`Proposal::RemoveInheritance`].
    RemoveInheritance,
    /// [`Proposal::DeletePermission`].
    DeletePermission,
    /// [`Proposal::SetConstraint`].
    SetConstraint,
    /// [`Proposal::ChangeConstraint`].
    ChangeConstraint,
    /// [`Proposal::ConstrainRole`].
    ConstrainRole,
    /// [`Proposal::ConstrainPermission`].
    ConstrainPermission,
    /// [`Proposal::AssignRoles`].
    AssignRoles,
    /// [`Proposal::GrantDirectly`].
    GrantDirectly,
    /// [`Proposal::ManageUser`].
    ManageUser,
    /// [`Proposal::Unrestricted`].
    Unrestricted,
}

impl Proposal<'_> {
    /// The kind of the proposal.
    #[must_use]
    pub fn kind(&self) -> PermitKind {
        match self {
            Self::CreateRole { .. } => PermitKind::CreateRole,
            Self::RenameRole(_) => PermitKind::RenameRole,
            Self::DescribeRole(_) => PermitKind::DescribeRole,
            Self::RequireActivation(_) => PermitKind::RequireActivation,
            Self::MakeDefault(_) => PermitKind::MakeDefault,
            Self::DeleteRole(_) => PermitKind::DeleteRole,
            Self::ChangeGrants { .. } => PermitKind::ChangeGrants,
            Self::ChangePatterns { .. } => PermitKind::ChangePatterns,
            Self::AddInheritance { .. } => PermitKind::AddInheritance,
            Self::RemoveInheritance { .. } => PermitKind::RemoveInheritance,
            Self::DeletePermission(_) => PermitKind::DeletePermission,
            Self::SetConstraint(_) => PermitKind::SetConstraint,
            Self::ChangeConstraint(_) => PermitKind::ChangeConstraint,
            Self::ConstrainRole(_) => PermitKind::ConstrainRole,
            Self::ConstrainPermission(_) => PermitKind::ConstrainPermission,
            Self::AssignRoles { .. } => PermitKind::AssignRoles,
            Self::GrantDirectly { .. } => PermitKind::GrantDirectly,
            Self::ManageUser(_) => PermitKind::ManageUser,
            Self::Unrestricted => PermitKind::Unrestricted,
        }
    }
}

/// Proof that the rules of administration permit a change. Only [`Authority::permit`] issues one, for the
/// kind of the proposal; [`and`](Self::and) joins the permits of a change that needs several.
///
/// ```
/// use chrono::DateTime;
/// use engine::{Facts, PermitKind, Policy, Proposal};
///
/// let policy = Policy::build(Facts::default()).expect("valid facts");
/// let permit = policy.operator(DateTime::UNIX_EPOCH).permit(Proposal::Unrestricted).expect("permitted");
/// assert!(permit.covers(PermitKind::Unrestricted));
/// assert!(!permit.covers(PermitKind::DeleteRole));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Permit {
    kinds: Vec<PermitKind>,
}

impl Permit {
    /// A permit for one proposal, which the rules of administration permit.
    pub(super) fn new(kind: PermitKind) -> Self {
        Self { kinds: vec![kind] }
    }

    /// Whether the permit was issued for a proposal of this kind.
    #[must_use]
    pub fn covers(&self, kind: PermitKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Both permits as one.
    pub fn and(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self
    }
}
