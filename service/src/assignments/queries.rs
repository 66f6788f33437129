//! Reading assignments.

use super::RoleAssignment;
use crate::{Result, Service};
use engine::{AssignmentId, UserId};
use rustc_hash::FxHashMap;

/// All assignments of each of these users, ended and future ones included, oldest first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn of_users(service: &Service, users: &[UserId]) -> Result<FxHashMap<UserId, Vec<RoleAssignment>>> {
    let _ = (service, users);
    todo!()
}

/// Assignments by id; missing ones are left out.
///
/// # Errors
/// As [`of_users`].
pub async fn by_ids(service: &Service, ids: &[AssignmentId]) -> Result<FxHashMap<AssignmentId, RoleAssignment>> {
    let _ = (service, ids);
    todo!()
}
