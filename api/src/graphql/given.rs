//! Ids and texts as arguments give them.
//!
//! What is not one of our ids, or is one of another kind, is an unknown id: it becomes the nil UUID,
//! which is never issued, and is treated wherever unknown ids are, in the same words.

use super::id;
use super::scalars::PermissionName;
use async_graphql::{ID, MaybeUndefined};
use engine::{ConstraintId, PermissionId, Policy, RoleId, SessionId, SigningKeyId, UserId};
use uuid::Uuid;

/// A user.
#[must_use]
pub fn user(id: &ID) -> UserId {
    id::user_id(id).unwrap_or(UserId::new(Uuid::nil()))
}

/// Users.
#[must_use]
pub fn users(ids: &[ID]) -> Vec<UserId> {
    ids.iter().map(user).collect()
}

/// A role.
#[must_use]
pub fn role(id: &ID) -> RoleId {
    id::role_id(id).unwrap_or(RoleId::new(Uuid::nil()))
}

/// Roles.
#[must_use]
pub fn roles(ids: &[ID]) -> Vec<RoleId> {
    ids.iter().map(role).collect()
}

/// A permission.
#[must_use]
pub fn permission(id: &ID) -> PermissionId {
    id::permission_id(id).unwrap_or(PermissionId::new(Uuid::nil()))
}

/// Permissions.
#[must_use]
pub fn permissions(ids: &[ID]) -> Vec<PermissionId> {
    ids.iter().map(permission).collect()
}

/// A session.
#[must_use]
pub fn session(id: &ID) -> SessionId {
    id::session_id(id).unwrap_or(SessionId::new(Uuid::nil()))
}

/// A separation-of-duty constraint.
#[must_use]
pub fn constraint(id: &ID) -> ConstraintId {
    id::constraint_id(id).unwrap_or(ConstraintId::new(Uuid::nil()))
}

/// A signing key.
#[must_use]
pub fn signing_key(id: &ID) -> SigningKeyId {
    id::signing_key_id(id).unwrap_or(SigningKeyId::new(Uuid::nil()))
}

/// Any object.
#[must_use]
pub fn object(id: &ID) -> Uuid {
    id::parse(id).map_or(Uuid::nil(), |(_, id)| id)
}

/// A permission by name.
#[must_use]
pub fn permission_named(policy: &Policy, name: &PermissionName) -> PermissionId {
    policy.permission_named(name.0.as_str()).map_or(PermissionId::new(Uuid::nil()), |permission| permission.id)
}

/// A new text for something that is needed: null is as good as an empty one, and refused like it.
#[must_use]
pub fn needed(text: MaybeUndefined<String>) -> Option<String> {
    match text {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(String::new()),
        MaybeUndefined::Value(text) => Some(text),
    }
}
