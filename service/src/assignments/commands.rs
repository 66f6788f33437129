//! Roles assigned to one user.

use super::store::{self, AssignmentInsert, AssignmentKeys};
use super::terms::{TermsDiff, check_reason, check_terms};
use super::{Replacement, RoleAssignment, Terms, subjects};
use crate::audit::Act;
use crate::batch::Batch;
use crate::change::{Change, LinkPaths, Links};
use crate::users::{self, User};
use crate::{Changed, Context, Requested, Result, Service, boxed};
use engine::{PermitKind, Proposal, RoleId, UserId};

/// Assigns roles to a user, up to 100 at once, all or none (AssignUser). Assigning a role again replaces the
/// terms, as far as `replacement` allows.
///
/// # Errors
/// `NOT_FOUND`, `INVALID` (terms), `TOO_LONG`, `WOULD_SHRINK`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`,
/// `WOULD_LOCK_OUT` (an end date for the last administrator).
#[boxed]
pub async fn assign_roles(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    roles: Vec<Requested<RoleId>>,
    terms: Terms,
    replacement: Replacement,
) -> Result<Changed<User>> {
    let act = Act::new("user.assign_roles", users::target(service, user).await?).because(terms.reason.clone()).shared();
    let input = check_terms(service, Batch::new(roles, &["roleIds"]), terms);
    service.administer(ctx, act, input, |change, (roles, terms)| assign(change, user, roles, terms, replacement)).await
}

#[boxed]
async fn assign(
    change: &mut Change<'_>,
    user: Requested<UserId>,
    roles: Batch<RoleId>,
    terms: Terms,
    replacement: Replacement,
) -> Result<User> {
    let user = users::find(change, user, "userId").await?;
    let id = user.id;
    let policy = change.policy().clone();
    roles.require_known("role", |role| policy.role(role).is_some())?;
    let (subject, requested) = (change.subject(id).await?, roles.distinct());
    let paths = LinkPaths { object: &["userId"], links: &["roleIds"] };
    let permit = change.permit_links(&roles, &requested, paths, |roles| Proposal::AssignRoles {
        user: &subject,
        roles,
        until: terms.expires_at,
    })?;
    let assigned = store::assigned(change.read(), AssignmentKeys::Roles(id, &requested)).await?;
    let assigned: Vec<_> = assigned.into_iter().map(|held| (held.role, held.into_terms())).collect();
    let diff = TermsDiff::compare(&requested, &terms, &assigned);
    if diff.is_empty() {
        return Ok(user);
    }
    let may_read = change.author().reader().may_read_user(id);
    replacement.check(&roles, &diff, &terms, change.now(), |_| may_read)?;
    let row = |&role: &RoleId| AssignmentInsert { id: change.next_id(), user: id, role, terms: terms.clone() };
    let rows: Vec<AssignmentInsert> = diff.new.iter().map(row).collect();
    let mut assigned = subject.clone();
    rows.iter().for_each(|new| subjects::assign(&mut assigned, new, change.now()));
    diff.replaced_ids().iter().for_each(|&role| subjects::reassign(&mut assigned, role, &terms));
    change.set_separation_path(&["roleIds"]);
    change.set_user(subject, assigned);
    if change.is_preview() {
        return Ok(user);
    }
    let connection = change.write(&permit, PermitKind::AssignRoles)?;
    store::insert(connection, &rows, change.stamp()).await?;
    store::replace_terms(connection, AssignmentKeys::Roles(id, &diff.replaced_ids()), &terms).await?;

    let links = Links::new(diff.changed(&requested), &*policy);
    let summary = format!("assigned {links} to {}", user.username);
    let entry = diff.entry("roles", summary, &links, &terms, &*policy);
    change.record(entry);
    Ok(user.touched(change.now()))
}

/// Unassigns roles from a user (DeassignUser). Roles that are not assigned are ignored.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn unassign_roles(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    roles: Vec<Requested<RoleId>>,
    reason: Option<String>,
) -> Result<Changed<User>> {
    let act = Act::new("user.unassign_roles", users::target(service, user).await?).shared();
    let input = check_reason(Batch::new(roles, &["roleIds"]), reason.as_deref());
    service.administer(ctx, act.because(reason), input, |change, roles| unassign(change, user, roles)).await
}

#[boxed]
async fn unassign(change: &mut Change<'_>, user: Requested<UserId>, roles: Batch<RoleId>) -> Result<User> {
    let user = users::find(change, user, "userId").await?;
    let id = user.id;
    let policy = change.policy().clone();
    roles.require_known("role", |role| policy.role(role).is_some())?;
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["userId"])?;
    let assigned = store::assigned(change.read(), AssignmentKeys::Roles(id, &roles.distinct())).await?;
    let gone = Links::new(assigned.iter().map(|held| held.role).collect(), &*policy);
    if gone.is_empty() {
        return Ok(user);
    }
    let mut unassigned = subject.clone();
    subjects::unassign(&mut unassigned, gone.ids());
    change.set_user(subject, unassigned);
    if change.is_preview() {
        return Ok(user);
    }
    store::delete(change.write(&permit, PermitKind::ManageUser)?, AssignmentKeys::Roles(id, gone.ids())).await?;
    change.record(gone.removed("roles", format!("unassigned {gone} from {}", user.username)));
    Ok(user.touched(change.now()))
}

impl RoleAssignment {
    /// The terms of the assignment.
    pub(super) fn into_terms(self) -> Terms {
        Terms { valid_from: self.valid_from, expires_at: self.expires_at, reason: self.reason }
    }
}
