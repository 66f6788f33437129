//! Assigning one role to many users.

use super::Terms;
use super::commands::with_reason;
use super::store::{self, Made, NewRow, Pairs};
use super::terms::Plan;
use crate::audit::{Entry, Target, TargetType, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::users::{self, User, UserStatus};
use crate::{Context, Refusal, Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::{AssignmentId, Permit, RoleFacts, RoleId, Subject, UserId};
use rustc_hash::FxHashMap;
use serde_json::json;

/// Assigns a role to many users, up to 100 at once, all or none; gives the users whose membership changed.
///
/// # Errors
/// As [`super::assign_roles`]; the path holds the index of the user at fault.
#[boxed]
pub async fn assign_users(
    service: &Service,
    ctx: &Context,
    (role, users): (RoleId, Vec<UserId>),
    terms: Terms,
) -> Result<Vec<User>> {
    let act = Act::new("role.assign_users", target(service, role));
    let asked = (|| Ok((Batch::new(users, &["userIds"])?, terms.checked(service.now())?)))();
    let (users, terms) = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    let act = act.because(terms.reason.clone());
    let changed = service.change(ctx, act, |change| assign((service, ctx), change, (role, users), terms)).await?;
    present(service, &changed).await
}

async fn assign(
    (service, ctx): (&Service, &Context),
    mut change: Change,
    (id, users): (RoleId, Batch<UserId>),
    terms: Terms,
) -> Result<(Change, Vec<UserId>)> {
    let policy = change.policy().clone();
    let role = policy.role(id).ok_or_else(|| not_found("role", &["roleId"]))?;
    let asked = users.distinct();
    let known = known(&change, &asked).await?;
    users.require_known("user", |user| known.contains_key(&user))?;
    let permit = may_assign(&change, (id, &users), terms.expires_at).await?;
    let there = store::assigned(change.read(), Pairs::Users(id, &asked)).await?;
    let there: Vec<_> = there.into_iter().map(|held| (held.user, held.into_terms())).collect();
    let plan = Plan::compare(&asked, &terms, &there);
    if plan.is_empty() {
        return Ok((change, Vec::new()));
    }
    let made = Made { at: change.now(), by: ctx.user_id() };
    let next = || AssignmentId::new(service.ids.next(made.at));
    let rows: Vec<NewRow> =
        plan.new.iter().map(|&user| NewRow { id: next(), user, role: id, terms: terms.clone() }).collect();
    store::insert(change.write(&permit), &rows, made).await?;
    store::replace_terms(change.write(&permit), Pairs::Users(id, &plan.replaced_ids()), &terms).await?;

    for (user, place) in users.places() {
        change.blame_user(user, place);
    }
    let changed = plan.changed(&asked);
    let names = names(&known, &changed);
    let mut entry = Entry::done(format!("assigned {} to {}", role.name, listed(&names)))
        .after(terms.state("users", &names))
        .concerning(changed.iter().map(|user| user.uuid()));
    entry.before = plan.before("users", |user| known.get(&user).cloned().unwrap_or_default());
    for &user in &changed {
        change.touch_user(user);
    }
    change.record(entry);
    Ok((change, changed))
}

/// Takes a role from many users; gives the users whose membership changed.
///
/// # Errors
/// As [`super::unassign_roles`].
#[boxed]
pub async fn unassign_users(
    service: &Service,
    ctx: &Context,
    (role, users): (RoleId, Vec<UserId>),
    reason: Option<String>,
) -> Result<Vec<User>> {
    let act = Act::new("role.unassign_users", target(service, role));
    let asked = Batch::new(users, &["userIds"]).and_then(|users| with_reason(users, reason.as_deref()));
    let users = checked(service, ctx, &act, asked.map_err(Refusal::into)).await?;
    let changed = service.change(ctx, act.because(reason), |change| unassign(change, role, users)).await?;
    present(service, &changed).await
}

async fn unassign(mut change: Change, id: RoleId, users: Batch<UserId>) -> Result<(Change, Vec<UserId>)> {
    let policy = change.policy().clone();
    let role = policy.role(id).ok_or_else(|| not_found("role", &["roleId"]))?;
    let mut gone = users.distinct();
    let known = known(&change, &gone).await?;
    users.require_known("user", |user| known.contains_key(&user))?;
    let permit = may_manage(&change, (&users, &change.subjects(&gone).await?))?;
    let there = store::assigned(change.read(), Pairs::Users(id, &gone)).await?;
    gone.retain(|&user| there.iter().any(|held| held.user == user));
    if gone.is_empty() {
        return Ok((change, gone));
    }
    store::delete(change.write(&permit), Pairs::Users(id, &gone)).await?;
    let names = names(&known, &gone);
    let entry = Entry::done(format!("took {} from {}", role.name, listed(&names)))
        .before(json!({ "users": names }))
        .concerning(gone.iter().map(|user| user.uuid()));
    for &user in &gone {
        change.touch_user(user);
    }
    change.record(entry);
    Ok((change, gone))
}

/// May each of the users be given the role until then? Whoever may not be touched is at fault by place,
/// else the role is.
async fn may_assign(
    change: &Change,
    (role, users): (RoleId, &Batch<UserId>),
    until: Option<DateTime<Utc>>,
) -> Result<Permit> {
    let subjects = change.subjects(&users.distinct()).await?;
    let permit = may_manage(change, (users, &subjects))?;
    for user in subjects.values() {
        let _ = change.permit(engine::Change::AssignRoles { user, roles: &[role], until }, &["roleId"])?;
    }
    Ok(permit)
}

/// May each of the users, all of whom are known, be touched?
fn may_manage(change: &Change, (users, subjects): (&Batch<UserId>, &FxHashMap<UserId, Subject>)) -> Result<Permit> {
    let manage = |user| subjects.get(user).map_or(engine::Change::Other, engine::Change::ManageUser);
    change.permit_each(users, manage)?;
    change.permit(engine::Change::Other, &["userIds"])
}

/// Names of those of the users who are not gone.
async fn known(change: &Change, users: &[UserId]) -> Result<FxHashMap<UserId, String>> {
    let found = users::rows_by_ids(change.read(), users).await?;
    let there = found.into_iter().filter(|user| user.status != UserStatus::Deleted);
    Ok(there.map(|user| (user.id, user.username)).collect())
}

fn names<'a>(known: &'a FxHashMap<UserId, String>, users: &[UserId]) -> Vec<&'a str> {
    users.iter().filter_map(|user| known.get(user)).map(String::as_str).collect()
}

fn target(service: &Service, role: RoleId) -> Target {
    let label = |role: &RoleFacts| role.name.to_string();
    Target::new(TargetType::Role, role.uuid(), service.policy().role(role).map(label))
}

/// The users as they are now, in the order given.
async fn present(service: &Service, ids: &[UserId]) -> Result<Vec<User>> {
    let mut users = users::by_ids(service, ids).await?;
    Ok(ids.iter().filter_map(|id| users.remove(id)).collect())
}
