//! Changing users.

use super::{NewUser, User, UserUpdate};
use crate::{Context, Result, Service};
use engine::UserId;

/// Creates a user without a password (AddUser), with the default roles and `roles`.
///
/// # Errors
/// Refused with `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND` (a role) or `BEYOND_AUTHORITY`.
pub async fn create(service: &Service, ctx: &Context, new: NewUser) -> Result<User> {
    let _ = (service, ctx, new);
    todo!()
}

/// Changes a user's attributes.
///
/// # Errors
/// As [`create`]; `NOT_FOUND` when there is no such user.
pub async fn update(service: &Service, ctx: &Context, user: UserId, update: UserUpdate) -> Result<User> {
    let _ = (service, ctx, user, update);
    todo!()
}

/// Changes the caller's own name to show.
///
/// # Errors
/// `TOO_LONG`.
pub async fn update_profile(service: &Service, ctx: &Context, display_name: Option<Option<String>>) -> Result<User> {
    let _ = (service, ctx, display_name);
    todo!()
}

/// Stops a user from signing in and ends their sessions.
///
/// # Errors
/// `NOT_FOUND`, `WOULD_LOCK_OUT`.
pub async fn suspend(service: &Service, ctx: &Context, user: UserId, reason: Option<String>) -> Result<User> {
    let _ = (service, ctx, user, reason);
    todo!()
}

/// Undoes a suspension.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn reactivate(service: &Service, ctx: &Context, user: UserId) -> Result<User> {
    let _ = (service, ctx, user);
    todo!()
}

/// Deletes a user (DeleteUser): password, address, name, assignments and grants are erased, sessions
/// end, the username is free; the row stays as `deleted-…` for the audit log, its id is never used again.
///
/// # Errors
/// `NOT_FOUND`, `WOULD_LOCK_OUT`.
pub async fn delete(service: &Service, ctx: &Context, user: UserId) -> Result<()> {
    let _ = (service, ctx, user);
    todo!()
}
