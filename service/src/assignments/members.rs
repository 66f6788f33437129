//! Users assigned to one role.

use super::store::{self, AssignmentInsert, AssignmentKeys};
use super::terms::{TermsDiff, check_reason, check_terms};
use super::{Replacement, Terms, subjects};
use crate::audit::Act;
use crate::batch::{Batch, not_found};
use crate::change::{Change, Links};
use crate::roles;
use crate::users::{self, User};
use crate::{Changed, Context, Error, Requested, Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Permit, PermitKind, Proposal, RoleId, Subject, UserId};
use rustc_hash::FxHashMap;

/// Users by id.
type Users = FxHashMap<UserId, User>;
/// Users by id, with their assignments and direct grants.
type Subjects = FxHashMap<UserId, Subject>;

/// Assigns a role to users, up to 100 at once, all or none. Returns the users whose assignment changed.
///
/// # Errors
/// As [`super::assign_roles`]; the path holds the index of the user at fault.
#[boxed]
pub async fn assign_users(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    users: Vec<Requested<UserId>>,
    terms: Terms,
    replacement: Replacement,
) -> Result<Changed<Vec<User>>> {
    let act =
        Act::new("role.assign_users", roles::target(&service.policy(), role)).because(terms.reason.clone()).shared();
    let input = check_terms(service, Batch::new(users, &["userIds"]), terms);
    service.administer(ctx, act, input, |change, (users, terms)| assign(change, role, users, terms, replacement)).await
}

#[boxed]
async fn assign(
    change: &mut Change<'_>,
    role: Requested<RoleId>,
    users: Batch<UserId>,
    terms: Terms,
    replacement: Replacement,
) -> Result<Vec<User>> {
    let policy = change.policy().clone();
    let role = role.and_then(|id| policy.role(id)).ok_or_else(|| not_found("role", &["roleId"]))?;
    let id = role.id;
    let requested = users.distinct();
    let known = known_users(change, &users).await?;
    let subjects = change.subjects(&requested).await?;
    let permit = permit_assignments(change, id, &users, &subjects, terms.expires_at)?;
    let Some(permit) = permit else { return Ok(Vec::new()) };
    let assigned = store::assigned(change.read(), AssignmentKeys::Users(id, &requested)).await?;
    let assigned: Vec<_> = assigned.into_iter().map(|held| (held.user, held.into_terms())).collect();
    let diff = TermsDiff::compare(&requested, &terms, &assigned);
    if diff.is_empty() {
        return Ok(Vec::new());
    }
    let may_read = |user| change.author().reader().may_read_user(user);
    replacement.check(&users, &diff, &terms, change.now(), may_read)?;
    let row = |&user: &UserId| AssignmentInsert { id: change.next_id(), user, role: id, terms: terms.clone() };
    let rows: Vec<AssignmentInsert> = diff.new.iter().map(row).collect();
    users.paths().for_each(|(user, path)| change.set_separation_path_of(user, path));
    for row in &rows {
        let mut assigned = subject(&subjects, row.user)?.clone();
        subjects::assign(&mut assigned, row, change.now());
        change.set_user(subject(&subjects, row.user)?.clone(), assigned);
    }
    for (user, _) in &diff.replaced {
        let mut assigned = subject(&subjects, *user)?.clone();
        subjects::reassign(&mut assigned, id, &terms);
        change.set_user(subject(&subjects, *user)?.clone(), assigned);
    }
    let links = Links::new(diff.changed(&requested), &known);
    if change.is_preview() {
        return Ok(present(&known, links.ids()));
    }
    let connection = change.write(&permit, PermitKind::AssignRoles)?;
    store::insert(connection, &rows, change.stamp()).await?;
    store::replace_terms(connection, AssignmentKeys::Users(id, &diff.replaced_ids()), &terms).await?;

    let summary = format!("assigned {} to {links}", role.name);
    let entry = diff.entry("users", summary, &links, &terms, &known);
    change.record(entry);
    Ok(touched(change, &known, links.ids()))
}

/// Unassigns a role from users. Returns the users whose assignment changed.
///
/// # Errors
/// As [`super::unassign_roles`].
#[boxed]
pub async fn unassign_users(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    users: Vec<Requested<UserId>>,
    reason: Option<String>,
) -> Result<Changed<Vec<User>>> {
    let act = Act::new("role.unassign_users", roles::target(&service.policy(), role)).shared();
    let input = check_reason(Batch::new(users, &["userIds"]), reason.as_deref());
    service.administer(ctx, act.because(reason), input, |change, users| unassign(change, role, users)).await
}

#[boxed]
async fn unassign(change: &mut Change<'_>, role: Requested<RoleId>, users: Batch<UserId>) -> Result<Vec<User>> {
    let policy = change.policy().clone();
    let role = role.and_then(|id| policy.role(id)).ok_or_else(|| not_found("role", &["roleId"]))?;
    let id = role.id;
    let known = known_users(change, &users).await?;
    let subjects = change.subjects(&users.distinct()).await?;
    let Some(permit) = permit_management(change, &users, &subjects)? else { return Ok(Vec::new()) };
    let assigned = store::assigned(change.read(), AssignmentKeys::Users(id, &users.distinct())).await?;
    let assigned: Vec<UserId> = assigned.iter().map(|held| held.user).collect();
    let gone = Links::to_remove(&users, &assigned, &known);
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    for &user in gone.ids() {
        let mut unassigned = subject(&subjects, user)?.clone();
        subjects::unassign(&mut unassigned, &[id]);
        change.set_user(subject(&subjects, user)?.clone(), unassigned);
    }
    if change.is_preview() {
        return Ok(present(&known, gone.ids()));
    }
    store::delete(change.write(&permit, PermitKind::ManageUser)?, AssignmentKeys::Users(id, gone.ids())).await?;
    change.record(gone.removed("users", format!("unassigned {} from {gone}", role.name)));
    Ok(touched(change, &known, gone.ids()))
}

/// Permits the assignment of the role to each of the users: a user beyond authority is at fault by index, else the
/// role is. `None` without users.
fn permit_assignments(
    change: &Change<'_>,
    role: RoleId,
    users: &Batch<UserId>,
    subjects: &Subjects,
    until: Option<DateTime<Utc>>,
) -> Result<Option<Permit>> {
    let manage = |user| subjects.get(user).map_or(Proposal::Unrestricted, Proposal::ManageUser);
    change.require_authority(users, manage)?;
    let permit_one = |user| change.permit(Proposal::AssignRoles { user, roles: &[role], until }, &["roleId"]);
    join(subjects.values().map(permit_one))
}

/// Permits the management of each of the users; `None` without users.
fn permit_management(change: &Change<'_>, users: &Batch<UserId>, subjects: &Subjects) -> Result<Option<Permit>> {
    let manage = |user| subjects.get(user).map_or(Proposal::Unrestricted, Proposal::ManageUser);
    change.require_authority(users, manage)?;
    join(subjects.values().map(|user| change.permit(Proposal::ManageUser(user), &["userIds"])))
}

/// All permits as one, unless one of them is refused.
fn join(permits: impl Iterator<Item = Result<Permit>>) -> Result<Option<Permit>> {
    let mut joined: Option<Permit> = None;
    for permit in permits {
        let permit = permit?;
        joined = Some(match joined {
            Some(joined) => joined.and(permit),
            None => permit,
        });
    }
    Ok(joined)
}

/// The records of the users.
///
/// # Errors
/// `NOT_FOUND` at the first user who is unknown or deleted.
async fn known_users(change: &Change<'_>, users: &Batch<UserId>) -> Result<Users> {
    let found = users::rows_by_ids(change.read(), &users.distinct()).await?;
    let present = found.into_iter().filter(|user| user.status != AccountStatus::Deleted);
    let known: Users = present.map(|user| (user.id, user)).collect();
    users.require_known("user", |user| known.contains_key(&user))?;
    Ok(known)
}

/// One of the subjects.
fn subject(subjects: &Subjects, user: UserId) -> Result<&Subject> {
    subjects.get(&user).ok_or_else(|| Error::Internal("a user disappeared within a transaction".into()))
}

/// The records of users, in this order.
fn present(known: &Users, ids: &[UserId]) -> Vec<User> {
    ids.iter().filter_map(|id| known.get(id)).cloned().collect()
}

/// The records of the users that the change touched, in this order.
fn touched(change: &Change<'_>, known: &Users, ids: &[UserId]) -> Vec<User> {
    present(known, ids).into_iter().map(|user| user.touched(change.now())).collect()
}
