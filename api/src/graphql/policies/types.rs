//! GraphQL types of policy documents and plans.

use super::input::PolicyFormat;
use crate::graphql::impact::Impact;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::UserError;
use async_graphql::{Enum, SimpleObject};
use engine::Policy;
use service::policies::{Export, PolicyPlan as PlanRecord};
use service::policy_document::PlannedChange as ChangeRecord;
use std::sync::Arc;

/// The policy as a document.
#[derive(Debug, SimpleObject)]
pub struct PolicyDocument {
    /// Canonical text of the policy, in an order that diffs well.
    content: String,
    /// Format of the text.
    format: PolicyFormat,
    /// Revision of the policy.
    revision: i32,
}

/// What applying a document, or going back to an earlier revision, would do. Nothing is changed by planning it.
#[derive(Debug, SimpleObject)]
pub struct PolicyPlan {
    /// Name of the plan, for `policyApply` or `policyRollback`. Empty when the document cannot be read, or the revision is
    /// unknown.
    hash: String,
    /// Revision of the policy that the document or the revision was compared with.
    base_revision: i32,
    /// Whether there is nothing to do.
    is_empty: bool,
    /// Whether the plan has no blockers.
    is_applicable: bool,
    /// What would change, deletions first.
    changes: Vec<PlannedChange>,
    /// What it would do to users.
    impact: Impact,
    /// Why it cannot be applied, with line and column in the message: syntax, names, cycles, separation of duty, lock-out,
    /// authority.
    blockers: Vec<UserError>,
    /// Unified diff of the canonical document in YAML.
    diff: String,
}

/// Kinds of planned change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::policy_document::PlannedAction")]
pub enum PlannedAction {
    /// An object is created.
    Create,
    /// An object is changed.
    Update,
    /// An object is deleted.
    Delete,
}

/// A planned change of one object.
#[derive(Debug, SimpleObject)]
pub struct PlannedChange {
    /// What happens to the object.
    action: PlannedAction,
    /// Type of the object, for example `Role`.
    object_type: &'static str,
    /// Name of the object.
    key: String,
    /// Summary in one sentence.
    summary: String,
    /// State before the change, limited to what changes. Null for a creation.
    before: Option<Json>,
    /// State after the change, limited to what changes. Null for a deletion.
    after: Option<Json>,
}

impl PolicyDocument {
    /// A document as exported.
    pub(super) fn of_export(export: Export, format: PolicyFormat) -> Self {
        Self { content: export.content, format, revision: number(export.revision) }
    }
}

impl PolicyPlan {
    /// A plan, with errors that name objects of `policy`.
    pub(in crate::graphql) fn of_record(plan: PlanRecord, policy: &Arc<Policy>) -> Self {
        Self {
            base_revision: number(plan.base_revision),
            is_empty: plan.is_empty(),
            is_applicable: plan.is_applicable(),
            changes: plan.changes.into_iter().map(PlannedChange::from).collect(),
            impact: Impact::of_record(plan.impact, Arc::clone(policy)),
            blockers: plan.blockers.into_iter().map(|refusal| UserError::new(refusal, policy)).collect(),
            hash: plan.hash,
            diff: plan.diff,
        }
    }
}

impl From<ChangeRecord> for PlannedChange {
    fn from(change: ChangeRecord) -> Self {
        Self {
            action: change.action.into(),
            object_type: change.object_type.as_str(),
            key: change.key,
            summary: change.summary,
            before: change.before.map(Json),
            after: change.after.map(Json),
        }
    }
}

/// A revision as `Int`.
pub(in crate::graphql) fn number(revision: u64) -> i32 {
    i32::try_from(revision).unwrap_or(i32::MAX)
}
