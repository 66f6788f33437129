//! Inheritance between roles.

use super::commands::{names, target};
use super::queries::get;
use super::{Role, store};
use crate::audit::{Entry, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::{Context, Result, Service, boxed};
use engine::RoleId;
use serde_json::json;
use std::slice;

/// Lets a role inherit from others (AddInheritance); what it inherits from already stays.
///
/// # Errors
/// `NOT_FOUND`, `HIERARCHY_CYCLE`, `SOD_VIOLATION`, `IMMUTABLE`, `TOO_LONG`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn add_inheritance(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    inherits_from: Vec<RoleId>,
) -> Result<Role> {
    let act = Act::new("role.add_inheritance", target(&service.policy(), role));
    let batch = Batch::new(inherits_from, &["inheritsFromIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| add(ctx, change, role, batch)).await?;
    get(service, role).await
}

async fn add(ctx: &Context, mut change: Change, senior: RoleId, juniors: Batch<RoleId>) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let role = policy.role(senior).ok_or_else(|| not_found("role", &["roleId"]))?;
    juniors.require_known("role", |id| policy.role(id).is_some())?;
    let mut new = juniors.distinct();
    new.retain(|junior| !role.inherits_from.contains(junior));
    // A role that cannot be changed is at fault itself; a circle is the fault of what it shall inherit from.
    let inherit = |juniors| engine::Change::AddInheritance { senior, juniors };
    let _ = change.permit(inherit(&[]), &["roleId"])?;
    change.permit_each(&juniors, |junior| inherit(slice::from_ref(junior)))?;
    let permit = change.permit(inherit(&new), &["inheritsFromIds"])?;
    if new.is_empty() {
        return Ok((change, ()));
    }
    let links: Vec<_> = new.iter().map(|&junior| (senior, junior)).collect();
    let made = store::Made { at: change.now(), by: ctx.user_id() };
    store::insert_inheritance(change.write(&permit), &links, made).await?;
    let names = names(&policy, &new);
    let entry = Entry::done(format!("let {} inherit from {}", role.name, listed(&names)))
        .after(json!({ "inheritsFrom": names }))
        .concerning(new.iter().map(|junior| junior.uuid()));
    change.blame(&["inheritsFromIds"]);
    change.touch_role(senior);
    change.record(entry);
    Ok((change, ()))
}

/// Undoes that (DeleteInheritance); what it does not inherit from is ignored.
///
/// # Errors
/// As [`add_inheritance`]; `WOULD_LOCK_OUT`.
#[boxed]
pub async fn remove_inheritance(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    inherits_from: Vec<RoleId>,
) -> Result<Role> {
    let act = Act::new("role.remove_inheritance", target(&service.policy(), role));
    let batch = Batch::new(inherits_from, &["inheritsFromIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| remove(change, role, batch)).await?;
    get(service, role).await
}

async fn remove(mut change: Change, senior: RoleId, juniors: Batch<RoleId>) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let role = policy.role(senior).ok_or_else(|| not_found("role", &["roleId"]))?;
    juniors.require_known("role", |id| policy.role(id).is_some())?;
    let permit = change.permit(engine::Change::RemoveInheritance { senior }, &["roleId"])?;
    let mut gone = juniors.distinct();
    gone.retain(|junior| role.inherits_from.contains(junior));
    if gone.is_empty() {
        return Ok((change, ()));
    }
    store::delete_inheritance(change.write(&permit), senior, &gone).await?;
    let names = names(&policy, &gone);
    let entry = Entry::done(format!("ended that {} inherits from {}", role.name, listed(&names)))
        .before(json!({ "inheritsFrom": names }))
        .concerning(gone.iter().map(|junior| junior.uuid()));
    change.touch_role(senior);
    change.record(entry);
    Ok((change, ()))
}
