//! Assigning roles to one user.

use super::store::{self, Made, NewRow, Pairs};
use super::terms::Plan;
use super::{RoleAssignment, Terms};
use crate::audit::{Entry, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::users::{self, User};
use crate::{Context, Refusal, Result, Service, boxed, text};
use engine::{AssignmentId, Policy, RoleId, UserId};
use serde_json::json;
use std::slice;

/// Assigns roles to a user, up to 100 at once, all or none (AssignUser). Assigning again replaces the terms.
///
/// # Errors
/// `NOT_FOUND`, `INVALID` (terms), `TOO_LONG`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`, `WOULD_LOCK_OUT` (an end
/// date for the last administrator).
#[boxed]
pub async fn assign_roles(
    service: &Service,
    ctx: &Context,
    (user, roles): (UserId, Vec<RoleId>),
    terms: Terms,
) -> Result<User> {
    let act = Act::new("user.assign_roles", users::target(service, user).await?);
    let asked = (|| Ok((Batch::new(roles, &["roleIds"])?, terms.checked(service.now())?)))();
    let (roles, terms) = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    let act = act.because(terms.reason.clone());
    service.change(ctx, act, |change| assign((service, ctx), change, (user, roles), terms)).await?;
    users::get(service, user).await
}

async fn assign(
    (service, ctx): (&Service, &Context),
    mut change: Change,
    (id, roles): (UserId, Batch<RoleId>),
    terms: Terms,
) -> Result<(Change, ())> {
    let user = users::find(&change, id).await?.ok_or_else(|| not_found("user", &["userId"]))?;
    let policy = change.policy().clone();
    roles.require_known("role", |role| policy.role(role).is_some())?;
    let asked = roles.distinct();
    let (subject, until) = (change.subject(id).await?, terms.expires_at);
    let _ = change.permit(engine::Change::ManageUser(&subject), &["userId"])?;
    let assign = |roles| engine::Change::AssignRoles { user: &subject, roles, until };
    change.permit_each(&roles, |role| assign(slice::from_ref(role)))?;
    let permit = change.permit(assign(&asked), &["roleIds"])?;
    let there = store::assigned(change.read(), Pairs::Roles(id, &asked)).await?;
    let there: Vec<_> = there.into_iter().map(|held| (held.role, held.into_terms())).collect();
    let plan = Plan::compare(&asked, &terms, &there);
    if plan.is_empty() {
        return Ok((change, ()));
    }
    let made = Made { at: change.now(), by: ctx.user_id() };
    let next = || AssignmentId::new(service.ids.next(made.at));
    let rows: Vec<NewRow> =
        plan.new.iter().map(|&role| NewRow { id: next(), user: id, role, terms: terms.clone() }).collect();
    store::insert(change.write(&permit), &rows, made).await?;
    store::replace_terms(change.write(&permit), Pairs::Roles(id, &plan.replaced_ids()), &terms).await?;

    change.blame(&["roleIds"]);
    let changed = plan.changed(&asked);
    let names = names(&policy, &changed);
    let mut entry = Entry::done(format!("assigned {} to {}", listed(&names), user.username))
        .after(terms.state("roles", &names))
        .concerning(changed.iter().map(|role| role.uuid()));
    entry.before = plan.before("roles", |role| role_name(&policy, role));
    change.touch_user(id);
    change.record(entry);
    Ok((change, ()))
}

/// Takes roles from a user (DeassignUser); those not assigned are ignored.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn unassign_roles(
    service: &Service,
    ctx: &Context,
    (user, roles): (UserId, Vec<RoleId>),
    reason: Option<String>,
) -> Result<User> {
    let act = Act::new("user.unassign_roles", users::target(service, user).await?);
    let asked = Batch::new(roles, &["roleIds"]).and_then(|roles| with_reason(roles, reason.as_deref()));
    let roles = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    service.change(ctx, act.because(reason), |change| unassign(change, user, roles)).await?;
    users::get(service, user).await
}

async fn unassign(mut change: Change, id: UserId, roles: Batch<RoleId>) -> Result<(Change, ())> {
    let user = users::find(&change, id).await?.ok_or_else(|| not_found("user", &["userId"]))?;
    let policy = change.policy().clone();
    roles.require_known("role", |role| policy.role(role).is_some())?;
    let subject = change.subject(id).await?;
    let permit = change.permit(engine::Change::ManageUser(&subject), &["userId"])?;
    let asked = roles.distinct();
    let there = store::assigned(change.read(), Pairs::Roles(id, &asked)).await?;
    let gone: Vec<RoleId> = there.iter().map(|held| held.role).collect();
    if gone.is_empty() {
        return Ok((change, ()));
    }
    store::delete(change.write(&permit), Pairs::Roles(id, &gone)).await?;
    let names = names(&policy, &gone);
    let entry = Entry::done(format!("took {} from {}", listed(&names), user.username))
        .before(json!({ "roles": names }))
        .concerning(gone.iter().map(|role| role.uuid()));
    change.touch_user(id);
    change.record(entry);
    Ok((change, ()))
}

/// The same list, unless the reason given with it cannot be stored.
pub(super) fn with_reason<Id>(batch: Batch<Id>, reason: Option<&str>) -> Result<Batch<Id>, Refusal> {
    text::check_reason(reason).map_err(|refusal| refusal.at(["reason"]))?;
    Ok(batch)
}

impl RoleAssignment {
    /// Its terms alone.
    pub(super) fn into_terms(self) -> Terms {
        Terms { valid_from: self.valid_from, expires_at: self.expires_at, reason: self.reason }
    }
}

fn names<'a>(policy: &'a Policy, roles: &[RoleId]) -> Vec<&'a str> {
    roles.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str()).collect()
}

fn role_name(policy: &Policy, role: RoleId) -> String {
    policy.role(role).map(|role| role.name.to_string()).unwrap_or_default()
}
