//! Permissions granted to roles.

use super::commands::{find, known, refuse_stale_role, target};
use super::{Role, store};
use crate::audit::{Act, Entry};
use crate::batch::Batch;
use crate::change::{Change, LinkPaths, Links};
use crate::{Changed, Context, Requested, Result, Service, boxed};
use engine::{PermissionId, PermitKind, Proposal, RoleId, RoleName};

/// Most permissions that a role is set to at once.
const MAX_SET: usize = 1_000;

/// Grants permissions to a role (GrantPermission). Permissions that are granted already stay.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `TOO_LONG`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    permissions: Vec<Requested<PermissionId>>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.grant_permissions", target(&service.policy(), role));
    let input = Batch::new(permissions, &["permissionIds"]);
    service.administer(ctx, act, input, |change, permissions| grant(change, role, permissions)).await
}

#[boxed]
async fn grant(change: &mut Change<'_>, role: Requested<RoleId>, permissions: Batch<PermissionId>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, role, "roleId")?;
    let id = role.id;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    let requested = permissions.distinct();
    let paths = LinkPaths { object: &["roleId"], links: &["roleId"] };
    let permit =
        change.permit_links(&permissions, &requested, paths, |added| Proposal::ChangeGrants { role: id, added })?;
    let record = find(change, Some(id), "roleId").await?;
    let new = Links::to_add(&permissions, &policy.granted_permissions(id), &*policy);
    if new.is_empty() {
        return Ok(record);
    }
    change.set_separation_path(&["permissionIds"]);
    change.alter_role(id, |role| role.grants.extend(new.ids()));
    if change.is_preview() {
        return Ok(record);
    }
    let grants: Vec<_> = new.ids().iter().map(|&permission| (id, permission)).collect();
    store::insert_grants(change.write(&permit, PermitKind::ChangeGrants)?, &grants, change.stamp()).await?;
    change.record(new.added("permissions", format!("granted {new} to {}", role.name)));
    Ok(record.touched(change.now()))
}

/// Revokes permissions from a role (RevokePermission). Permissions that are not granted are ignored.
///
/// # Errors
/// As [`grant_permissions`]; `WOULD_LOCK_OUT`.
#[boxed]
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    permissions: Vec<Requested<PermissionId>>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.revoke_permissions", target(&service.policy(), role));
    let input = Batch::new(permissions, &["permissionIds"]);
    service.administer(ctx, act, input, |change, permissions| revoke(change, role, permissions)).await
}

#[boxed]
async fn revoke(change: &mut Change<'_>, role: Requested<RoleId>, permissions: Batch<PermissionId>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, role, "roleId")?;
    let id = role.id;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    let permit = change.permit(Proposal::ChangeGrants { role: id, added: &[] }, &["roleId"])?;
    let record = find(change, Some(id), "roleId").await?;
    let gone = Links::to_remove(&permissions, &policy.granted_permissions(id), &*policy);
    if gone.is_empty() {
        return Ok(record);
    }
    change.alter_role(id, |role| role.grants.retain(|granted| !gone.ids().contains(granted)));
    if change.is_preview() {
        return Ok(record);
    }
    store::delete_grants(change.write(&permit, PermitKind::ChangeGrants)?, id, gone.ids()).await?;
    change.record(gone.removed("permissions", format!("revoked {gone} from {}", role.name)));
    Ok(record.touched(change.now()))
}

/// Makes the permissions granted to a role exactly these, up to 1,000, when the role is at `expected_version`.
///
/// # Errors
/// As [`revoke_permissions`]; `STALE`.
#[boxed]
pub async fn set_permissions(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    permissions: Vec<Requested<PermissionId>>,
    expected_version: i32,
) -> Result<Changed<Role>> {
    let act = Act::new("role.set_permissions", target(&service.policy(), role));
    let input = Batch::of_at_most(MAX_SET, permissions, &["permissionIds"]);
    service.administer(ctx, act, input, |change, permissions| set(change, role, permissions, expected_version)).await
}

#[boxed]
async fn set(
    change: &mut Change<'_>,
    role: Requested<RoleId>,
    permissions: Batch<PermissionId>,
    expected_version: i32,
) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, role, "roleId")?;
    let id = role.id;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    let record = find(change, Some(id), "roleId").await?;
    refuse_stale_role(change, expected_version, &record)?;
    let granted = policy.granted_permissions(id);
    let new = Links::to_add(&permissions, &granted, &*policy);
    let requested = permissions.distinct();
    let gone = granted.into_iter().filter(|granted| !requested.contains(granted)).collect();
    let gone = Links::new(gone, &*policy);
    let paths = LinkPaths { object: &["roleId"], links: &["roleId"] };
    let permit =
        change.permit_links(&permissions, &requested, paths, |added| Proposal::ChangeGrants { role: id, added })?;
    if new.is_empty() && gone.is_empty() {
        return Ok(record);
    }
    change.set_separation_path(&["permissionIds"]);
    change.alter_role(id, |role| role.grants = requested.clone());
    if change.is_preview() {
        return Ok(record);
    }
    let connection = change.write(&permit, PermitKind::ChangeGrants)?;
    let grants: Vec<_> = new.ids().iter().map(|&permission| (id, permission)).collect();
    store::insert_grants(connection, &grants, change.stamp()).await?;
    store::delete_grants(connection, id, gone.ids()).await?;
    change.record(entry_of_set(&role.name, &new, &gone));
    Ok(record.touched(change.now()))
}

/// The audit entry of set permissions: what was revoked as the state before, what was granted as the state after.
fn entry_of_set(role: &RoleName, new: &Links<'_, PermissionId>, gone: &Links<'_, PermissionId>) -> Entry {
    let summary = match (new.is_empty(), gone.is_empty()) {
        (false, false) => format!("granted {new} to {role} and revoked {gone}"),
        (false, true) => format!("granted {new} to {role}"),
        (true, _) => format!("revoked {gone} from {role}"),
    };
    new.added("permissions", summary)
        .before(gone.state("permissions"))
        .concerning(gone.ids().iter().map(|id| id.uuid()))
}
