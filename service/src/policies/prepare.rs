//! A document prepared within a change: compared with the policy, judged, and declared.

use super::authority;
use super::current::{CurrentRecords, WhichUsers};
use super::model::{PolicyPlan, blocker};
use crate::change::Change;
use crate::decisions::ChangedObject;
use crate::policy_document::{Current, Descriptions, Document, Gap, Mode, Outcome, Past, Plan, UserLinks};
use crate::{Error, Refusal, RefusalCode, Result, boxed};
use engine::{Assignment, AssignmentId, DirectGrant, PolicyChanges, RoleId, Subject, UserId, Validity};
use rustc_hash::FxHashMap;
use uuid::Uuid;

/// A document that is ready to be written, unless something blocks it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) plan: PolicyPlan,
    /// What is to be written; `None` with problems of the document.
    pub(super) outcome: Option<Outcome>,
    pub(super) records: CurrentRecords,
    /// Ids of new assignments.
    pub(super) new_assignments: FxHashMap<(UserId, RoleId), AssignmentId>,
}

/// What is to become of the policy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal<'a> {
    /// What a document says.
    Document(&'a Document, Mode),
    /// What it was at an earlier revision.
    Past(&'a Past),
}

impl Goal<'_> {
    /// The argument that says so.
    pub(super) fn path(self) -> &'static [&'static str] {
        match self {
            Self::Document(..) => &["document", "content"],
            Self::Past(_) => &["revisionId"],
        }
    }

    /// A refusal of the goal as a whole.
    pub(super) fn at_path(self, refusal: Refusal) -> Refusal {
        refusal.at(self.path().iter().copied())
    }

    fn plan(self, current: &Current<'_>, next_id: &mut dyn FnMut() -> Uuid) -> Result<Plan, Refusal> {
        match self {
            Self::Document(document, mode) => Ok(Plan::new(document, mode, current, next_id)),
            Self::Past(past) => Plan::back_to(past, current, next_id).map_err(|Gap| unrecorded()),
        }
    }
}

/// The refusal of a revision that the records do not lead back to.
pub(super) fn unrecorded() -> Refusal {
    let message =
        "the revision cannot be restored: not all changes since are recorded, as an earlier release made some";
    Refusal::new(RefusalCode::NotFound, message).at(["revisionId"])
}

/// Compares a goal with the policy of the change, judges it, and declares what it changes.
///
/// # Errors
/// `NOT_FOUND` for a past that is not one of the policy; [`Error::Unavailable`] when the database cannot be read. What
/// blocks the goal is in the plan.
#[boxed]
pub(super) async fn prepare(change: &mut Change<'_>, goal: &Goal<'_>) -> Result<Prepared> {
    let policy = change.policy().clone();
    let which = match *goal {
        Goal::Document(document, mode) => WhichUsers::of(document, mode),
        Goal::Past(_) => WhichUsers::Nobody,
    };
    let records = CurrentRecords::read(change.read(), which, change.now()).await?;
    let CurrentRecords { descriptions, users, .. } = &records;
    let current = Current { policy: &policy, descriptions, users, now: change.now() };
    let plan = goal.plan(&current, &mut || change.next_id::<Uuid>())?;
    let diff = plan.diff();
    let Plan { base_revision, hash, changes, problems, outcome, .. } = plan;
    let blockers = problems.into_iter().map(|problem| blocker(problem, goal.path())).collect();
    let plan = PolicyPlan { hash, base_revision, changes, blockers, diff, ..PolicyPlan::default() };
    let mut prepared = Prepared { plan, outcome, records, new_assignments: FxHashMap::default() };
    if let Some(outcome) = prepared.outcome.take() {
        let ids: Vec<UserId> = outcome.users.iter().map(|user| user.user).collect();
        let subjects = change.subjects(&ids).await?;
        let refused = authority::check(change, &outcome, &prepared.records, &subjects).await?;
        prepared.plan.blockers.extend(refused.into_iter().map(|refusal| goal.at_path(refusal)));
        change.declare(&outcome.changes);
        prepared.declare_descriptions(change, &outcome);
        for user in &outcome.users {
            let subject =
                subjects.get(&user.user).ok_or_else(|| Error::Internal("a user of the plan is unknown".into()))?;
            let after = prepared.subject_after(change, &outcome, user, subject);
            change.set_user(subject.clone(), after);
        }
        prepared.outcome = Some(outcome);
    }
    Ok(prepared)
}

impl Prepared {
    /// Keeps the descriptions that are replaced or deleted. A permission that is only described has no other facts that
    /// differ.
    fn declare_descriptions(&self, change: &mut Change<'_>, outcome: &Outcome) {
        let Descriptions { permissions, roles, constraints } = &self.records.descriptions;
        let Outcome { changes, descriptions: described, .. } = outcome;
        let policy = change.policy().clone();
        for id in described.permissions.iter().map(|described| described.id) {
            if let Some(facts) = policy.permission(id) {
                change.set_permission(facts.clone());
            }
        }
        let described_ids = described.permissions.iter().map(|described| described.id);
        for id in described_ids.chain(changes.deleted_permissions.iter().copied()) {
            change.keep_description(ChangedObject::Permission(id), permissions.get(&id).cloned());
        }
        let described_ids = described.roles.iter().map(|described| described.id);
        for id in described_ids.chain(changes.deleted_roles.iter().copied()) {
            change.keep_description(ChangedObject::Role(id), roles.get(&id).cloned());
        }
        let described_ids = described.constraints.iter().map(|described| described.id);
        for id in described_ids.chain(changes.deleted_constraints.iter().copied()) {
            change.keep_description(ChangedObject::Constraint(id), constraints.get(&id).cloned());
        }
    }

    /// A user with all that the document leaves or assigns. What has expired stays, unless its role or permission is deleted.
    fn subject_after(&mut self, change: &Change<'_>, outcome: &Outcome, user: &UserLinks, before: &Subject) -> Subject {
        let now = change.now();
        let PolicyChanges { deleted_roles, deleted_permissions, .. } = &outcome.changes;
        let mut after = before.clone();
        let is_over = |validity: Validity| validity.until.is_some_and(|until| until <= now);
        after.assignments.retain(|held| {
            let is_linked = user.roles.iter().any(|link| link.id == held.role);
            is_over(held.validity) && !is_linked && !deleted_roles.contains(&held.role)
        });
        after.grants.retain(|held| {
            let is_linked = user.permissions.iter().any(|link| link.id == held.permission);
            is_over(held.validity) && !is_linked && !deleted_permissions.contains(&held.permission)
        });
        for link in &user.roles {
            let known = before.assignments.iter().find(|held| held.role == link.id);
            let id = known.map_or_else(|| change.next_id(), |held| held.id);
            if known.is_none() {
                self.new_assignments.insert((user.user, link.id), id);
            }
            let assigned_at = known.map_or(now, |held| held.assigned_at);
            after.assignments.push(Assignment { id, role: link.id, assigned_at, validity: link.terms.validity() });
        }
        for link in &user.permissions {
            after.grants.push(DirectGrant { permission: link.id, validity: link.terms.validity() });
        }
        after
    }
}
