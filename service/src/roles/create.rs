//! Creating roles.

use super::commands::{names, parse_name, refuse_taken};
use super::queries::get;
use super::{NewRole, Role, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::Batch;
use crate::change::{Act, Change};
use crate::{Context, Result, Service, boxed, text};
use engine::{PermissionId, Permit, RoleId, RoleName};
use serde_json::json;
use std::slice;

/// A new role whose texts and lists were found good.
#[derive(Debug)]
struct Plan {
    id: RoleId,
    name: RoleName,
    description: Option<String>,
    permissions: Batch<PermissionId>,
    juniors: Batch<RoleId>,
    seniors: Batch<RoleId>,
}

/// Creates a role (AddRole; with a place in the hierarchy AddAscendant, AddDescendant). An empty
/// description is kept as it is.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND`, `HIERARCHY_CYCLE`, `SOD_VIOLATION`,
/// `IMMUTABLE`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewRole) -> Result<Role> {
    let act = Act::new("role.create", Target::new(TargetType::Role, None, new.name.clone()));
    let plan = checked(service, ctx, &act, check(service, new)).await?;
    let id = plan.id;
    service.change(ctx, act, |change| add(ctx, change, plan)).await?;
    get(service, id).await
}

fn check(service: &Service, new: NewRole) -> Result<Plan> {
    let name = parse_name(&new.name)?;
    text::check_description(new.description.as_deref()).map_err(|refusal| refusal.at(["input", "description"]))?;
    Ok(Plan {
        id: RoleId::new(service.ids.next(service.now())),
        name,
        description: new.description,
        permissions: Batch::new(new.permissions, &["input", "permissionIds"])?,
        juniors: Batch::new(new.inherits_from, &["input", "inheritsFromIds"])?,
        seniors: Batch::new(new.inherited_by, &["input", "inheritedByIds"])?,
    })
}

async fn add(ctx: &Context, mut change: Change, plan: Plan) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    if !plan.permissions.is_empty() {
        change.require("permission:grant", &["input", "permissionIds"])?;
    }
    refuse_taken(&policy, &plan.name, None)?;
    plan.permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    plan.juniors.require_known("role", |id| policy.role(id).is_some())?;
    plan.seniors.require_known("role", |id| policy.role(id).is_some())?;
    let (permissions, juniors, seniors) =
        (plan.permissions.distinct(), plan.juniors.distinct(), plan.seniors.distinct());
    let permit = may_create(&change, &plan)?;

    let (id, made) = (plan.id, store::Made { at: change.now(), by: ctx.user_id() });
    let connection = change.write(&permit);
    let label = plan.name.to_string();
    let granted: Vec<&str> =
        permissions.iter().filter_map(|&id| policy.permission(id)).map(|known| known.name.as_str()).collect();
    let after = json!({
        "name": label,
        "description": plan.description,
        "permissions": granted,
        "inheritsFrom": names(&policy, &juniors),
        "inheritedBy": names(&policy, &seniors),
    });
    let (name, description) = (plan.name, plan.description);
    let row = store::NewRow { id, name, description, is_system: false, is_default: false };
    store::insert(connection, &[row], made.at).await?;
    let grants: Vec<_> = permissions.iter().map(|&permission| (id, permission)).collect();
    store::insert_grants(connection, &grants, made).await?;
    let down = juniors.iter().map(|&junior| (id, junior));
    let links: Vec<_> = down.chain(seniors.iter().map(|&senior| (senior, id))).collect();
    store::insert_inheritance(connection, &links, made).await?;

    let entry = Entry::done(format!("created role {label}"))
        .target(Target::new(TargetType::Role, id.uuid(), label))
        .after(after)
        .concerning(permissions.iter().map(|permission| permission.uuid()))
        .concerning(juniors.iter().chain(&seniors).map(|role| role.uuid()));
    change.blame(&["input", "inheritedByIds"]);
    change.touch_role(id);
    for senior in seniors {
        change.touch_role(senior);
    }
    change.record(entry);
    Ok((change, ()))
}

/// May the role be made? Nothing in it is beyond its author, and whatever other rule it breaks, it breaks
/// for one of its seniors.
fn may_create(change: &Change, plan: &Plan) -> Result<Permit> {
    change.permit_each(&plan.permissions, |id| proposal(&[], &[], slice::from_ref(id)))?;
    change.permit_each(&plan.juniors, |id| proposal(slice::from_ref(id), &[], &[]))?;
    change.permit_each(&plan.seniors, |id| proposal(&[], slice::from_ref(id), &[]))?;
    let (permissions, juniors, seniors) =
        (plan.permissions.distinct(), plan.juniors.distinct(), plan.seniors.distinct());
    change.permit(proposal(&juniors, &seniors, &permissions), &["input", "inheritedByIds"])
}

fn proposal<'a>(juniors: &'a [RoleId], seniors: &'a [RoleId], grants: &'a [PermissionId]) -> engine::Change<'a> {
    engine::Change::CreateRole { juniors, seniors, grants }
}
