//! The roles of a constraint.

use super::commands::target;
use super::queries::get;
use super::{Constraint, store};
use crate::audit::{Entry, checked, listed};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::{Context, Refusal, RefusalCode, Result, Service, boxed, roles};
use engine::{ConstraintId, RoleId};
use serde_json::json;

/// Adds roles to a set (AddSsdRoleMember, AddDsdRoleMember); those in it already stay.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `SOD_VIOLATION`.
#[boxed]
pub async fn add_roles(
    service: &Service,
    ctx: &Context,
    constraint: ConstraintId,
    roles: Vec<RoleId>,
) -> Result<Constraint> {
    let act = Act::new("sod_constraint.add_roles", target(&service.policy(), constraint));
    let batch = Batch::new(roles, &["roleIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| add(change, constraint, batch)).await?;
    get(service, constraint).await
}

async fn add(mut change: Change, id: ConstraintId, given: Batch<RoleId>) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let known = policy.constraint(id).ok_or_else(|| not_found("constraint", &["id"]))?;
    given.require_known("role", |id| policy.role(id).is_some())?;
    let mut new = given.distinct();
    new.retain(|role| !known.roles.contains(role));
    if new.is_empty() {
        return Ok((change, ()));
    }
    let mut constraint = known.clone();
    constraint.roles.extend(&new);
    let permit = change.permit(engine::Change::SetConstraint(&constraint), &["roleIds"])?;
    store::insert_roles(change.write(&permit), id, &new).await?;
    let names = roles::names(&policy, &new);
    let entry = Entry::done(format!("added {} to constraint {}", listed(&names), known.name))
        .after(json!({ "roles": names }))
        .concerning(new.iter().map(|role| role.uuid()));
    change.blame(&["roleIds"]);
    change.touch_constraint(id);
    change.record(entry);
    Ok((change, ()))
}

/// Removes roles from a set (DeleteSsdRoleMember, DeleteDsdRoleMember); those not in it are ignored. No
/// fewer roles than the limit may be left.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `INVALID`.
#[boxed]
pub async fn remove_roles(
    service: &Service,
    ctx: &Context,
    constraint: ConstraintId,
    roles: Vec<RoleId>,
) -> Result<Constraint> {
    let act = Act::new("sod_constraint.remove_roles", target(&service.policy(), constraint));
    let batch = Batch::new(roles, &["roleIds"]).map_err(Into::into);
    let batch = checked(service, ctx, &act, batch).await?;
    service.change(ctx, act, |change| remove(change, constraint, batch)).await?;
    get(service, constraint).await
}

async fn remove(mut change: Change, id: ConstraintId, given: Batch<RoleId>) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let known = policy.constraint(id).ok_or_else(|| not_found("constraint", &["id"]))?;
    given.require_known("role", |id| policy.role(id).is_some())?;
    let mut gone = given.distinct();
    gone.retain(|role| known.roles.contains(role));
    if gone.is_empty() {
        return Ok((change, ()));
    }
    let mut constraint = known.clone();
    constraint.roles.retain(|role| !gone.contains(role));
    if !engine::Constraint::limits(constraint.roles.len()).contains(&known.limit) {
        let message = "a constraint has at least as many roles as its limit says: change that or delete it first";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(["roleIds"]).into());
    }
    let permit = change.permit(engine::Change::SetConstraint(&constraint), &["roleIds"])?;
    store::delete_roles(change.write(&permit), id, &gone).await?;
    let names = roles::names(&policy, &gone);
    let entry = Entry::done(format!("removed {} from constraint {}", listed(&names), known.name))
        .before(json!({ "roles": names }))
        .concerning(gone.iter().map(|role| role.uuid()));
    change.touch_constraint(id);
    change.record(entry);
    Ok((change, ()))
}
