//! The roles of a constraint.

use super::commands::{find, known, target};
use super::{ChangedConstraint, store};
use crate::audit::Act;
use crate::batch::Batch;
use crate::change::{Change, Links};
use crate::{Changed, Context, Refusal, RefusalCode, Requested, Result, Service, boxed};
use engine::{ConstraintId, PermitKind, Proposal, RoleId};

/// Adds roles to a constraint (AddSsdRoleMember, AddDsdRoleMember). Roles of the constraint stay.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `SOD_VIOLATION`, `INVALID` for a constraint over permissions, and `BEYOND_AUTHORITY` for each role of the constraint, old and new.
#[boxed]
pub async fn add_roles(
    service: &Service,
    ctx: &Context,
    constraint: Requested<ConstraintId>,
    roles: Vec<Requested<RoleId>>,
) -> Result<Changed<ChangedConstraint>> {
    let act = Act::new("sod_constraint.add_roles", target(&service.policy(), constraint));
    let input = Batch::new(roles, &["roleIds"]);
    service.administer(ctx, act, input, |change, roles| add(change, constraint, roles)).await
}

#[boxed]
async fn add(
    change: &mut Change<'_>,
    constraint: Requested<ConstraintId>,
    roles: Batch<RoleId>,
) -> Result<ChangedConstraint> {
    let policy = change.policy().clone();
    let known = known(&policy, constraint)?;
    let id = known.id;
    roles.require_known("role", |id| policy.role(id).is_some())?;
    let record = find(change, id).await?;
    if !known.permissions.is_empty() && !roles.is_empty() {
        let message = "the constraint names permissions: roles cannot be added to it";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(["roleIds"]).into());
    }
    let new = Links::to_add(&roles, &known.roles, &*policy);
    if new.is_empty() {
        return Ok(ChangedConstraint { record, set: known.clone() });
    }
    let permit = change.permit(Proposal::ChangeConstraint(id), &["id"])?;
    change.require_authority(&roles, |&role| Proposal::ConstrainRole(role))?;
    let mut constraint = known.clone();
    constraint.roles.extend(new.ids());
    let permit = permit.and(change.permit(Proposal::SetConstraint(&constraint), &["roleIds"])?);
    change.set_separation_path(&["roleIds"]);
    change.set_constraint(constraint.clone());
    if change.is_preview() {
        return Ok(ChangedConstraint { record, set: constraint });
    }
    store::insert_roles(change.write(&permit, PermitKind::SetConstraint)?, id, new.ids()).await?;
    change.record(new.added("roles", format!("added {new} to constraint {}", known.name)));
    Ok(ChangedConstraint { record, set: constraint })
}

/// Removes roles from a constraint (DeleteSsdRoleMember, DeleteDsdRoleMember). Other roles are ignored. At least as
/// many roles as the limit must remain.
///
/// # Errors
/// `NOT_FOUND`, `TOO_LONG`, `INVALID`, and `BEYOND_AUTHORITY` for each role of the constraint.
#[boxed]
pub async fn remove_roles(
    service: &Service,
    ctx: &Context,
    constraint: Requested<ConstraintId>,
    roles: Vec<Requested<RoleId>>,
) -> Result<Changed<ChangedConstraint>> {
    let act = Act::new("sod_constraint.remove_roles", target(&service.policy(), constraint));
    let input = Batch::new(roles, &["roleIds"]);
    service.administer(ctx, act, input, |change, roles| remove(change, constraint, roles)).await
}

#[boxed]
async fn remove(
    change: &mut Change<'_>,
    constraint: Requested<ConstraintId>,
    roles: Batch<RoleId>,
) -> Result<ChangedConstraint> {
    let policy = change.policy().clone();
    let known = known(&policy, constraint)?;
    let id = known.id;
    roles.require_known("role", |id| policy.role(id).is_some())?;
    let record = find(change, id).await?;
    let gone = Links::to_remove(&roles, &known.roles, &*policy);
    if gone.is_empty() {
        return Ok(ChangedConstraint { record, set: known.clone() });
    }
    let permit = change.permit(Proposal::ChangeConstraint(id), &["id"])?;
    let mut constraint = known.clone();
    constraint.roles.retain(|role| !gone.ids().contains(role));
    if !engine::Constraint::limit_range(constraint.roles.len()).contains(&known.limit) {
        let message = "a constraint cannot have fewer roles than its limit: lower the limit or delete it first";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(["roleIds"]).into());
    }
    let permit = permit.and(change.permit(Proposal::SetConstraint(&constraint), &["roleIds"])?);
    change.set_constraint(constraint.clone());
    store::delete_roles(change.write(&permit, PermitKind::SetConstraint)?, id, gone.ids()).await?;
    change.record(gone.removed("roles", format!("removed {gone} from constraint {}", known.name)));
    Ok(ChangedConstraint { record, set: constraint })
}
