//! Inheritance between roles.

use super::commands::{find, known, target};
use super::{Role, store};
use crate::audit::Act;
use crate::batch::Batch;
use crate::change::{Change, LinkPaths, Links};
use crate::{Changed, Context, Requested, Result, Service, boxed};
use engine::{PermitKind, Proposal, RoleId};

/// Makes a role inherit from others (AddInheritance). Inheritance that exists already stays.
///
/// # Errors
/// `NOT_FOUND`, `HIERARCHY_CYCLE`, `SOD_VIOLATION`, `IMMUTABLE`, `TOO_LONG`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn add_inheritance(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    inherits_from: Vec<Requested<RoleId>>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.add_inheritance", target(&service.policy(), role));
    let input = Batch::new(inherits_from, &["inheritsFromIds"]);
    service.administer(ctx, act, input, |change, juniors| add(change, role, juniors)).await
}

#[boxed]
async fn add(change: &mut Change<'_>, senior: Requested<RoleId>, juniors: Batch<RoleId>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, senior, "roleId")?;
    let senior = role.id;
    juniors.require_known("role", |id| policy.role(id).is_some())?;
    let requested = juniors.distinct();
    let paths = LinkPaths { object: &["roleId"], links: &["inheritsFromIds"] };
    let permit =
        change.permit_links(&juniors, &requested, paths, |juniors| Proposal::AddInheritance { senior, juniors })?;
    let record = find(change, Some(senior), "roleId").await?;
    let new = Links::to_add(&juniors, &policy.inherits_from(senior), &*policy);
    if new.is_empty() {
        return Ok(record);
    }
    change.alter_role(senior, |role| role.inherits_from.extend(new.ids()));
    change.set_separation_path(&["inheritsFromIds"]);
    if change.is_preview() {
        return Ok(record);
    }
    let links: Vec<_> = new.ids().iter().map(|&junior| (senior, junior)).collect();
    store::insert_inheritance(change.write(&permit, PermitKind::AddInheritance)?, &links, change.stamp()).await?;
    change.record(new.added("inheritsFrom", format!("made {} inherit from {new}", role.name)));
    Ok(record.touched(change.now()))
}

/// Ends the inheritance of a role from others (DeleteInheritance). Inheritance that does not exist is ignored.
///
/// # Errors
/// As [`add_inheritance`]; `WOULD_LOCK_OUT`.
#[boxed]
pub async fn remove_inheritance(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    inherits_from: Vec<Requested<RoleId>>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.remove_inheritance", target(&service.policy(), role));
    let input = Batch::new(inherits_from, &["inheritsFromIds"]);
    service.administer(ctx, act, input, |change, juniors| remove(change, role, juniors)).await
}

#[boxed]
async fn remove(change: &mut Change<'_>, senior: Requested<RoleId>, juniors: Batch<RoleId>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, senior, "roleId")?;
    let senior = role.id;
    juniors.require_known("role", |id| policy.role(id).is_some())?;
    let permit = change.permit(Proposal::RemoveInheritance { senior }, &["roleId"])?;
    let record = find(change, Some(senior), "roleId").await?;
    let gone = Links::to_remove(&juniors, &policy.inherits_from(senior), &*policy);
    if gone.is_empty() {
        return Ok(record);
    }
    change.alter_role(senior, |role| role.inherits_from.retain(|junior| !gone.ids().contains(junior)));
    if change.is_preview() {
        return Ok(record);
    }
    store::delete_inheritance(change.write(&permit, PermitKind::RemoveInheritance)?, senior, gone.ids()).await?;
    change.record(gone.removed("inheritsFrom", format!("ended the inheritance of {} from {gone}", role.name)));
    Ok(record.touched(change.now()))
}
