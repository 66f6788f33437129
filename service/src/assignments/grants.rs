//! Permissions granted to one user directly.

use super::store::{self, GrantInsert};
use super::terms::{TermsDiff, check_reason, check_terms};
use super::{Replacement, Terms, subjects};
use crate::audit::Act;
use crate::batch::Batch;
use crate::change::{Change, LinkPaths, Links};
use crate::users::{self, User};
use crate::{Changed, Context, Requested, Result, Service, boxed};
use engine::{PermissionId, PermitKind, Proposal, UserId};

/// Grants permissions to a user directly, up to 100 at once, all or none. Granting a permission again replaces the
/// terms, as far as `replacement` allows.
///
/// # Errors
/// As [`super::assign_roles`].
#[boxed]
pub async fn grant_permissions(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    permissions: Vec<Requested<PermissionId>>,
    terms: Terms,
    replacement: Replacement,
) -> Result<Changed<User>> {
    let act =
        Act::new("user.grant_permissions", users::target(service, user).await?).because(terms.reason.clone()).shared();
    let input = check_terms(service, Batch::new(permissions, &["permissionIds"]), terms);
    service
        .administer(ctx, act, input, |change, (permissions, terms)| {
            grant(change, user, permissions, terms, replacement)
        })
        .await
}

#[boxed]
async fn grant(
    change: &mut Change<'_>,
    user: Requested<UserId>,
    permissions: Batch<PermissionId>,
    terms: Terms,
    replacement: Replacement,
) -> Result<User> {
    let user = users::find(change, user, "userId").await?;
    let id = user.id;
    let policy = change.policy().clone();
    permissions.require_known("permission", |permission| policy.permission(permission).is_some())?;
    let (subject, requested) = (change.subject(id).await?, permissions.distinct());
    let paths = LinkPaths { object: &["userId"], links: &["permissionIds"] };
    let permit = change.permit_links(&permissions, &requested, paths, |permissions| Proposal::GrantDirectly {
        user: &subject,
        permissions,
        until: terms.expires_at,
    })?;
    let granted = store::granted(change.read(), id, &requested).await?;
    let diff = TermsDiff::compare(&requested, &terms, &granted);
    if diff.is_empty() {
        return Ok(user);
    }
    let may_read = change.author().reader().may_read_user(id);
    replacement.check(&permissions, &diff, &terms, change.now(), |_| may_read)?;
    let row = |&permission: &PermissionId| GrantInsert { user: id, permission, terms: terms.clone() };
    let new: Vec<GrantInsert> = diff.new.iter().map(row).collect();
    let links = Links::new(diff.changed(&requested), &*policy);
    let mut granted = subject.clone();
    links.ids().iter().for_each(|&permission| subjects::grant(&mut granted, permission, &terms));
    change.set_separation_path(&["permissionIds"]);
    change.set_user(subject, granted);
    if change.is_preview() {
        return Ok(user);
    }
    let connection = change.write(&permit, PermitKind::GrantDirectly)?;
    store::insert_grants(connection, &new, change.stamp()).await?;
    store::replace_grant_terms(connection, id, &diff.replaced_ids(), &terms).await?;

    let summary = format!("granted {links} to {} directly", user.username);
    let entry = diff.entry("permissions", summary, &links, &terms, &*policy);
    change.record(entry);
    Ok(user.touched(change.now()))
}

/// Revokes direct grants of a user. Permissions that are not granted are ignored.
///
/// # Errors
/// As [`super::unassign_roles`].
#[boxed]
pub async fn revoke_permissions(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    permissions: Vec<Requested<PermissionId>>,
    reason: Option<String>,
) -> Result<Changed<User>> {
    let act = Act::new("user.revoke_permissions", users::target(service, user).await?).shared();
    let input = check_reason(Batch::new(permissions, &["permissionIds"]), reason.as_deref());
    service.administer(ctx, act.because(reason), input, |change, permissions| revoke(change, user, permissions)).await
}

#[boxed]
async fn revoke(change: &mut Change<'_>, user: Requested<UserId>, permissions: Batch<PermissionId>) -> Result<User> {
    let user = users::find(change, user, "userId").await?;
    let id = user.id;
    let policy = change.policy().clone();
    permissions.require_known("permission", |permission| policy.permission(permission).is_some())?;
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["userId"])?;
    let granted = store::granted(change.read(), id, &permissions.distinct()).await?;
    let gone = Links::new(granted.into_iter().map(|(permission, _)| permission).collect(), &*policy);
    if gone.is_empty() {
        return Ok(user);
    }
    let mut revoked = subject.clone();
    subjects::revoke(&mut revoked, gone.ids());
    change.set_user(subject, revoked);
    if change.is_preview() {
        return Ok(user);
    }
    store::delete_grants(change.write(&permit, PermitKind::ManageUser)?, id, gone.ids()).await?;
    change.record(gone.removed("permissions", format!("revoked {gone} from {}", user.username)));
    Ok(user.touched(change.now()))
}
