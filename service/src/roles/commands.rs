//! Changing and deleting roles; `create.rs` makes them.

use super::queries::get;
use super::{Role, RoleUpdate, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::not_found;
use crate::change::{Act, Change};
use crate::{Context, Refusal, RefusalCode, RefusalDetail, Result, Service, boxed, text};
use engine::{Constraint, Policy, RoleFacts, RoleId, RoleName};
use serde_json::{Map, Value, json};

/// Renames or describes a role, or changes who gets it and when it is active.
///
/// # Errors
/// As [`super::create`]; `STALE`; `IMMUTABLE` when a built-in role would be renamed.
#[boxed]
pub async fn update(service: &Service, ctx: &Context, role: RoleId, update: RoleUpdate) -> Result<Role> {
    let act = Act::new("role.update", target(&service.policy(), role));
    let name = checked(service, ctx, &act, check(&update)).await?;
    service.change(ctx, act, |change| edit(change, role, (update, name))).await?;
    get(service, role).await
}

async fn edit(mut change: Change, id: RoleId, (update, name): (RoleUpdate, Option<RoleName>)) -> Result<(Change, ())> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("role", &["id"]))?;
    if update.expected_version.is_some_and(|expected| expected != known.version) {
        let detail = RefusalDetail::Stale { current_version: known.version };
        let refusal = Refusal::new(RefusalCode::Stale, "the role was changed since it was read");
        return Err(refusal.at(["expectedVersion"]).with(detail).into());
    }
    let changes = store::Changes {
        name: name.filter(|name| name.as_str() != known.name),
        description: update.description.filter(|description| *description != known.description),
        is_default: update.is_default.filter(|is_default| *is_default != known.is_default),
        requires_activation: update.requires_activation.filter(|requires| *requires != known.requires_activation),
    };
    if changes == store::Changes::default() {
        return Ok((change, ()));
    }
    if let Some(name) = &changes.name {
        refuse_taken(change.policy(), name, Some(id))?;
    }
    if changes.is_default.is_some() {
        change.require("role:assign", &["input", "isDefault"])?;
    }
    let permit = match changes.name {
        Some(_) => change.permit(engine::Change::RenameRole(id), &["id"])?,
        None => change.permit(engine::Change::DescribeRole(id), &["id"])?,
    };
    if changes.is_default == Some(true) {
        let _ = change.permit(engine::Change::MakeDefault(id), &["input", "isDefault"])?;
    }
    let entry = describe(&known, &changes);
    store::update(change.write(&permit), id, changes).await?;
    change.touch_role(id);
    change.record(entry);
    Ok((change, ()))
}

/// What changes of a role, in words and as the states before and after.
fn describe(known: &Role, changes: &store::Changes) -> Entry {
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut differ = |key: &str, old: Value, new: Value| {
        before.insert(key.to_owned(), old);
        after.insert(key.to_owned(), new);
    };
    if let Some(name) = &changes.name {
        differ("name", json!(known.name), json!(name.as_str()));
    }
    if let Some(description) = &changes.description {
        differ("description", json!(known.description), json!(description));
    }
    if let Some(is_default) = changes.is_default {
        differ("isDefault", json!(known.is_default), json!(is_default));
    }
    if let Some(requires_activation) = changes.requires_activation {
        differ("requiresActivation", json!(known.requires_activation), json!(requires_activation));
    }
    let summary = match (&changes.name, changes.is_default, changes.requires_activation) {
        (Some(name), ..) => format!("renamed role {} to {name}", known.name),
        (None, Some(true), _) => format!("made {} a default role", known.name),
        (None, Some(false), _) => format!("made {} no default role any more", known.name),
        (None, None, Some(true)) => format!("left role {} inactive until asked for", known.name),
        (None, None, Some(false)) => format!("made role {} active without being asked for", known.name),
        (None, None, None) => format!("described role {}", known.name),
    };
    Entry::done(summary).before(before.into()).after(after.into())
}

/// Deletes a role with its assignments and grants (DeleteRole). It leaves the sets of the constraints that
/// name it; when one of these would then have fewer roles than its limit, the role stays.
///
/// # Errors
/// `NOT_FOUND`, `IMMUTABLE`, `BEYOND_AUTHORITY`, `SOD_VIOLATION`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, role: RoleId) -> Result<()> {
    let act = Act::new("role.delete", target(&service.policy(), role));
    service.change(ctx, act, |change| erase(change, role)).await
}

async fn erase(mut change: Change, id: RoleId) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let facts = policy.role(id).ok_or_else(|| not_found("role", &["id"]))?;
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("role", &["id"]))?;
    let permit = change.permit(engine::Change::DeleteRole(id), &["id"])?;
    let seniors = policy.inherited_by(id);
    let members = store::members(change.read(), id).await?;
    let constraints: Vec<&Constraint> = policy.constraints_of(id).collect();
    store::delete(change.write(&permit), id).await?;

    let granted = facts.grants.iter().filter_map(|&permission| policy.permission(permission));
    let before = json!({
        "name": known.name,
        "description": known.description,
        "isDefault": known.is_default,
        "permissions": granted.map(|permission| permission.name.as_str()).collect::<Vec<_>>(),
        "inheritsFrom": names(&policy, &facts.inherits_from),
        "inheritedBy": names(&policy, &seniors),
        "assignedUsers": members.len(),
        "sodConstraints": constraints.iter().map(|constraint| constraint.name.as_str()).collect::<Vec<_>>(),
    });
    let entry = Entry::done(format!("deleted role {}", known.name))
        .before(before)
        .concerning(seniors.iter().map(|senior| senior.uuid()))
        .concerning(members.iter().map(|user| user.uuid()))
        .concerning(constraints.iter().map(|constraint| constraint.id.uuid()));
    change.blame(&["id"]);
    change.touch_role(id);
    for senior in seniors {
        change.touch_role(senior);
    }
    for user in members {
        change.touch_user(user);
    }
    for constraint in constraints {
        change.touch_constraint(constraint.id);
    }
    change.record(entry);
    Ok((change, ()))
}

fn check(update: &RoleUpdate) -> Result<Option<RoleName>> {
    let description = update.description.as_ref().and_then(|text| text.as_deref());
    text::check_description(description).map_err(|refusal| refusal.at(["input", "description"]))?;
    update.name.as_deref().map(parse_name).transpose()
}

pub(super) fn parse_name(name: &str) -> Result<RoleName> {
    RoleName::parse(name).map_err(|error| text::name_refusal(error).at(["input", "name"]).into())
}

/// Refuses a name that another role than `own` has, without regard to case.
pub(super) fn refuse_taken(policy: &Policy, name: &RoleName, own: Option<RoleId>) -> Result<()> {
    match policy.role_named(name.as_str()) {
        Some(other) if Some(other.id) != own => {
            let message = format!("role `{}` is there already", other.name);
            Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]).into())
        }
        _ => Ok(()),
    }
}

/// The role as the target of an act, by its present name.
pub(super) fn target(policy: &Policy, id: RoleId) -> Target {
    let label = |role: &RoleFacts| role.name.to_string();
    Target::new(TargetType::Role, id.uuid(), policy.role(id).map(label))
}

/// Names of roles, those unknown left out.
pub(crate) fn names<'a>(policy: &'a Policy, roles: &[RoleId]) -> Vec<&'a str> {
    roles.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str()).collect()
}
