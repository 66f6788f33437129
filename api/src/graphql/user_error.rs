//! Refusals by a rule of the domain, as payloads tell them.

use super::constraints::SodConstraint;
use super::entity::Entity;
use super::guard::directives::{has_permission, inherit};
use super::id::{self, EntityType};
use super::roles::Role;
use super::scalars::PermissionName;
use async_graphql::{Enum, ID, Interface, SimpleObject};
use engine::Policy;
use service::{Refusal, RefusalDetail, Separation};
use std::sync::Arc;

/// A refusal by a rule of the domain. Codes are stable; messages are for people and may change.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "code", ty = "UserErrorCode", desc = "Stable code."),
    field(name = "message", ty = "String", desc = "For people, in English."),
    field(
        name = "path",
        ty = "Option<Vec<String>>",
        desc = "Argument or input field at fault, for example `[\"input\", \"name\"]`; null when none."
    )
)]
pub enum UserError {
    /// A value is missing, malformed, taken or unknown.
    Input(InputError),
    /// A separation-of-duty constraint is broken.
    Sod(SodError),
    /// A cycle of inheritance.
    Hierarchy(HierarchyError),
    /// The caller would exceed its own authority.
    Authority(AuthorityError),
    /// Someone else changed the object.
    Stale(StaleError),
}

/// Codes of user errors. New ones may be added; treat unknown ones as INVALID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::RefusalCode")]
pub enum UserErrorCode {
    /// A value is needed.
    Required,
    /// A value is malformed.
    Invalid,
    /// A value or a list is too long.
    TooLong,
    /// A name or address is already in use.
    Taken,
    /// No such object, or none the caller may see.
    NotFound,
    /// Changed by someone else since it was read.
    Stale,
    /// Built in; cannot be changed so.
    Immutable,
    /// Too short, or known from a leak.
    WeakPassword,
    /// Unknown account or wrong password; never says which.
    InvalidCredentials,
    /// Suspended; said only after the right password.
    AccountNotActive,
    /// This deployment takes no sign-ups.
    SignupDisabled,
    /// Missing, expired or revoked: sign in again.
    RefreshTokenInvalid,
    /// Already used: the session was ended for safety; sign in again.
    RefreshTokenReused,
    /// The role would inherit from itself.
    HierarchyCycle,
    /// Breaks a separation-of-duty constraint.
    SodViolation,
    /// Would hand out or change more than the caller itself holds.
    BeyondAuthority,
    /// Would leave no one able to administer the service.
    WouldLockOut,
    /// Cannot be activated: the user is not authorised for the role.
    RoleNotAssigned,
}

/// A value is missing, malformed, taken or unknown.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// Stable code.
    #[graphql(owned)]
    code: UserErrorCode,
    /// For people.
    #[graphql(owned)]
    message: String,
    /// Argument or input field at fault.
    #[graphql(owned)]
    path: Option<Vec<String>>,
}

/// A separation-of-duty constraint is broken.
#[derive(Clone, Debug, SimpleObject)]
pub struct SodError {
    /// Stable code.
    #[graphql(owned)]
    code: UserErrorCode,
    /// For people.
    #[graphql(owned)]
    message: String,
    /// Argument or input field at fault.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// The constraint.
    #[graphql(directive = has_permission::apply("sod:read"))]
    constraint: Option<Entity<SodConstraint>>,
    /// Its name, shown to everyone who hits it.
    constraint_name: String,
    /// The roles that conflict, for this user or session.
    #[graphql(directive = inherit::apply())]
    roles: Vec<Entity<Role>>,
    /// The user concerned.
    user_id: Option<ID>,
}

/// A cycle of inheritance.
#[derive(Clone, Debug, SimpleObject)]
pub struct HierarchyError {
    /// Stable code.
    #[graphql(owned)]
    code: UserErrorCode,
    /// For people.
    #[graphql(owned)]
    message: String,
    /// Argument or input field at fault.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// The cycle, first role repeated at the end.
    #[graphql(directive = inherit::apply())]
    cycle: Vec<Entity<Role>>,
}

/// The caller would exceed its own authority.
#[derive(Clone, Debug, SimpleObject)]
pub struct AuthorityError {
    /// Stable code.
    #[graphql(owned)]
    code: UserErrorCode,
    /// For people.
    #[graphql(owned)]
    message: String,
    /// Argument or input field at fault.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// What the caller lacks: at most 20, and empty unless the caller may read the object at fault.
    missing: Vec<PermissionName>,
}

/// Someone else changed the object.
#[derive(Clone, Debug, SimpleObject)]
pub struct StaleError {
    /// Stable code.
    #[graphql(owned)]
    code: UserErrorCode,
    /// For people.
    #[graphql(owned)]
    message: String,
    /// Argument or input field at fault.
    #[graphql(owned)]
    path: Option<Vec<String>>,
    /// The version it has now.
    current_version: i32,
}

impl UserError {
    /// Most permissions named as missing.
    const MAX_MISSING: usize = 20;

    /// A refusal as it is told; roles are named as `policy` knows them.
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
            RefusalDetail::Missing(missing) => {
                let missing = missing.into_iter().take(Self::MAX_MISSING).map(PermissionName).collect();
                Self::Authority(AuthorityError { code, message, path, missing })
            }
            RefusalDetail::SeparationOfDuty(separation) => {
                let Separation { constraint, name, roles, user } = *separation;
                Self::Sod(SodError {
                    code,
                    message,
                    path,
                    // One about to be made is not there.
                    constraint: SodConstraint::find(policy, constraint).map(Entity),
                    constraint_name: name,
                    roles: Role::all(policy, roles),
                    user_id: user.map(|user| id::encode(EntityType::User, user.uuid())),
                })
            }
            RefusalDetail::Stale { current_version } => {
                Self::Stale(StaleError { code, message, path, current_version })
            }
        }
    }
}
