//! A dry run of an import: the same plan and the same rules, without writing, and its impact.

use super::apply::{Planned, View, act};
use super::plan::ImportPlan;
use super::{Document, ImportOutcome, Progress, authority};
use crate::change::Change;
use crate::{Context, Error, Intent, Result, Service, boxed};
use engine::{
    AccountStatus, Assignment, AssignmentId, DirectGrant, PermissionFacts, RoleFacts, RoleId, Subject, UserId,
};
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// Users whose assignments and grants are read at once.
const STRIDE: usize = 5_000;

/// Plans a document and judges it as if it were applied. Takes no lock.
///
/// # Errors
/// As [`super::apply`].
#[boxed]
pub(super) async fn preview(
    service: &Service,
    ctx: &Context,
    document: Document,
    progress: &(dyn Fn(Progress<'_>) + Send + Sync),
) -> Result<ImportOutcome> {
    let ctx = Context { intent: Intent::Preview, ..ctx.clone() };
    let act = act(&document.rules);
    let foreseen = service.foresee(&ctx, &act, |change| Box::pin(plan_and_declare(change, document))).await?;
    let Planned { problems, report, plan, .. } = foreseen.object;
    if !problems.is_empty() {
        return Ok(ImportOutcome::Rejected(problems));
    }
    if !plan.is_empty() {
        progress(Progress::Planned(&report));
    }
    if !foreseen.refusals.is_empty() {
        return Err(Error::Refused(foreseen.refusals));
    }
    Ok(ImportOutcome::Applicable { report, impact: foreseen.impact })
}

#[boxed]
async fn plan_and_declare(change: &mut Change<'_>, document: Document) -> Result<Planned> {
    let (policy, now) = (change.policy().clone(), change.now());
    let view = View { service: change.service(), connection: change.read(), policy: &policy, now };
    let planned = Planned::new(&view, document).await?;
    if planned.problems.is_empty() {
        declare_policy(change, &planned.plan);
        declare_users(change, &planned.plan).await?;
        authority::check(change, &planned.plan, change.policy_as_declared()).await?;
    }
    Ok(planned)
}

fn declare_policy(change: &mut Change<'_>, plan: &ImportPlan) {
    for permission in &plan.permissions {
        change.set_permission(PermissionFacts::new(permission.id, permission.name.clone()));
    }
    let new = plan.roles.iter().map(|role| RoleFacts {
        is_default: role.is_default.unwrap_or_default(),
        requires_activation: role.requires_activation.unwrap_or_default(),
        ..RoleFacts::new(role.id, role.name.clone())
    });
    let mut roles: FxHashMap<RoleId, RoleFacts> = new.map(|role| (role.id, role)).collect();
    let linked = plan.role_permissions.iter().map(|grant| grant.0);
    for role in linked.chain(plan.role_hierarchy.iter().map(|added| added.senior)) {
        if !roles.contains_key(&role) {
            roles.extend(change.role_facts(role).map(|facts| (role, facts)));
        }
    }
    for (role, permission) in &plan.role_permissions {
        roles.entry(*role).and_modify(|role| role.grants.push(*permission));
    }
    for added in &plan.role_hierarchy {
        roles.entry(added.senior).and_modify(|senior| senior.inherits_from.push(added.junior));
    }
    roles.into_values().for_each(|role| change.set_role(role));
}

async fn declare_users(change: &mut Change<'_>, plan: &ImportPlan) -> Result<()> {
    let absent = |user: UserId| Subject { status: AccountStatus::Deleted, ..Subject::new(user) };
    let mut before: FxHashMap<UserId, Subject> = plan.users.iter().map(|user| (user.id, absent(user.id))).collect();
    let touched: Vec<UserId> = plan.touched.iter().map(|user| user.id).collect();
    for users in touched.chunks(STRIDE) {
        before.extend(change.subjects(users).await?);
    }
    let mut after = before.clone();
    plan.users.iter().for_each(|user| drop(after.insert(user.id, Subject::new(user.id))));
    let now = change.now();
    for new in &plan.user_roles {
        if let Some(user) = after.get_mut(&new.user) {
            let id: AssignmentId = Uuid::nil().into();
            let validity = new.terms.validity();
            user.assignments.push(Assignment { id, role: new.role, assigned_at: now, validity });
        }
    }
    for new in &plan.user_permissions {
        if let Some(user) = after.get_mut(&new.user) {
            user.grants.push(DirectGrant { permission: new.permission, validity: new.terms.validity() });
        }
    }
    for (user, before) in before {
        if let Some(after) = after.remove(&user) {
            change.set_user(before, after);
        }
    }
    Ok(())
}
