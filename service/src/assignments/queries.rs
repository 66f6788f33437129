//! Reading assignments.

use super::{PermissionGrant, RoleAssignment, store};
use crate::{Result, Service, boxed};
use engine::{AssignmentId, UserId};
use rustc_hash::FxHashMap;

/// Assignments by user, expired and future ones included, oldest first. One statement per 500 users.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn of_users(service: &Service, users: &[UserId]) -> Result<FxHashMap<UserId, Vec<RoleAssignment>>> {
    let mut by_user: FxHashMap<UserId, Vec<RoleAssignment>> = FxHashMap::default();
    for assignment in store::of_users(service.database.connection(), users).await? {
        by_user.entry(assignment.user).or_default().push(assignment);
    }
    Ok(by_user)
}

/// Direct grants by user, expired and future ones included. One statement per 500 users.
///
/// # Errors
/// As [`of_users`].
#[boxed]
pub async fn grants_of_users(service: &Service, users: &[UserId]) -> Result<FxHashMap<UserId, Vec<PermissionGrant>>> {
    let mut by_user: FxHashMap<UserId, Vec<PermissionGrant>> = FxHashMap::default();
    for grant in store::grants_of_users(service.database.connection(), users).await? {
        by_user.entry(grant.user).or_default().push(grant);
    }
    Ok(by_user)
}

/// Assignments by id; unknown ones are left out. One statement per 500.
///
/// # Errors
/// As [`of_users`].
#[boxed]
pub async fn by_ids(service: &Service, ids: &[AssignmentId]) -> Result<FxHashMap<AssignmentId, RoleAssignment>> {
    let assignments = store::by_ids(service.database.connection(), ids).await?;
    Ok(assignments.into_iter().map(|assignment| (assignment.id, assignment)).collect())
}
