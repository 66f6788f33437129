//! Removing the demo company.

use super::DemoSize;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::decisions::read_subjects;
use crate::sessions;
use crate::{
    Context, Error, Refusal, RefusalCode, Result, Service, boxed, constraints, permissions, roles, store, users,
};
use engine::{AccountStatus, ConstraintId, PermissionId, PermitKind, Policy, Proposal, RoleId, SessionId, UserId};
use uuid::Uuid;

/// Deletes exactly what was loaded, in one transaction, also what was changed since. Objects of others stay: they lose the
/// roles and permissions of the demo company.
///
/// # Errors
/// `NOT_FOUND` when it is not loaded; `SOD_VIOLATION` when a constraint of others needs a role or a permission of the demo
/// company for its limit; `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn remove(service: &Service, ctx: &Context) -> Result<DemoSize> {
    let act = Act::new("demo.remove", Target::new(TargetType::Policy, None::<Uuid>, None::<String>));
    let removed = service.change(ctx, act, Ok(()), |change, ()| erase(change)).await.map_err(without_path)?;
    service.deleted.notify_one();
    sessions::deny(service, &removed.ended).await;
    Ok(removed.size)
}

struct Removed {
    size: DemoSize,
    ended: Vec<SessionId>,
}

/// What is left of what was loaded.
struct Remains {
    constraints: Vec<ConstraintId>,
    users: Vec<UserId>,
    roles: Vec<RoleId>,
    permissions: Vec<PermissionId>,
}

#[boxed]
async fn erase(change: &mut Change<'_>) -> Result<Removed> {
    if !store::demo::is_loaded(change.read()).await? {
        return Err(Refusal::new(RefusalCode::NotFound, "the demo company is not loaded").into());
    }
    let remains = Remains::find(change).await?;
    let mut ended = Vec::new();
    for &id in &remains.constraints {
        constraints::erase(change, Some(id)).await?;
    }
    for &id in &remains.users {
        ended.extend(users::erase(change, Some(id)).await?);
    }
    for &id in &remains.roles {
        roles::erase(change, Some(id)).await?;
    }
    for &id in &remains.permissions {
        permissions::erase(change, Some(id)).await?;
    }
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    store::demo::clear(change.write(&permit, PermitKind::Unrestricted)?).await?;
    change.record(Entry::done("removed the demo company"));
    Ok(Removed { size: DemoSize { users: remains.users.len(), roles: remains.roles.len() }, ended })
}

impl Remains {
    async fn find(change: &Change<'_>) -> Result<Self> {
        let (ids, policy) = (store::demo::all(change.read()).await?, change.policy());
        let known = |is_known: fn(&Policy, Uuid) -> bool| ids.iter().copied().filter(move |&id| is_known(policy, id));
        let users: Vec<UserId> = ids.iter().copied().map(UserId::new).collect();
        let users = read_subjects(change.read(), &users).await?.into_iter();
        Ok(Self {
            constraints: known(|policy, id| policy.constraint(id.into()).is_some()).map(ConstraintId::new).collect(),
            users: users.filter(|user| user.status != AccountStatus::Deleted).map(|user| user.user).collect(),
            roles: known(|policy, id| policy.role(id.into()).is_some()).map(RoleId::new).collect(),
            permissions: known(|policy, id| policy.permission(id.into()).is_some()).map(PermissionId::new).collect(),
        })
    }
}

/// The request names no object that a path could lead to.
fn without_path(error: Error) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(|refusal| refusal.at([])).collect()),
        error => error,
    }
}
