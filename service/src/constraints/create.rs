//! Creating constraints.

use super::commands::{check_description, check_limit, check_name, refuse_taken, state};
use super::queries::get;
use super::{Constraint, NewConstraint, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::Batch;
use crate::change::{Act, Change};
use crate::{Context, Refusal, RefusalCode, Result, Service, boxed};
use engine::{ConstraintId, ConstraintKind, RoleId};

/// A new constraint whose texts were found good.
#[derive(Debug)]
struct Plan {
    id: ConstraintId,
    name: String,
    description: Option<String>,
    kind: ConstraintKind,
    roles: Batch<RoleId>,
    limit: i32,
}

/// Creates a constraint (CreateSsdSet, CreateDsdSet), unless somebody breaks it already or one role alone
/// would, through what it inherits.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND`, `SOD_VIOLATION`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewConstraint) -> Result<Constraint> {
    let act = Act::new("sod_constraint.create", Target::new(TargetType::SodConstraint, None, new.name.clone()));
    let plan = checked(service, ctx, &act, check(service, new).map_err(Into::into)).await?;
    let id = plan.id;
    service.change(ctx, act, |change| add(change, plan)).await?;
    get(service, id).await
}

fn check(service: &Service, new: NewConstraint) -> Result<Plan, Refusal> {
    let NewConstraint { name, description, kind, roles, limit } = new;
    check_name(&name)?;
    check_description(description.as_deref())?;
    let roles = Batch::new(roles, &["input", "roleIds"])?;
    let id = ConstraintId::new(service.ids.next(service.now()));
    Ok(Plan { id, name, description, kind, roles, limit })
}

async fn add(mut change: Change, plan: Plan) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    refuse_taken(&policy, &plan.name, None)?;
    plan.roles.require_known("role", |id| policy.role(id).is_some())?;
    let roles = plan.roles.distinct();
    if engine::Constraint::limits(roles.len()).is_empty() {
        let refusal = Refusal::new(RefusalCode::Invalid, "a constraint has at least two different roles");
        return Err(refusal.at(["input", "roleIds"]).into());
    }
    let limit = check_limit(plan.limit, roles.len())?;
    let constraint = engine::Constraint { id: plan.id, name: plan.name, kind: plan.kind, roles, limit };
    let permit = change.permit(engine::Change::SetConstraint(&constraint), &["input", "roleIds"])?;
    let entry = Entry::done(format!("created constraint {}", constraint.name))
        .target(Target::new(TargetType::SodConstraint, constraint.id.uuid(), constraint.name.clone()))
        .after(state(&policy, &constraint, plan.description.as_deref()))
        .concerning(constraint.roles.iter().map(|role| role.uuid()));
    store::insert(change.write(&permit), &constraint, plan.description, change.now()).await?;
    change.blame(&["input", "roleIds"]);
    change.touch_constraint(constraint.id);
    change.record(entry);
    Ok((change, ()))
}
