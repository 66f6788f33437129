//! Authority over an import: it grants at most what its author holds (invariants R1, R3 and R4).

use super::plan::ImportPlan;
use crate::change::Change;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{PermissionId, Policy, RoleId, UserId, Violation};
use rustc_hash::{FxHashMap, FxHashSet};

/// What one user gains until the same time.
#[derive(Debug, Default)]
struct GainedRights {
    roles: Vec<RoleId>,
    permissions: Vec<PermissionId>,
}

/// Checks the policy after an import: no role gained more than the author may grant, and no changed user gained more or held more
/// before. The operator is exempt: the policy after the import is made for others only.
///
/// # Errors
/// `BEYOND_AUTHORITY`.
pub(super) async fn check(
    change: &Change<'_>,
    plan: &ImportPlan,
    after: impl Future<Output = Result<Policy>> + Send,
) -> Result<()> {
    let Some(author) = change.author().session() else { return Ok(()) };
    let after = after.await?;
    let refused = |violation: Violation| Error::from(change.author().effect_refusal(&after, violation));
    change.author().authority().may_change_policy_to(&after).map_err(refused)?;

    let mut gained: FxHashMap<(UserId, Option<DateTime<Utc>>), GainedRights> = FxHashMap::default();
    for new in &plan.user_roles {
        gained.entry((new.user, new.terms.expires_at)).or_default().roles.push(new.role);
    }
    for new in &plan.user_permissions {
        gained.entry((new.user, new.terms.expires_at)).or_default().permissions.push(new.permission);
    }
    let users: FxHashSet<UserId> = gained.keys().map(|&(user, _)| user).collect();
    let users = Vec::from_iter(users);
    let subjects = change.subjects(&users).await?;
    // Only the policy after the change has the new roles and permissions.
    let authority = after.authority(&author.subject, change.now());
    for ((user, until), GainedRights { roles, permissions }) in &gained {
        subjects.get(user).map_or(Ok(()), |subject| authority.may_manage_user(subject)).map_err(refused)?;
        authority.may_grant(roles, permissions, *until).map_err(refused)?;
    }
    Ok(())
}
