//! Steps: mutations through a session, logins, and time.

use super::world::{Names, Second, Term};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A mutation through a session.
    Do {
        by: String,
        operation: Operation,
    },
    /// Several mutations through a session in one document, one after another.
    Together {
        by: String,
        operations: Vec<Operation>,
    },
    SignUp {
        user: String,
        session: String,
    },
    /// With chosen roles, or without.
    LogIn {
        user: String,
        roles: Option<Names>,
        session: String,
    },
    /// Sets a user's password with the last issued reset token.
    Reset {
        user: String,
    },
    Wait(Second),
}

/// A mutation with an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    AssignRoles {
        user: String,
        roles: Names,
        term: Term,
    },
    UnassignRoles {
        user: String,
        roles: Names,
    },
    GrantDirectly {
        user: String,
        permissions: Names,
        term: Term,
    },
    RevokeDirectly {
        user: String,
        permissions: Names,
    },
    AssignUsers {
        role: String,
        users: Names,
        term: Term,
    },
    UnassignUsers {
        role: String,
        users: Names,
    },
    CreateRole {
        name: String,
        permissions: Names,
        juniors: Names,
        seniors: Names,
    },
    UpdateRole {
        role: String,
        update: RoleUpdate,
    },
    DeleteRole {
        role: String,
    },
    GrantToRole {
        role: String,
        permissions: Names,
    },
    RevokeFromRole {
        role: String,
        permissions: Names,
    },
    GrantPatterns {
        role: String,
        patterns: Names,
    },
    RevokePatterns {
        role: String,
        patterns: Names,
    },
    Inherit {
        role: String,
        juniors: Names,
    },
    Disinherit {
        role: String,
        juniors: Names,
    },
    CreatePermission {
        name: String,
    },
    DeletePermission {
        permission: String,
    },
    CreateUser {
        name: String,
        roles: Names,
    },
    UpdateUser {
        user: String,
        display_name: String,
    },
    Suspend {
        user: String,
    },
    Reactivate {
        user: String,
    },
    DeleteUser {
        user: String,
    },
    IssueReset {
        user: String,
    },
    EndSessions {
        user: String,
    },
    EndSession {
        session: String,
    },
    Activate {
        roles: Names,
    },
    Deactivate {
        roles: Names,
    },
    /// Over roles or over permissions.
    Constrain {
        name: String,
        is_dynamic: bool,
        roles: Names,
        permissions: Names,
        limit: usize,
    },
    SetLimit {
        constraint: String,
        limit: usize,
    },
    AddMembers {
        constraint: String,
        roles: Names,
    },
    RemoveMembers {
        constraint: String,
        roles: Names,
    },
    Unconstrain {
        constraint: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RoleUpdate {
    Name(String),
    Description(String),
    IsDefault(bool),
    RequiresActivation(bool),
}

impl Operation {
    /// The root field.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::AssignRoles { .. } => "userAssignRoles",
            Self::UnassignRoles { .. } => "userUnassignRoles",
            Self::GrantDirectly { .. } => "userGrantPermissions",
            Self::RevokeDirectly { .. } => "userRevokePermissions",
            Self::AssignUsers { .. } => "roleAssignUsers",
            Self::UnassignUsers { .. } => "roleUnassignUsers",
            Self::CreateRole { .. } => "roleCreate",
            Self::UpdateRole { .. } => "roleUpdate",
            Self::DeleteRole { .. } => "roleDelete",
            Self::GrantToRole { .. } => "roleGrantPermissions",
            Self::RevokeFromRole { .. } => "roleRevokePermissions",
            Self::GrantPatterns { .. } => "roleGrantPatterns",
            Self::RevokePatterns { .. } => "roleRevokePatterns",
            Self::Inherit { .. } => "roleAddInheritance",
            Self::Disinherit { .. } => "roleRemoveInheritance",
            Self::CreatePermission { .. } => "permissionCreate",
            Self::DeletePermission { .. } => "permissionDelete",
            Self::CreateUser { .. } => "userCreate",
            Self::UpdateUser { .. } => "userUpdate",
            Self::Suspend { .. } => "userSuspend",
            Self::Reactivate { .. } => "userReactivate",
            Self::DeleteUser { .. } => "userDelete",
            Self::IssueReset { .. } => "userIssuePasswordReset",
            Self::EndSessions { .. } => "userRevokeSessions",
            Self::EndSession { .. } => "sessionRevoke",
            Self::Activate { .. } => "sessionActivateRoles",
            Self::Deactivate { .. } => "sessionDeactivateRoles",
            Self::Constrain { .. } => "sodConstraintCreate",
            Self::SetLimit { .. } => "sodConstraintUpdate",
            Self::AddMembers { .. } => "sodConstraintAddRoles",
            Self::RemoveMembers { .. } => "sodConstraintRemoveRoles",
            Self::Unconstrain { .. } => "sodConstraintDelete",
        }
    }

    /// The permission that the guard requires.
    pub(super) fn needs(&self) -> Option<&'static str> {
        Some(match self {
            Self::AssignRoles { .. }
            | Self::UnassignRoles { .. }
            | Self::AssignUsers { .. }
            | Self::UnassignUsers { .. } => "role:assign",
            Self::GrantDirectly { .. }
            | Self::RevokeDirectly { .. }
            | Self::GrantToRole { .. }
            | Self::RevokeFromRole { .. }
            | Self::GrantPatterns { .. }
            | Self::RevokePatterns { .. } => "permission:grant",
            Self::CreateRole { .. } | Self::UpdateRole { .. } | Self::Inherit { .. } | Self::Disinherit { .. } => {
                "role:write"
            }
            Self::DeleteRole { .. } => "role:delete",
            Self::CreatePermission { .. } | Self::DeletePermission { .. } => "permission:write",
            Self::CreateUser { .. }
            | Self::UpdateUser { .. }
            | Self::Suspend { .. }
            | Self::Reactivate { .. }
            | Self::IssueReset { .. } => "user:write",
            Self::DeleteUser { .. } => "user:delete",
            Self::EndSessions { .. } | Self::EndSession { .. } => "session:revoke",
            Self::Activate { .. } | Self::Deactivate { .. } => return None,
            Self::Constrain { .. }
            | Self::SetLimit { .. }
            | Self::AddMembers { .. }
            | Self::RemoveMembers { .. }
            | Self::Unconstrain { .. } => "sod:write",
        })
    }

    /// Does the guard require a recent password confirmation?
    pub(super) fn needs_recent_login(&self) -> bool {
        matches!(
            self,
            Self::DeleteRole { .. }
                | Self::DeleteUser { .. }
                | Self::DeletePermission { .. }
                | Self::UpdateUser { .. }
                | Self::IssueReset { .. }
                | Self::SetLimit { .. }
                | Self::RemoveMembers { .. }
                | Self::Unconstrain { .. }
        )
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do { by, operation } => write!(f, "{by}: {} {operation:?}", operation.field()),
            step => write!(f, "{step:?}"),
        }
    }
}
