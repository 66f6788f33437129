//! User errors: refusals of a mutation by a rule of the domain.

use super::constraints::SodConstraint;
use super::entity::Entity;
use super::guard::directives::{has_permission, inherit};
use super::id::{self, EntityType};
use super::permissions::Permission;
use super::roles::Role;
use super::scalars::PermissionName;
use async_graphql::{Enum, ID, Interface, SimpleObject};
use engine::Policy;
use service::{Refusal, RefusalDetail, Separation};
use std::sync::Arc;

/// Refusal of a mutation by a rule of the domain. Codes are stable; messages may change. Fields and messages name only
/// what the caller may see.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "code", ty = "UserErrorCode", desc = "Stable code of the error."),
    field(name = "message", ty = "String", desc = "Message for people, in English."),
    field(
        name = "path",
        ty = "Option<Vec<String>>",
        desc = "Path of the argument or input field at fault, for example `[\"input\", \"name\"]`. Null when there is none."
    )
)]
pub enum UserError {
    /// An invalid input.
    Input(InputError),
    /// A violation of separation of duty.
    Sod(SodError),
    /// A cycle in the role hierarchy.
    Hierarchy(HierarchyError),
    /// A change beyond the caller's authority.
    Authority(AuthorityError),
    /// A version conflict.
    Stale(StaleError),
}

/// Codes of user errors. New codes may be added; treat an unknown code as `INVALID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::RefusalCode")]
pub enum UserErrorCode {
    /// A required value is missing or blank.
    Required,
    /// A value is malformed or out of range.
    Invalid,
    /// A value or a list exceeds its maximum length.
    TooLong,
    /// The name or e-mail address is already in use.
    Taken,
    /// The object does not exist or is not visible to the caller.
    NotFound,
    /// The object was changed after it was read.
    Stale,
    /// The object is built in and does not allow the change.
    Immutable,
    /// The password is too short, too common, derived from the name of the account or of the service, or on the
    /// blocklist.
    WeakPassword,
    /// The account is unknown, the password is wrong or the reset token is not valid. The error does not reveal which.
    InvalidCredentials,
    /// The account is suspended. Reported only after the correct password, and by `userIssuePasswordReset`.
    AccountNotActive,
    /// The deployment does not accept sign-ups.
    SignupDisabled,
    /// The refresh token is missing, expired or revoked. Log in again.
    RefreshTokenInvalid,
    /// The refresh token was used before, and its session is revoked. Log in again.
    RefreshTokenReused,
    /// A role would inherit from itself.
    HierarchyCycle,
    /// A separation-of-duty constraint would be violated.
    SodViolation,
    /// The change exceeds the caller's authority.
    BeyondAuthority,
    /// No user would remain who can administer the service.
    WouldLockOut,
    /// The assignment or grant would end earlier, or begin later, than the one that stands. Pass `replace: true` to
    /// replace it.
    WouldShrink,
    /// The role cannot be activated, because the user is not authorized for it.
    RoleNotAssigned,
    /// The plan is no longer the one that was shown. Plan the document again.
    PlanChanged,
    /// The policy document cannot be read.
    PolicySyntax,
}

/// Value that is missing, malformed, in use or unknown.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// Stable code of the error.
    #[graphql(owned)]
    code: UserErrorCode,
    /// Message for people, in English.
    #[graphql(owned)]
    message: String,
    /// Path of the argument or input field at fault. Null when there is none.
    #[graphql(owned)]
    path: Option<Vec<String>>,
}

/// Violation of a separation-of-duty constraint.
#[derive(Clone, Debug, SimpleObject)]
pub struct SodError {
    /// Stable code of the error.
    #[graphql(owned)]
    code: UserErrorCode,
    /// Message for people, in English.
    #[graphql(owned)]
    message: String,
    /// Path of the argument or input field at fault. Null when there is none.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// Constraint that would be violated. Null when the refused mutation would have created it.
    #[graphql(directive = has_permission::apply("sod:read"))]
    constraint: Option<Entity<SodConstraint>>,
    /// Name of the constraint, visible to every caller.
    constraint_name: String,
    /// Conflicting roles of the user or session, without those that the caller may not see.
    #[graphql(directive = inherit::apply())]
    roles: Vec<Entity<Role>>,
    /// Conflicting permissions of the user or session, without those that the caller may not see. Empty for a constraint
    /// over roles.
    #[graphql(directive = inherit::apply())]
    permissions: Vec<Entity<Permission>>,
    /// Id of the user whose roles or permissions conflict. Null when no single user is concerned, and when the caller may not see the
    /// user.
    user_id: Option<ID>,
}

/// Cycle in the role hierarchy.
#[derive(Clone, Debug, SimpleObject)]
pub struct HierarchyError {
    /// Stable code of the error.
    #[graphql(owned)]
    code: UserErrorCode,
    /// Message for people, in English.
    #[graphql(owned)]
    message: String,
    /// Path of the argument or input field at fault. Null when there is none.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// Roles of the cycle, with the first role repeated at the end, and without those that the caller may not see.
    #[graphql(directive = inherit::apply())]
    cycle: Vec<Entity<Role>>,
}

/// Change beyond the caller's authority.
#[derive(Clone, Debug, SimpleObject)]
pub struct AuthorityError {
    /// Stable code of the error.
    #[graphql(owned)]
    code: UserErrorCode,
    /// Message for people, in English.
    #[graphql(owned)]
    message: String,
    /// Path of the argument or input field at fault. Null when there is none.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// Permissions that the caller lacks or holds for a shorter time, at most 20. Empty when the caller may not read
    /// the object at fault.
    missing: Vec<PermissionName>,
    /// Patterns of permissions that no pattern of the caller covers for as long, at most 20. They stand for permissions
    /// that may be registered later.
    missing_patterns: Vec<String>,
}

/// Version conflict: the object was changed after it was read. A caller who may not see the object gets an `InputError`.
#[derive(Clone, Debug, SimpleObject)]
pub struct StaleError {
    /// Stable code of the error.
    #[graphql(owned)]
    code: UserErrorCode,
    /// Message for people, in English.
    #[graphql(owned)]
    message: String,
    /// Path of the argument or input field at fault. Null when there is none.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// Current version of the object.
    current_version: i32,
}

impl UserError {
    /// Maximum number of missing permissions named.
    const MAX_MISSING: usize = 20;

    /// The error for a refusal, with roles and constraints as `policy` knows them.
    #[must_use]
    pub fn new(refusal: Refusal, policy: &Arc<Policy>) -> Self {
        let (code, message) = (refusal.code.into(), refusal.message);
        let path = Some(refusal.path).filter(|path| !path.is_empty());
        match refusal.detail {
            RefusalDetail::None => Self::Input(InputError { code, message, path }),
            RefusalDetail::Cycle(cycle) => {
                let cycle = Role::all(policy, cycle);
                Self::Hierarchy(HierarchyError { code, message, path, cycle })
            }
            RefusalDetail::Missing { permissions, patterns } => {
                let missing_patterns = patterns.iter().take(Self::MAX_MISSING).map(ToString::to_string).collect();
                let missing = permissions.into_iter().take(Self::MAX_MISSING).map(PermissionName).collect();
                Self::Authority(AuthorityError { code, message, path, missing, missing_patterns })
            }
            RefusalDetail::SeparationOfDuty(separation) => {
                let Separation { constraint, name, roles, permissions, user } = *separation;
                Self::Sod(SodError {
                    code,
                    message,
                    path,
                    // A constraint that was refused is not in the policy.
                    constraint: SodConstraint::find(policy, constraint).map(Entity),
                    constraint_name: name,
                    roles: Role::all(policy, roles),
                    permissions: Permission::all(policy, permissions),
                    user_id: user.map(|user| id::encode(EntityType::User, user.uuid())),
                })
            }
            RefusalDetail::Stale { current_version } => {
                Self::Stale(StaleError { code, message, path, current_version })
            }
        }
    }
}
