//! Registering, describing and deleting permissions.

use super::{NewPermission, Permission, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::not_found;
use crate::change::{Act, Change};
use crate::{Context, Refusal, RefusalCode, Result, Service, boxed, text};
use engine::{PermissionFacts, PermissionId, PermissionName, RoleId};
use serde_json::json;

/// Registers a permission. An empty description is kept as it is.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewPermission) -> Result<Permission> {
    let act = Act::new("permission.create", Target::new(TargetType::Permission, None, new.name.clone()));
    let name = checked(service, ctx, &act, check(&new)).await?;
    let id = PermissionId::new(service.ids.next(service.now()));
    service.change(ctx, act, |change| register(change, id, name, new.description)).await?;
    get(service, id).await
}

async fn register(
    mut change: Change,
    id: PermissionId,
    name: PermissionName,
    description: Option<String>,
) -> Result<(Change, ())> {
    if change.policy().permission_named(name.as_str()).is_some() {
        let message = format!("permission `{name}` is there already");
        return Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]).into());
    }
    let permit = change.permit(engine::Change::Other, &["input"])?;
    let after = json!({ "name": name.as_str(), "description": description });
    let entry = Entry::done(format!("created permission {name}"))
        .target(Target::new(TargetType::Permission, id.uuid(), name.to_string()))
        .after(after);
    let row = store::NewRow { id, name, description, is_system: false };
    store::insert(change.write(&permit), &[row], change.now()).await?;
    change.touch_permission(id);
    change.record(entry);
    Ok((change, ()))
}

/// Describes a permission; `None` leaves the description as it is.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `INVALID`.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    permission: PermissionId,
    description: Option<Option<String>>,
) -> Result<Permission> {
    let act = Act::new("permission.update", target(service, permission));
    let valid = text::check_description(description.as_ref().and_then(|text| text.as_deref()));
    let valid = valid.map_err(|refusal| refusal.at(["input", "description"]).into());
    checked(service, ctx, &act, valid).await?;
    service.change(ctx, act, |change| describe(change, permission, description)).await?;
    get(service, permission).await
}

async fn describe(mut change: Change, id: PermissionId, description: Option<Option<String>>) -> Result<(Change, ())> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("permission", &["id"]))?;
    let Some(description) = description.filter(|new| *new != known.description) else { return Ok((change, ())) };
    let permit = change.permit(engine::Change::Other, &["id"])?;
    let entry = Entry::done(format!("described permission {}", known.name))
        .before(json!({ "description": known.description }))
        .after(json!({ "description": description }));
    // No decision reads it, so the policy's revision stays.
    store::describe(change.write(&permit), id, description).await?;
    change.record(entry);
    Ok((change, ()))
}

/// Deletes a permission with its grants.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, permission: PermissionId) -> Result<()> {
    let act = Act::new("permission.delete", target(service, permission));
    service.change(ctx, act, |change| erase(change, permission)).await
}

async fn erase(mut change: Change, id: PermissionId) -> Result<(Change, ())> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("permission", &["id"]))?;
    let permit = change.permit(engine::Change::DeletePermission(id), &["id"])?;
    let policy = change.policy().clone();
    let granted = policy.facts().roles.iter().filter(|role| role.grants.contains(&id));
    let roles: Vec<(RoleId, &str)> = granted.map(|role| (role.id, role.name.as_str())).collect();
    let users = store::holders(change.read(), id).await?;
    for user in change.subjects(&users).await?.values() {
        // To delete it is to take it from them.
        let _ = change.permit(engine::Change::ManageUser(user), &["id"])?;
    }
    store::delete(change.write(&permit), id).await?;

    let names: Vec<&str> = roles.iter().map(|(_, name)| *name).collect();
    let before = json!({
        "name": known.name,
        "description": known.description,
        "grantedRoles": names,
        "directUsers": users.len(),
    });
    let entry = Entry::done(format!("deleted permission {}", known.name))
        .before(before)
        .concerning(roles.iter().map(|(role, _)| role.uuid()))
        .concerning(users.iter().map(|user| user.uuid()));
    change.touch_permission(id);
    for (role, _) in roles {
        change.touch_role(role);
    }
    for user in users {
        change.touch_user(user);
    }
    change.record(entry);
    Ok((change, ()))
}

fn check(new: &NewPermission) -> Result<PermissionName> {
    let name = PermissionName::parse(&new.name).map_err(|error| text::name_refusal(error).at(["input", "name"]))?;
    text::check_description(new.description.as_deref()).map_err(|refusal| refusal.at(["input", "description"]))?;
    Ok(name)
}

fn target(service: &Service, id: PermissionId) -> Target {
    let label = |known: &PermissionFacts| known.name.to_string();
    Target::new(TargetType::Permission, id.uuid(), service.policy().permission(id).map(label))
}

async fn get(service: &Service, id: PermissionId) -> Result<Permission> {
    let found = store::find(service.database.connection(), id).await?;
    found.ok_or_else(|| not_found("permission", &["id"]).into())
}
