//! An import hands out at most what its author holds (invariants R1, R3 and R4).

use super::plan::Plan;
use crate::Result;
use crate::change::Change;
use crate::decisions::{Touched, policy_after};
use crate::{Error, Refusal};
use engine::{PermissionId, RoleId, UserId, Violation};
use rustc_hash::FxHashMap;

/// What one user is given.
#[derive(Debug, Default)]
struct Given {
    roles: Vec<RoleId>,
    permissions: Vec<PermissionId>,
}

/// Judges what was written: no role grew beyond what the author may hand out, and no user was given, or
/// had before, more than that. The operator is exempt.
///
/// # Errors
/// `BEYOND_AUTHORITY`.
pub(super) async fn judge(change: &Change, plan: &Plan) -> Result<()> {
    let Some(author) = change.author().session() else { return Ok(()) };
    let after = policy_after(change.read(), change.policy(), &[Touched::Everything], change.revision()).await?;
    let after = after.map_err(|error| Error::Internal(error.into()))?;
    let refused = |violation: Violation| Error::from(Refusal::from(violation));
    change.author().authority().may_grow_into(&after).map_err(refused)?;

    let mut given: FxHashMap<UserId, Given> = FxHashMap::default();
    for &(user, role) in &plan.user_roles {
        given.entry(user).or_default().roles.push(role);
    }
    for &(user, permission) in &plan.user_permissions {
        given.entry(user).or_default().permissions.push(permission);
    }
    let users: Vec<UserId> = given.keys().copied().collect();
    let subjects = change.subjects(&users).await?;
    // Only this policy knows what is new.
    let authority = after.authority(&author.subject, change.now());
    for (user, Given { roles, permissions }) in &given {
        subjects.get(user).map_or(Ok(()), |subject| authority.may_manage_user(subject)).map_err(refused)?;
        authority.may_confer(roles, permissions, None).map_err(refused)?;
    }
    Ok(())
}
