//! Creating roles.

use super::commands::{parse_name, refuse_taken};
use super::{NewRole, Role, store};
use crate::audit::{Act, Target, TargetType};
use crate::batch::{Batch, not_found};
use crate::change::{Change, Links};
use crate::permissions::names::PERMISSION_GRANT;
use crate::{Changed, Context, Refusal, RefusalCode, Requested, Result, Service, boxed, text};
use engine::{PermissionId, PermissionPattern, Permit, PermitKind, Proposal, RoleFacts, RoleId, RoleName};
use serde_json::json;
use std::slice;
use uuid::Uuid;

/// Path of the role to copy.
const COPY_FROM: [&str; 2] = ["input", "copyFromId"];

/// The checked input of a new role.
#[derive(Debug)]
struct RoleInput {
    name: RoleName,
    description: Option<String>,
    permissions: Batch<PermissionId>,
    juniors: Batch<RoleId>,
    seniors: Batch<RoleId>,
    copy_from: Option<Requested<RoleId>>,
}

/// What a new role is linked to, with what it copies.
#[derive(Debug, Default)]
struct RoleLinks {
    grants: Vec<PermissionId>,
    patterns: Vec<PermissionPattern>,
    juniors: Vec<RoleId>,
    seniors: Vec<RoleId>,
}

/// Creates a role (AddRole; with a place in the hierarchy AddAscendant, AddDescendant). An empty description is
/// stored as it is.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND`, `HIERARCHY_CYCLE`, `SOD_VIOLATION`,
/// `IMMUTABLE`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewRole) -> Result<Changed<Role>> {
    let act = Act::new("role.create", Target::new(TargetType::Role, None, new.name.clone()));
    service.administer(ctx, act, check(new), |change, input| add(change, input)).await
}

fn check(new: NewRole) -> Result<RoleInput> {
    let name = parse_name(&new.name)?;
    text::check_description(new.description.as_deref()).map_err(|refusal| refusal.at(["input", "description"]))?;
    Ok(RoleInput {
        name,
        description: new.description,
        permissions: Batch::new(new.permissions, &["input", "permissionIds"])?,
        juniors: Batch::new(new.inherits_from, &["input", "inheritsFromIds"])?,
        seniors: Batch::new(new.inherited_by, &["input", "inheritedByIds"])?,
        copy_from: new.copy_from,
    })
}

#[boxed]
async fn add(change: &mut Change<'_>, input: RoleInput) -> Result<Role> {
    let policy = change.policy().clone();
    if !input.permissions.is_empty() {
        change.require(PERMISSION_GRANT, &["input", "permissionIds"])?;
    }
    refuse_taken(&policy, &input.name, None)?;
    input.permissions.require_known("permission", |id| policy.permission(id).is_some())?;
    input.juniors.require_known("role", |id| policy.role(id).is_some())?;
    input.seniors.require_known("role", |id| policy.role(id).is_some())?;
    let links = links(change, &input)?;
    let permit = permit_creation(change, &input, &links)?;
    let RoleLinks { grants, patterns, juniors, seniors } = links;
    let permissions = Links::new(grants, &*policy);
    let (juniors, seniors) = (Links::new(juniors, &*policy), Links::new(seniors, &*policy));

    let (id, stamp): (RoleId, _) = (change.next_id(), change.stamp());
    let name = input.name.to_string();
    let state = json!({
        "name": name,
        "description": input.description,
        "permissions": permissions.names(),
        "patterns": patterns.iter().map(PermissionPattern::as_str).collect::<Vec<_>>(),
        "inheritsFrom": juniors.names(),
        "inheritedBy": seniors.names(),
    });
    let RoleInput { name: role_name, description, .. } = input;
    change.set_separation_path(&["input", "inheritedByIds"]);
    change.set_role(RoleFacts {
        grants: permissions.ids().to_vec(),
        patterns: patterns.clone(),
        inherits_from: juniors.ids().to_vec(),
        ..RoleFacts::new(id, role_name.clone())
    });
    for &senior in seniors.ids() {
        change.alter_role(senior, |senior| senior.inherits_from.push(id));
    }
    let row = store::RoleInsert {
        id,
        name: role_name,
        description,
        is_system: false,
        is_default: false,
        requires_activation: false,
    };
    let role = Role::created(&row, stamp.at);
    let connection = change.write(&permit, PermitKind::CreateRole)?;
    store::insert(connection, &[row], stamp.at).await?;
    let grants: Vec<_> = permissions.ids().iter().map(|&permission| (id, permission)).collect();
    store::insert_grants(connection, &grants, stamp).await?;
    store::insert_patterns(connection, id, &patterns, stamp).await?;
    let down = juniors.ids().iter().map(|&junior| (id, junior));
    let links: Vec<_> = down.chain(seniors.ids().iter().map(|&senior| (senior, id))).collect();
    store::insert_inheritance(connection, &links, stamp).await?;

    let entry = permissions
        .entry(format!("created role {name}"))
        .target(Target::new(TargetType::Role, id.uuid(), name))
        .after(state)
        .concerning(juniors.ids().iter().chain(seniors.ids()).map(|role| role.uuid()));
    change.record(entry);
    Ok(role.touched(stamp.at))
}

/// The links of the new role: those of the input, and those of the role to copy that are not among them.
fn links(change: &Change<'_>, input: &RoleInput) -> Result<RoleLinks> {
    let mut links = RoleLinks {
        grants: input.permissions.distinct(),
        patterns: Vec::new(),
        juniors: input.juniors.distinct(),
        seniors: input.seniors.distinct(),
    };
    let Some(copied) = input.copy_from else { return Ok(links) };
    change.require(PERMISSION_GRANT, &COPY_FROM)?;
    let policy = change.policy();
    let copied = copied.and_then(|role| policy.role_facts(role)).ok_or_else(|| not_found("role", &COPY_FROM))?;
    if policy.superadmin() == Some(copied.id) {
        let message = "`superadmin` holds its permissions by rule: it has no grants that could be copied";
        return Err(Refusal::new(RefusalCode::Invalid, message).at(COPY_FROM).into());
    }
    let (grants, juniors) = (&mut links.grants, &mut links.juniors);
    let new: Vec<PermissionId> = copied.grants.into_iter().filter(|granted| !grants.contains(granted)).collect();
    grants.extend(new);
    links.patterns = copied.patterns;
    let new: Vec<RoleId> = copied.inherits_from.into_iter().filter(|junior| !juniors.contains(junior)).collect();
    juniors.extend(new);
    Ok(links)
}

/// Permits the role: each link by its own path first; any other rule is violated for one of the seniors.
fn permit_creation(change: &Change<'_>, input: &RoleInput, links: &RoleLinks) -> Result<Permit> {
    change.require_authority(&input.permissions, |id| proposal(&[], &[], slice::from_ref(id)))?;
    change.require_authority(&input.juniors, |id| proposal(slice::from_ref(id), &[], &[]))?;
    change.require_authority(&input.seniors, |id| proposal(&[], slice::from_ref(id), &[]))?;
    if input.copy_from.is_some() {
        let _ = change.permit(proposal(&links.juniors, &[], &links.grants), &COPY_FROM)?;
    }
    // Whatever holds the role gains its patterns: the role itself, which the policy does not know yet, and its seniors.
    for &role in [RoleId::new(Uuid::nil())].iter().chain(&links.seniors).filter(|_| !links.patterns.is_empty()) {
        let _ = change.permit(Proposal::ChangePatterns { role, added: &links.patterns }, &COPY_FROM)?;
    }
    change.permit(proposal(&links.juniors, &links.seniors, &links.grants), &["input", "inheritedByIds"])
}

fn proposal<'a>(juniors: &'a [RoleId], seniors: &'a [RoleId], grants: &'a [PermissionId]) -> Proposal<'a> {
    Proposal::CreateRole { juniors, seniors, grants }
}
