//! Granting permissions to one user directly.

use super::Terms;
use super::commands::with_reason;
use super::store::{self, Made};
use super::terms::Plan;
use crate::audit::{Entry, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::users::{self, User};
use crate::{Context, Refusal, Result, Service, boxed};
use engine::{PermissionId, Policy, UserId};
use serde_json::json;
use std::slice;

/// Grants permissions to a user directly, up to 100 at once, all or none. Granting again replaces the terms.
///
/// # Errors
/// As [`super::assign_roles`].
#[boxed]
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    (user, permissions): (UserId, Vec<PermissionId>),
    terms: Terms,
) -> Result<User> {
    let act = Act::new("user.grant_permissions", users::target(service, user).await?);
    let asked = (|| Ok((Batch::new(permissions, &["permissionIds"])?, terms.checked(service.now())?)))();
    let (permissions, terms) = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    let act = act.because(terms.reason.clone());
    service.change(ctx, act, |change| grant(ctx, change, (user, permissions), terms)).await?;
    users::get(service, user).await
}

async fn grant(
    ctx: &Context,
    mut change: Change,
    (id, permissions): (UserId, Batch<PermissionId>),
    terms: Terms,
) -> Result<(Change, ())> {
    let user = users::find(&change, id).await?.ok_or_else(|| not_found("user", &["userId"]))?;
    let policy = change.policy().clone();
    permissions.require_known("permission", |permission| policy.permission(permission).is_some())?;
    let asked = permissions.distinct();
    let (subject, until) = (change.subject(id).await?, terms.expires_at);
    let _ = change.permit(engine::Change::ManageUser(&subject), &["userId"])?;
    let grant = |permissions| engine::Change::GrantDirectly { user: &subject, permissions, until };
    change.permit_each(&permissions, |permission| grant(slice::from_ref(permission)))?;
    let permit = change.permit(grant(&asked), &["permissionIds"])?;
    let there = store::granted(change.read(), id, &asked).await?;
    let plan = Plan::compare(&asked, &terms, &there);
    if plan.is_empty() {
        return Ok((change, ()));
    }
    let made = Made { at: change.now(), by: ctx.user_id() };
    let new: Vec<_> = plan.new.iter().map(|&permission| (id, permission)).collect();
    store::insert_grants(change.write(&permit), &new, &terms, made).await?;
    store::replace_grant_terms(change.write(&permit), (id, &plan.replaced_ids()), &terms).await?;

    let changed = plan.changed(&asked);
    let names = names(&policy, &changed);
    let mut entry = Entry::done(format!("granted {} to {} directly", listed(&names), user.username))
        .after(terms.state("permissions", &names))
        .concerning(changed.iter().map(|permission| permission.uuid()));
    entry.before = plan.before("permissions", |permission| permission_name(&policy, permission));
    change.touch_user(id);
    change.record(entry);
    Ok((change, ()))
}

/// Takes direct grants from a user; those not there are ignored.
///
/// # Errors
/// As [`super::unassign_roles`].
#[boxed]
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    (user, permissions): (UserId, Vec<PermissionId>),
    reason: Option<String>,
) -> Result<User> {
    let act = Act::new("user.revoke_permissions", users::target(service, user).await?);
    let asked = Batch::new(permissions, &["permissionIds"]);
    let asked = asked.and_then(|permissions| with_reason(permissions, reason.as_deref()));
    let permissions = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    service.change(ctx, act.because(reason), |change| revoke(change, user, permissions)).await?;
    users::get(service, user).await
}

async fn revoke(mut change: Change, id: UserId, permissions: Batch<PermissionId>) -> Result<(Change, ())> {
    let user = users::find(&change, id).await?.ok_or_else(|| not_found("user", &["userId"]))?;
    let policy = change.policy().clone();
    permissions.require_known("permission", |permission| policy.permission(permission).is_some())?;
    let subject = change.subject(id).await?;
    let permit = change.permit(engine::Change::ManageUser(&subject), &["userId"])?;
    let there = store::granted(change.read(), id, &permissions.distinct()).await?;
    let gone: Vec<PermissionId> = there.into_iter().map(|(permission, _)| permission).collect();
    if gone.is_empty() {
        return Ok((change, ()));
    }
    store::delete_grants(change.write(&permit), id, &gone).await?;
    let names = names(&policy, &gone);
    let entry = Entry::done(format!("revoked {} from {}", listed(&names), user.username))
        .before(json!({ "permissions": names }))
        .concerning(gone.iter().map(|permission| permission.uuid()));
    change.touch_user(id);
    change.record(entry);
    Ok((change, ()))
}

fn names<'a>(policy: &'a Policy, permissions: &[PermissionId]) -> Vec<&'a str> {
    permissions.iter().filter_map(|&id| policy.permission(id)).map(|known| known.name.as_str()).collect()
}

fn permission_name(policy: &Policy, id: PermissionId) -> String {
    policy.permission(id).map(|known| known.name.to_string()).unwrap_or_default()
}
