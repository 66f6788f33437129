//! Changing and deleting constraints; `create.rs` makes them, `members.rs` changes their roles.

use super::queries::get;
use super::{Constraint, ConstraintUpdate, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::not_found;
use crate::change::{Act, Change};
use crate::{Context, Refusal, RefusalCode, Result, Service, boxed, roles, text};
use engine::{ConstraintId, ConstraintKind, Policy};
use serde_json::{Map, Value, json};

/// Renames or describes a constraint, or changes its limit (SetSsdSetCardinality, SetDsdSetCardinality).
///
/// # Errors
/// As [`super::create`]; `NOT_FOUND` when there is no such constraint.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    constraint: ConstraintId,
    update: ConstraintUpdate,
) -> Result<Constraint> {
    let act = Act::new("sod_constraint.update", target(&service.policy(), constraint));
    let valid = (|| {
        update.name.as_deref().map_or(Ok(()), check_name)?;
        check_description(update.description.as_ref().and_then(|text| text.as_deref()))
    })();
    checked(service, ctx, &act, valid.map_err(Refusal::into)).await?;
    service.change(ctx, act, |change| edit(change, constraint, update)).await?;
    get(service, constraint).await
}

async fn edit(mut change: Change, id: ConstraintId, update: ConstraintUpdate) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let known = policy.constraint(id).ok_or_else(|| not_found("constraint", &["id"]))?;
    let stored = store::find(change.read(), id).await?.ok_or_else(|| not_found("constraint", &["id"]))?;
    let limit = update.limit.map(|limit| check_limit(limit, known.roles.len())).transpose()?;
    let changes = store::Changes {
        name: update.name.filter(|name| *name != known.name),
        description: update.description.filter(|description| *description != stored.description),
        limit: limit.filter(|limit| *limit != known.limit),
    };
    if changes == store::Changes::default() {
        return Ok((change, ()));
    }
    if let Some(name) = &changes.name {
        refuse_taken(&policy, name, Some(id))?;
    }
    let mut constraint = known.clone();
    constraint.name = changes.name.clone().unwrap_or(constraint.name);
    constraint.limit = changes.limit.unwrap_or(constraint.limit);
    let permit = change.permit(engine::Change::SetConstraint(&constraint), &["input", "limit"])?;
    let entry = describe((known, &stored), &changes);
    if constraint != *known {
        change.touch_constraint(id);
    }
    store::update(change.write(&permit), id, changes).await?;
    change.blame(&["input", "limit"]);
    change.record(entry);
    Ok((change, ()))
}

/// What changes of a constraint, in words and as the states before and after.
fn describe((known, stored): (&engine::Constraint, &Constraint), changes: &store::Changes) -> Entry {
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut differ = |key: &str, old: Value, new: Value| {
        before.insert(key.to_owned(), old);
        after.insert(key.to_owned(), new);
    };
    if let Some(name) = &changes.name {
        differ("name", json!(known.name), json!(name));
    }
    if let Some(description) = &changes.description {
        differ("description", json!(stored.description), json!(description));
    }
    if let Some(limit) = changes.limit {
        differ("limit", json!(known.limit), json!(limit));
    }
    let summary = match (&changes.name, changes.limit) {
        (Some(name), _) => format!("renamed constraint {} to {name}", known.name),
        (None, Some(limit)) => format!("set the limit of constraint {} to {limit}", known.name),
        (None, None) => format!("described constraint {}", known.name),
    };
    Entry::done(summary).before(before.into()).after(after.into())
}

/// Deletes a constraint (DeleteSsdSet, DeleteDsdSet).
///
/// # Errors
/// `NOT_FOUND`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, constraint: ConstraintId) -> Result<()> {
    let act = Act::new("sod_constraint.delete", target(&service.policy(), constraint));
    service.change(ctx, act, |change| erase(change, constraint)).await
}

async fn erase(mut change: Change, id: ConstraintId) -> Result<(Change, ())> {
    let policy = change.policy().clone();
    let known = policy.constraint(id).ok_or_else(|| not_found("constraint", &["id"]))?;
    let stored = store::find(change.read(), id).await?.ok_or_else(|| not_found("constraint", &["id"]))?;
    let permit = change.permit(engine::Change::Other, &["id"])?;
    store::delete(change.write(&permit), id).await?;
    let entry = Entry::done(format!("deleted constraint {}", known.name))
        .before(state(&policy, known, stored.description.as_deref()))
        .concerning(known.roles.iter().map(|role| role.uuid()));
    change.touch_constraint(id);
    change.record(entry);
    Ok((change, ()))
}

/// The form by which names are compared: without regard to case.
pub(super) fn key(name: &str) -> String {
    text::sort_key(name)
}

pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    text::check_name(name).map_err(|refusal| refusal.at(["input", "name"]))
}

pub(super) fn check_description(description: Option<&str>) -> Result<(), Refusal> {
    text::check_description(description).map_err(|refusal| refusal.at(["input", "description"]))
}

/// A limit that makes sense for a set of so many roles.
pub(super) fn check_limit(limit: i32, roles: usize) -> Result<usize, Refusal> {
    let fits = |limit: &usize| engine::Constraint::limits(roles).contains(limit);
    usize::try_from(limit).ok().filter(fits).ok_or_else(|| {
        let message = "the limit is at least 2 and at most the number of roles";
        Refusal::new(RefusalCode::Invalid, message).at(["input", "limit"])
    })
}

/// Refuses a name that another constraint than `own` has, without regard to case.
pub(super) fn refuse_taken(policy: &Policy, name: &str, own: Option<ConstraintId>) -> Result<(), Refusal> {
    let key = key(name);
    match policy.facts().constraints.iter().find(|known| self::key(&known.name) == key) {
        Some(other) if Some(other.id) != own => {
            let message = format!("constraint `{}` is there already", other.name);
            Err(Refusal::new(RefusalCode::Taken, message).at(["input", "name"]))
        }
        _ => Ok(()),
    }
}

/// A whole constraint, for the audit log.
pub(super) fn state(policy: &Policy, constraint: &engine::Constraint, description: Option<&str>) -> Value {
    let kind = match constraint.kind {
        ConstraintKind::Static => "STATIC",
        ConstraintKind::Dynamic => "DYNAMIC",
    };
    json!({
        "name": constraint.name,
        "description": description,
        "kind": kind,
        "limit": constraint.limit,
        "roles": roles::names(policy, &constraint.roles),
    })
}

/// The constraint as the target of an act, by its present name.
pub(super) fn target(policy: &Policy, id: ConstraintId) -> Target {
    let label = policy.constraint(id).map(|constraint| constraint.name.clone());
    Target::new(TargetType::SodConstraint, id.uuid(), label)
}
