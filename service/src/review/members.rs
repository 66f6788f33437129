//! Roles that nobody is authorized for.

use super::read;
use crate::{Result, Service};
use engine::RoleId;
use rustc_hash::FxHashSet;

/// Roles that no user is authorized for now: assigned to nobody, and nor is any role that inherits from them.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
pub(crate) async fn roles_without_members(service: &Service) -> Result<Vec<RoleId>> {
    let (policy, now) = (service.policy(), service.now());
    let index = read::up_to(service, policy.revision()).await?;
    let present = index.present();
    let has_users = |role: &RoleId| !index.assigned([*role].into_iter(), now).is_disjoint(&present);
    let assigned = policy.roles().map(|role| role.id).filter(has_users);
    let with_members: FxHashSet<RoleId> = policy.role_closure(assigned).into_iter().collect();
    Ok(policy.roles().map(|role| role.id).filter(|role| !with_members.contains(role)).collect())
}
