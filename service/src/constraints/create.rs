//! Creating constraints.

use super::commands::{check_description, check_limit, check_name, refuse_taken, state};
use super::{ChangedConstraint, Constraint, NewConstraint, store};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::Change;
use crate::{Changed, Context, Refusal, RefusalCode, Result, Service, boxed};
use engine::{ConstraintKind, PermissionId, PermitKind, Proposal, RoleId};

const ROLES: [&str; 2] = ["input", "roleIds"];
const PERMISSIONS: [&str; 2] = ["input", "permissionIds"];

/// The checked input of a new constraint.
#[derive(Debug)]
struct ConstraintInput {
    name: String,
    description: Option<String>,
    kind: ConstraintKind,
    roles: Batch<RoleId>,
    permissions: Batch<PermissionId>,
    limit: i32,
}

/// Creates a constraint (CreateSsdSet, CreateDsdSet), over roles or over permissions. It is refused when a user, a session
/// or one role by its grants and inheritance violates it already, when it names `superadmin` together with a default role,
/// and when the caller has no authority over one of its roles or over a role that inherits from one, or lacks one of its
/// permissions or authority over a role that brings one.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewConstraint) -> Result<Changed<ChangedConstraint>> {
    let act = Act::new("sod_constraint.create", Target::new(TargetType::SodConstraint, None, new.name.clone()));
    service.administer(ctx, act, check(new), |change, input| add(change, input)).await
}

fn check(new: NewConstraint) -> Result<ConstraintInput> {
    let NewConstraint { name, description, kind, roles, permissions, limit } = new;
    check_name(&name)?;
    check_description(description.as_deref())?;
    let roles = Batch::new(roles, &ROLES)?;
    let permissions = Batch::new(permissions, &PERMISSIONS)?;
    if !roles.is_empty() && !permissions.is_empty() {
        let message = "a constraint names either roles or permissions: leave one of the two lists empty";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(PERMISSIONS).into());
    }
    Ok(ConstraintInput { name, description, kind, roles, permissions, limit })
}

#[boxed]
async fn add(change: &mut Change<'_>, input: ConstraintInput) -> Result<ChangedConstraint> {
    let policy = change.policy().clone();
    let ConstraintInput { name, description, kind, roles, permissions, limit } = input;
    refuse_taken(&policy, &name, None)?;
    roles.require_known("role", |id| policy.role(id).is_some())?;
    permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    change.require_authority(&roles, |&role| Proposal::ConstrainRole(role))?;
    change.require_authority(&permissions, |&permission| Proposal::ConstrainPermission(permission))?;
    let (roles, permissions) = (roles.distinct(), permissions.distinct());
    let path = if permissions.is_empty() { &ROLES } else { &PERMISSIONS };
    if engine::Constraint::limit_range(roles.len() + permissions.len()).is_empty() {
        let message = "a constraint needs at least two different roles or at least two different permissions";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(*path).into());
    }
    let limit = check_limit(limit, roles.len() + permissions.len())?;
    let constraint = engine::Constraint { id: change.next_id(), name, kind, roles, permissions, limit };
    let permit = change.permit(Proposal::SetConstraint(&constraint), path)?;
    let entry = Entry::done(format!("created constraint {}", constraint.name))
        .target(Target::new(TargetType::SodConstraint, constraint.id.uuid(), constraint.name.clone()))
        .after(state(&policy, &constraint, description.as_deref()))
        .concerning(constraint.roles.iter().map(|role| role.uuid()))
        .concerning(constraint.permissions.iter().map(|permission| permission.uuid()));
    let record = Constraint { id: constraint.id, description: description.clone(), created_at: change.now() };
    let created = ChangedConstraint { record, set: constraint.clone() };
    change.set_separation_path(path);
    change.set_constraint(constraint.clone());
    if change.is_preview() {
        return Ok(created);
    }
    let connection = change.write(&permit, PermitKind::SetConstraint)?;
    store::insert(connection, &constraint, description, change.now()).await?;
    change.record(entry);
    Ok(created)
}
