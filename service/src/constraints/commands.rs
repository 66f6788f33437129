//! Changing and deleting constraints; `create.rs` creates them, `members.rs` changes their roles.

use super::{ChangedConstraint, Constraint, ConstraintUpdate, store};
use crate::audit::{Act, ChangedAttributes, Entry, Target, TargetType};
use crate::batch::not_found;
use crate::change::{Change, names};
use crate::decisions::ChangedObject;
use crate::{Changed, Context, Refusal, RefusalCode, Requested, Result, Service, boxed, text};
use engine::{ConstraintId, ConstraintKind, PermitKind, Policy, Proposal};
use serde_json::{Value, json};

/// Changes the name, the description or the limit of a constraint (SetSsdSetCardinality, SetDsdSetCardinality).
///
/// # Errors
/// As [`super::create`]; `NOT_FOUND` when the constraint is unknown. `BEYOND_AUTHORITY` also for a new name, a higher
/// limit or a description: an actor without authority over its roles does not change a constraint in any way.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    constraint: Requested<ConstraintId>,
    update: ConstraintUpdate,
) -> Result<Changed<ChangedConstraint>> {
    let act = Act::new("sod_constraint.update", target(&service.policy(), constraint));
    service.administer(ctx, act, check(update), |change, update| edit(change, constraint, update)).await
}

fn check(update: ConstraintUpdate) -> Result<ConstraintUpdate> {
    update.name.as_deref().map_or(Ok(()), check_name)?;
    check_description(update.description.as_ref().and_then(|text| text.as_deref()))?;
    Ok(update)
}

#[boxed]
async fn edit(
    change: &mut Change<'_>,
    constraint: Requested<ConstraintId>,
    update: ConstraintUpdate,
) -> Result<ChangedConstraint> {
    let policy = change.policy().clone();
    let known = known(&policy, constraint)?;
    let id = known.id;
    let record = find(change, id).await?;
    let limit = update.limit.map(|limit| check_limit(limit, known.size())).transpose()?;
    let changes = store::ConstraintChanges {
        name: update.name.filter(|name| *name != known.name),
        description: update.description.filter(|description| *description != record.description),
        limit: limit.filter(|limit| *limit != known.limit),
        kind: None,
    };
    if changes == store::ConstraintChanges::default() {
        return Ok(ChangedConstraint { record, set: known.clone() });
    }
    if let Some(name) = &changes.name {
        refuse_taken(&policy, name, Some(id))?;
    }
    let permit = change.permit(Proposal::ChangeConstraint(id), &["id"])?;
    let mut constraint = known.clone();
    constraint.name = changes.name.clone().unwrap_or(constraint.name);
    constraint.limit = changes.limit.unwrap_or(constraint.limit);
    let permit = permit.and(change.permit(Proposal::SetConstraint(&constraint), &["input", "limit"])?);
    let entry = describe(known, &record, &changes);
    let description = changes.description.clone().unwrap_or_else(|| record.description.clone());
    change.set_separation_path(&["input", "limit"]);
    change.set_constraint(constraint.clone());
    if changes.description.is_some() {
        change.keep_description(ChangedObject::Constraint(id), record.description.clone());
    }
    if change.is_preview() {
        return Ok(ChangedConstraint { record, set: constraint });
    }
    store::update(change.write(&permit, PermitKind::SetConstraint)?, id, changes).await?;
    change.record(entry);
    Ok(ChangedConstraint { record: Constraint { description, ..record }, set: constraint })
}

/// The audit entry of changed attributes.
fn describe(known: &engine::Constraint, record: &Constraint, changes: &store::ConstraintChanges) -> Entry {
    let summary = match (&changes.name, changes.limit) {
        (Some(name), _) => format!("renamed constraint {} to {name}", known.name),
        (None, Some(limit)) => format!("set the limit of constraint {} to {limit}", known.name),
        (None, None) => format!("described constraint {}", known.name),
    };
    ChangedAttributes::default()
        .with("name", &known.name, changes.name.as_ref())
        .with("description", &record.description, changes.description.as_ref())
        .with("limit", known.limit, changes.limit)
        .entry(summary)
}

/// Deletes a constraint (DeleteSsdSet, DeleteDsdSet).
///
/// # Errors
/// `NOT_FOUND`; `BEYOND_AUTHORITY` when the caller has no authority over one of its roles or permissions.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, constraint: Requested<ConstraintId>) -> Result<Changed<()>> {
    let act = Act::new("sod_constraint.delete", target(&service.policy(), constraint));
    service.administer(ctx, act, Ok(constraint), |change, constraint| erase(change, constraint)).await
}

/// Deletes it within a change.
#[boxed]
pub(crate) async fn erase(change: &mut Change<'_>, constraint: Requested<ConstraintId>) -> Result<()> {
    let policy = change.policy().clone();
    let known = known(&policy, constraint)?;
    let id = known.id;
    let record = find(change, id).await?;
    let permit = change.permit(Proposal::ChangeConstraint(id), &["id"])?;
    store::delete(change.write(&permit, PermitKind::ChangeConstraint)?, id).await?;
    let entry = Entry::done(format!("deleted constraint {}", known.name))
        .before(state(&policy, known, record.description.as_deref()))
        .concerning(known.roles.iter().map(|role| role.uuid()))
        .concerning(known.permissions.iter().map(|permission| permission.uuid()));
    change.remove_constraint(id);
    change.keep_description(ChangedObject::Constraint(id), record.description);
    change.record(entry);
    Ok(())
}

/// The record of a constraint within a change.
///
/// # Errors
/// `NOT_FOUND` at `id`.
pub(super) async fn find(change: &Change<'_>, id: ConstraintId) -> Result<Constraint> {
    let found = store::find(change.read(), id).await?;
    found.ok_or_else(|| not_found("constraint", &["id"]).into())
}

/// A constraint of the policy.
///
/// # Errors
/// `NOT_FOUND` at `id`.
pub(super) fn known(policy: &Policy, id: Requested<ConstraintId>) -> Result<&engine::Constraint, Refusal> {
    id.and_then(|id| policy.constraint(id)).ok_or_else(|| not_found("constraint", &["id"]))
}

/// The form in which names are compared, case-insensitively.
pub(super) fn key(name: &str) -> String {
    text::sort_key(name)
}

pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    text::check_name(name).map_err(|refusal| refusal.at(["input", "name"]))
}

pub(super) fn check_description(description: Option<&str>) -> Result<(), Refusal> {
    text::check_description(description).map_err(|refusal| refusal.at(["input", "description"]))
}

/// The limit of a constraint on so many roles or permissions.
pub(super) fn check_limit(limit: i32, members: usize) -> Result<usize, Refusal> {
    let fits = |limit: &usize| engine::Constraint::limit_range(members).contains(limit);
    usize::try_from(limit).ok().filter(fits).ok_or_else(|| {
        let message = "the limit must be at least 2 and at most the number of roles or permissions";
        Refusal::new(RefusalCode::Invalid, message).at(["input", "limit"])
    })
}

/// Refuses the name of another constraint than `own`, compared case-insensitively.
pub(super) fn refuse_taken(policy: &Policy, name: &str, own: Option<ConstraintId>) -> Result<(), Refusal> {
    let key = key(name);
    match policy.constraints().iter().find(|known| self::key(&known.name) == key) {
        Some(other) if Some(other.id) != own => {
            let message = format!("constraint `{name}` already exists");
            Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]))
        }
        _ => Ok(()),
    }
}

/// The state of a constraint, for the audit log.
pub(super) fn state(policy: &Policy, constraint: &engine::Constraint, description: Option<&str>) -> Value {
    let kind = match constraint.kind {
        ConstraintKind::Static => "STATIC",
        ConstraintKind::Dynamic => "DYNAMIC",
    };
    let mut state = json!({
        "name": constraint.name,
        "description": description,
        "kind": kind,
        "limit": constraint.limit,
    });
    let (key, members) = match constraint.permissions.is_empty() {
        true => ("roles", names(policy, &constraint.roles)),
        false => ("permissions", names(policy, &constraint.permissions)),
    };
    if let Some(state) = state.as_object_mut() {
        state.insert(key.to_owned(), json!(members));
    }
    state
}

/// The constraint as the target of an act, labelled with its present name.
pub(super) fn target(policy: &Policy, constraint: Requested<ConstraintId>) -> Target {
    let label = known(policy, constraint).ok().map(|constraint| constraint.name.clone());
    Target::new(TargetType::SodConstraint, constraint.map(ConstraintId::uuid), label)
}
