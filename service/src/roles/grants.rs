//! Permissions granted to roles.

use super::commands::target;
use super::queries::get;
use super::{Role, store};
use crate::audit::{Entry, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::{Context, Result, Service, boxed};
use engine::{PermissionId, Policy, RoleId};
use serde_json::json;
use std::slice;

/// Grants permissions to a role (GrantPermission); those it has already are left as they are.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `TOO_LONG`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    permissions: Vec<PermissionId>,
) -> Result<Role> {
    let act = Act::new("role.grant_permissions", target(&service.policy(), role));
    let batch = Batch::new(permissions, &["permissionIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| grant(ctx, change, role, batch)).await?;
    get(service, role).await
}

async fn grant(
    ctx: &Context,
    mut change: Change,
    id: RoleId,
    permissions: Batch<PermissionId>,
) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let role = policy.role(id).ok_or_else(|| not_found("role", &["roleId"]))?;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    let mut new = permissions.distinct();
    let grant = |added| engine::Change::ChangeGrants { role: id, added };
    let _ = change.permit(grant(&[]), &["roleId"])?;
    change.permit_each(&permissions, |permission| grant(slice::from_ref(permission)))?;
    let permit = change.permit(grant(&new), &["roleId"])?;
    new.retain(|permission| !role.grants.contains(permission));
    if new.is_empty() {
        return Ok((change, ()));
    }
    let grants: Vec<_> = new.iter().map(|&permission| (id, permission)).collect();
    let made = store::Made { at: change.now(), by: ctx.user_id() };
    store::insert_grants(change.write(&permit), &grants, made).await?;
    let names = names(&policy, &new);
    let entry = Entry::done(format!("granted {} to {}", listed(&names), role.name))
        .after(json!({ "permissions": names }))
        .concerning(new.iter().map(|permission| permission.uuid()));
    change.touch_role(id);
    change.record(entry);
    Ok((change, ()))
}

/// Takes permissions from a role (RevokePermission); those it has not are ignored.
///
/// # Errors
/// As [`grant_permissions`]; `WOULD_LOCK_OUT`.
#[boxed]
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    role: RoleId,
    permissions: Vec<PermissionId>,
) -> Result<Role> {
    let act = Act::new("role.revoke_permissions", target(&service.policy(), role));
    let batch = Batch::new(permissions, &["permissionIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| revoke(change, role, batch)).await?;
    get(service, role).await
}

async fn revoke(mut change: Change, id: RoleId, permissions: Batch<PermissionId>) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let role = policy.role(id).ok_or_else(|| not_found("role", &["roleId"]))?;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    let permit = change.permit(engine::Change::ChangeGrants { role: id, added: &[] }, &["roleId"])?;
    let mut gone = permissions.distinct();
    gone.retain(|permission| role.grants.contains(permission));
    if gone.is_empty() {
        return Ok((change, ()));
    }
    store::delete_grants(change.write(&permit), id, &gone).await?;
    let names = names(&policy, &gone);
    let entry = Entry::done(format!("revoked {} from {}", listed(&names), role.name))
        .before(json!({ "permissions": names }))
        .concerning(gone.iter().map(|permission| permission.uuid()));
    change.touch_role(id);
    change.record(entry);
    Ok((change, ()))
}

fn names<'a>(policy: &'a Policy, permissions: &[PermissionId]) -> Vec<&'a str> {
    permissions.iter().filter_map(|&id| policy.permission(id)).map(|known| known.name.as_str()).collect()
}
