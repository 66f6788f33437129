//! Applying a document.

use super::model::{Applied, Approval, DocumentInput};
use super::prepare::{Goal, Prepared, prepare};
use super::write;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::policy_document::{Outcome, PlannedChange};
use crate::{Context, Error, Refusal, RefusalCode, Result, Service, boxed};
use serde_json::json;
use uuid::Uuid;

/// Most changes that the audit entry names.
const MAX_AUDITED: usize = 1_000;

/// Applies exactly the plan with this hash, in one transaction.
///
/// # Errors
/// `TOO_LONG` or `INVALID` for the reason; `PLAN_CHANGED` when the policy or the document is not that of the plan any longer; else the first blockers of the plan.
#[boxed]
pub async fn apply(service: &Service, ctx: &Context, input: DocumentInput, approval: Approval) -> Result<Applied> {
    let document = approval.check(input.parse().map_err(Error::Refused));
    let mode = input.mode;
    let applied = service
        .administer(ctx, act().because(approval.reason), document, |change, document| {
            Box::pin(async move {
                write_plan(change, &Goal::Document(&document, mode), &approval.plan_hash, "applied a policy document")
                    .await
            })
        })
        .await?;
    service.deleted.notify_one();
    Ok(Applied::of_change(applied))
}

pub(super) fn act() -> Act {
    Act::new("policy.apply", Target::new(TargetType::Policy, None::<Uuid>, None::<String>))
}

/// The refusal of a plan that is not the one that was shown.
pub(super) fn plan_changed() -> Error {
    let message = "the plan is no longer the one that was shown: the policy or the document has changed, plan it again";
    Refusal::new(RefusalCode::PlanChanged, message).at(["expectedPlanHash"]).into()
}

/// Writes the plan with this hash. `summary` says in the audit log what was done.
///
/// # Errors
/// As [`apply`].
#[boxed]
pub(super) async fn write_plan(
    change: &mut Change<'_>,
    goal: &Goal<'_>,
    expected: &str,
    summary: &str,
) -> Result<Applied> {
    let prepared = prepare(change, goal).await?;
    if prepared.plan.hash != expected {
        return Err(plan_changed());
    }
    if !prepared.plan.blockers.is_empty() {
        return Err(Error::Refused(prepared.plan.blockers));
    }
    change.set_separation_path(goal.path());
    let Some(outcome) = prepared.outcome.as_ref().filter(|_| !prepared.plan.changes.is_empty()) else {
        return Ok(Applied { revision: change.policy().revision(), plan: prepared.plan });
    };
    let event = change.next_id();
    write::write(change, &prepared, outcome, event).await?;
    change.record(entry(&prepared, outcome, summary).identified(event));
    Ok(Applied { revision: change.revision(), plan: prepared.plan })
}

/// The entry of the whole change, which concerns all that it changed.
fn entry(prepared: &Prepared, outcome: &Outcome, summary: &str) -> Entry {
    let changes = &prepared.plan.changes;
    let summary = match changes.as_slice() {
        [one] => format!("{summary}: {}", one.summary),
        several => format!("{summary} with {} changes", several.len()),
    };
    let named: Vec<&str> =
        changes.iter().take(MAX_AUDITED).map(|change: &PlannedChange| change.summary.as_str()).collect();
    let engine::PolicyChanges { changed, deleted_roles, deleted_permissions, deleted_constraints } = &outcome.changes;
    Entry::done(summary)
        .after(json!({ "planHash": prepared.plan.hash, "numberOfChanges": changes.len(), "changes": named }))
        .concerning(changed.roles.iter().map(|role| role.id).chain(deleted_roles.iter().copied()).map(|id| id.uuid()))
        .concerning(
            changed
                .permissions
                .iter()
                .map(|known| known.id)
                .chain(deleted_permissions.iter().copied())
                .map(|id| id.uuid()),
        )
        .concerning(
            changed
                .constraints
                .iter()
                .map(|known| known.id)
                .chain(deleted_constraints.iter().copied())
                .map(|id| id.uuid()),
        )
        .concerning(outcome.users.iter().map(|user| user.user.uuid()))
}
