//! Creating, describing and deleting permissions.

use super::{NewPermission, Permission, store};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::not_found;
use crate::change::{Change, names};
use crate::decisions::ChangedObject;
use crate::store::assignments;
use crate::{Changed, Context, Refusal, RefusalCode, Requested, Result, Service, boxed, text};
use engine::{
    Assignment, AssignmentId, DirectGrant, PermissionFacts, PermissionId, PermissionName, PermitKind, Proposal, RoleId,
    Subject, UserId, Validity,
};
use serde_json::json;
use uuid::Uuid;

/// Creates a permission. An empty description is stored as it is.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewPermission) -> Result<Changed<Permission>> {
    let act = Act::new("permission.create", Target::new(TargetType::Permission, None, new.name.clone()));
    service.administer(ctx, act, check(new), |change, (name, description)| register(change, name, description)).await
}

#[boxed]
async fn register(change: &mut Change<'_>, name: PermissionName, description: Option<String>) -> Result<Permission> {
    if change.policy().permission_named(name.as_str()).is_some() {
        let message = format!("permission `{name}` already exists");
        return Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]).into());
    }
    let permit = change.permit(Proposal::Unrestricted, &["input"])?;
    let (id, now): (PermissionId, _) = (change.next_id(), change.now());
    let permission =
        Permission { id, name: name.to_string(), description: description.clone(), is_system: false, created_at: now };
    let entry = Entry::done(format!("created permission {name}"))
        .target(Target::new(TargetType::Permission, id.uuid(), permission.name.clone()))
        .after(json!({ "name": permission.name, "description": description }));
    change.set_permission(PermissionFacts::new(id, name.clone()));
    let row = store::PermissionInsert { id, name, description, is_system: false };
    store::insert(change.write(&permit, PermitKind::Unrestricted)?, &[row], now).await?;
    change.record(entry);
    Ok(permission)
}

/// Describes a permission; the outer `None` keeps the description, the inner one removes it.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `INVALID`.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    permission: Requested<PermissionId>,
    description: Option<Option<String>>,
) -> Result<Changed<Permission>> {
    let act = Act::new("permission.update", target(service, permission));
    let valid = text::check_description(description.as_ref().and_then(|text| text.as_deref()));
    let input = valid.map(|()| description).map_err(|refusal| refusal.at(["input", "description"]).into());
    service.administer(ctx, act, input, |change, description| describe(change, permission, description)).await
}

#[boxed]
async fn describe(
    change: &mut Change<'_>,
    permission: Requested<PermissionId>,
    description: Option<Option<String>>,
) -> Result<Permission> {
    let known = find(change, permission).await?;
    let id = known.id;
    let Some(description) = description.filter(|new| *new != known.description) else { return Ok(known) };
    let facts = change.policy().permission(id).cloned().ok_or_else(|| not_found("permission", &["id"]))?;
    let permit = change.permit(Proposal::Unrestricted, &["id"])?;
    let entry = Entry::done(format!("described permission {}", known.name))
        .before(json!({ "description": known.description }))
        .after(json!({ "description": description }));
    // No decision reads it, and yet it is part of the policy: a plan or a revision from before is one of another policy.
    change.set_permission(facts);
    change.keep_description(ChangedObject::Permission(id), known.description.clone());
    store::describe(change.write(&permit, PermitKind::Unrestricted)?, id, description.clone()).await?;
    change.record(entry);
    Ok(Permission { description, ..known })
}

/// Deletes a permission with its grants. It leaves the constraints that name it; a permission that a constraint needs for
/// its limit cannot be deleted.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, permission: Requested<PermissionId>) -> Result<Changed<()>> {
    let act = Act::new("permission.delete", target(service, permission));
    let deleted = service.administer(ctx, act, Ok(permission), |change, permission| erase(change, permission)).await?;
    service.deleted.notify_one();
    Ok(deleted)
}

/// Deletes it within a change.
#[boxed]
pub(crate) async fn erase(change: &mut Change<'_>, permission: Requested<PermissionId>) -> Result<()> {
    let known = find(change, permission).await?;
    let id = known.id;
    let mut permit = change.permit(Proposal::DeletePermission(id), &["id"])?;
    let policy = change.policy().clone();
    let roles: Vec<RoleId> = policy.roles_with_grant(id);
    // The deletion revokes it from users, whom the author must be authorized to manage.
    let grantees = grantees(change, &[id]).await?;
    permit = permit.and(change.permit(Proposal::ManageUser(&grantees), &["id"])?);
    let constraints: Vec<_> = policy.constraints_of_permission(id).collect();
    change.set_separation_path(&["id"]);
    change.remove_permission(id);
    change.keep_description(ChangedObject::Permission(id), known.description.clone());
    if change.is_preview() {
        return Ok(());
    }
    let (event, now) = (change.next_id(), change.now());
    let users = store::delete(change.write(&permit, PermitKind::DeletePermission)?, id, event, now).await?;

    let before = json!({
        "name": known.name,
        "description": known.description,
        "grantedRoles": names(&*policy, &roles),
        "directUsers": users.total,
        "sodConstraints": constraints.iter().map(|constraint| constraint.name.as_str()).collect::<Vec<_>>(),
    });
    let entry = Entry::done(format!("deleted permission {}", known.name))
        .identified(event)
        .before(before)
        .concerning(roles.iter().map(|role| role.uuid()))
        .concerning(users.users)
        .concerning(constraints.iter().map(|constraint| constraint.id.uuid()));
    change.record(entry);
    Ok(())
}

/// A user who holds all that the users hold to whom one of the permissions is granted directly: authority over this one is
/// authority over each of them. The author, who may manage themselves, is not among them.
pub(crate) async fn grantees(change: &Change<'_>, permissions: &[PermissionId]) -> Result<Subject> {
    let (author, now) = (change.context().user_id(), change.now());
    let (roles, permissions) = assignments::held_by_grantees(change.read(), permissions, author, now).await?;
    let validity = Validity::default();
    let assigned = |role| Assignment { id: AssignmentId::new(Uuid::nil()), role, assigned_at: now, validity };
    Ok(Subject {
        assignments: roles.into_iter().map(assigned).collect(),
        grants: permissions.into_iter().map(|permission| DirectGrant { permission, validity }).collect(),
        ..Subject::new(UserId::new(Uuid::nil()))
    })
}

fn check(new: NewPermission) -> Result<(PermissionName, Option<String>)> {
    let name = PermissionName::parse(&new.name).map_err(|error| text::name_refusal(error).at(["input", "name"]))?;
    text::check_description(new.description.as_deref()).map_err(|refusal| refusal.at(["input", "description"]))?;
    Ok((name, new.description))
}

/// The permission as the target of an act, labelled with its name.
fn target(service: &Service, permission: Requested<PermissionId>) -> Target {
    let label = |known: &PermissionFacts| known.name.to_string();
    let (id, policy) = (permission.map(PermissionId::uuid), service.policy());
    Target::new(TargetType::Permission, id, permission.and_then(|id| policy.permission(id)).map(label))
}

/// The record of a permission within a change.
///
/// # Errors
/// `NOT_FOUND` at `id`.
async fn find(change: &Change<'_>, permission: Requested<PermissionId>) -> Result<Permission> {
    let unknown = || not_found("permission", &["id"]);
    let found = store::find(change.read(), permission.ok_or_else(unknown)?).await?;
    Ok(found.ok_or_else(unknown)?)
}
