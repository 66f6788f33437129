//! Changing and deleting roles; `create.rs` creates them.

use super::{Role, RoleUpdate, store};
use crate::audit::{Act, ChangedAttributes, Entry, Target, TargetType};
use crate::batch::not_found;
use crate::change::{Change, names, refuse_stale};
use crate::decisions::ChangedObject;
use crate::permissions::names::ROLE_ASSIGN;
use crate::{Changed, Context, Refusal, RefusalCode, RefusalDetail, Requested, Result, Service, boxed, text};
use engine::{Constraint, KnownRole, PermitKind, Policy, Proposal, RoleId, RoleName};
use serde_json::json;

/// Changes the attributes of a role.
///
/// # Errors
/// As [`super::create`]; `STALE`; `IMMUTABLE` when a built-in role would be renamed, or `superadmin` would require
/// activation.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    update: RoleUpdate,
) -> Result<Changed<Role>> {
    let act = Act::new("role.update", target(&service.policy(), role));
    let input = check(update);
    service.administer(ctx, act, input, |change, (update, name)| edit(change, role, update, name)).await
}

#[boxed]
async fn edit(
    change: &mut Change<'_>,
    role: Requested<RoleId>,
    update: RoleUpdate,
    name: Option<RoleName>,
) -> Result<Role> {
    let known = find(change, role, "id").await?;
    let id = known.id;
    refuse_stale_role(change, update.expected_version, &known)?;
    let changes = store::RoleChanges {
        name: name.filter(|name| name.as_str() != known.name),
        description: update.description.filter(|description| *description != known.description),
        is_default: update.is_default.filter(|is_default| *is_default != known.is_default),
        requires_activation: update.requires_activation.filter(|requires| *requires != known.requires_activation),
    };
    if changes == store::RoleChanges::default() {
        return Ok(known);
    }
    if let Some(name) = &changes.name {
        refuse_taken(change.policy(), name, Some(id))?;
    }
    if changes.is_default.is_some() {
        change.require(ROLE_ASSIGN, &["input", "isDefault"])?;
    }
    let (attributes, kind) = match changes.name {
        Some(_) => (Proposal::RenameRole(id), PermitKind::RenameRole),
        None => (Proposal::DescribeRole(id), PermitKind::DescribeRole),
    };
    let (mut permit, mut kinds) = (change.permit(attributes, &["id"])?, vec![kind]);
    if changes.is_default == Some(true) {
        change.set_separation_path(&["input", "isDefault"]);
        permit = permit.and(change.permit(Proposal::MakeDefault(id), &["input", "isDefault"])?);
        kinds.push(PermitKind::MakeDefault);
    }
    if changes.requires_activation == Some(true) {
        permit = permit.and(change.permit(Proposal::RequireActivation(id), &["input", "requiresActivation"])?);
        kinds.push(PermitKind::RequireActivation);
    }
    let entry = describe(&known, &changes);
    change.alter_role(id, |role| {
        role.name = changes.name.clone().unwrap_or(role.name.clone());
        role.is_default = changes.is_default.unwrap_or(role.is_default);
        role.requires_activation = changes.requires_activation.unwrap_or(role.requires_activation);
    });
    if changes.description.is_some() {
        change.keep_description(ChangedObject::Role(id), known.description.clone());
    }
    if change.is_preview() {
        return Ok(known);
    }
    store::update(change.write_all(&permit, &kinds)?, id, changes.clone()).await?;
    change.record(entry);
    Ok(updated(known, changes).touched(change.now()))
}

/// The record with these changes.
fn updated(known: Role, changes: store::RoleChanges) -> Role {
    Role {
        name: changes.name.map_or(known.name, |name| name.to_string()),
        description: changes.description.unwrap_or(known.description),
        is_default: changes.is_default.unwrap_or(known.is_default),
        requires_activation: changes.requires_activation.unwrap_or(known.requires_activation),
        ..known
    }
}

/// The audit entry of changed attributes.
fn describe(known: &Role, changes: &store::RoleChanges) -> Entry {
    let summary = match (&changes.name, changes.is_default, changes.requires_activation) {
        (Some(name), ..) => format!("renamed role {} to {name}", known.name),
        (None, Some(true), _) => format!("made {} a default role", known.name),
        (None, Some(false), _) => format!("made {} no longer a default role", known.name),
        (None, None, Some(true)) => format!("made role {} inactive at login", known.name),
        (None, None, Some(false)) => format!("made role {} active at login", known.name),
        (None, None, None) => format!("described role {}", known.name),
    };
    ChangedAttributes::default()
        .with("name", &known.name, changes.name.as_ref().map(RoleName::as_str))
        .with("description", &known.description, changes.description.as_ref())
        .with("isDefault", known.is_default, changes.is_default)
        .with("requiresActivation", known.requires_activation, changes.requires_activation)
        .entry(summary)
}

/// Deletes a role with its assignments and grants (DeleteRole), however many users have it: nobody holds it once this
/// returns, and the rows of a large number of assignments are removed afterwards. It leaves the constraints that name it; a role that
/// a constraint needs for its limit cannot be deleted.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, role: Requested<RoleId>) -> Result<Changed<()>> {
    let act = Act::new("role.delete", target(&service.policy(), role));
    let deleted = service.administer(ctx, act, Ok(role), |change, role| erase(change, role)).await?;
    service.deleted.notify_one();
    Ok(deleted)
}

/// Deletes it within a change.
#[boxed]
pub(crate) async fn erase(change: &mut Change<'_>, role: Requested<RoleId>) -> Result<()> {
    let policy = change.policy().clone();
    let id = self::known(&policy, role, "id")?.id;
    let known = find(change, role, "id").await?;
    let permit = change.permit(Proposal::DeleteRole(id), &["id"])?;
    let seniors = policy.inherited_by(id);
    let constraints: Vec<&Constraint> = policy.constraints_of(id).collect();
    change.set_separation_path(&["id"]);
    change.remove_role(id);
    change.keep_description(ChangedObject::Role(id), known.description.clone());
    if change.is_preview() {
        return Ok(());
    }
    let (event, now) = (change.next_id(), change.now());
    let members = store::delete(change.write(&permit, PermitKind::DeleteRole)?, id, event, now).await?;

    let before = json!({
        "name": known.name,
        "description": known.description,
        "isDefault": known.is_default,
        "permissions": names(&*policy, &policy.granted_permissions(id)),
        "patterns": policy.granted_patterns(id).iter().map(ToString::to_string).collect::<Vec<_>>(),
        "inheritsFrom": names(&*policy, &policy.inherits_from(id)),
        "inheritedBy": names(&*policy, &seniors),
        "assignedUsers": members.total,
        "sodConstraints": constraints.iter().map(|constraint| constraint.name.as_str()).collect::<Vec<_>>(),
    });
    let entry = Entry::done(format!("deleted role {}", known.name))
        .identified(event)
        .before(before)
        .concerning(seniors.iter().map(|senior| senior.uuid()))
        .concerning(members.users)
        .concerning(constraints.iter().map(|constraint| constraint.id.uuid()));
    change.record(entry);
    Ok(())
}

fn check(update: RoleUpdate) -> Result<(RoleUpdate, Option<RoleName>)> {
    let description = update.description.as_ref().and_then(|text| text.as_deref());
    text::check_description(description).map_err(|refusal| refusal.at(["input", "description"]))?;
    let name = update.name.as_deref().map(parse_name).transpose()?;
    Ok((update, name))
}

pub(super) fn parse_name(name: &str) -> Result<RoleName> {
    RoleName::parse(name).map_err(|error| text::name_refusal(error).at(["input", "name"]).into())
}

/// Refuses the name of another role than `own`, compared case-insensitively.
pub(super) fn refuse_taken(policy: &Policy, name: &RoleName, own: Option<RoleId>) -> Result<()> {
    match policy.role_named(name.as_str()) {
        Some(other) if Some(other.id) != own => {
            let message = format!("role `{name}` already exists");
            Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]).into())
        }
        _ => Ok(()),
    }
}

/// Refuses a change that is based on another version of the role. The present one is named to those who may read the role.
pub(super) fn refuse_stale_role(
    change: &Change<'_>,
    expected: impl Into<Option<i32>>,
    role: &Role,
) -> Result<(), Refusal> {
    refuse_stale("role", expected.into(), role.version).map_err(|refusal| {
        let is_readable = change.author().reader().may_read_role(role.id);
        if is_readable { refusal } else { refusal.with(RefusalDetail::None) }
    })
}

/// The record of a role within a change.
///
/// # Errors
/// `NOT_FOUND` at `argument`.
pub(super) async fn find(change: &Change<'_>, role: Requested<RoleId>, argument: &str) -> Result<Role> {
    let unknown = || not_found("role", &[argument]);
    let found = store::find(change.read(), role.ok_or_else(unknown)?).await?;
    Ok(found.ok_or_else(unknown)?)
}

/// The role as the policy knows it.
///
/// # Errors
/// `NOT_FOUND` at `argument`.
pub(super) fn known<'a>(policy: &'a Policy, role: Requested<RoleId>, argument: &str) -> Result<&'a KnownRole, Refusal> {
    role.and_then(|id| policy.role(id)).ok_or_else(|| not_found("role", &[argument]))
}

/// The role as the target of an act, labelled with its present name.
pub(crate) fn target(policy: &Policy, role: Requested<RoleId>) -> Target {
    let label = |role: &KnownRole| role.name.to_string();
    Target::new(TargetType::Role, role.map(RoleId::uuid), role.and_then(|id| policy.role(id)).map(label))
}
