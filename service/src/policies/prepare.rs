//! A document prepared within a change: compared with the policy, judged, and declared.

use super::authority;
use super::current::{CurrentRecords, WhichUsers};
use super::model::{PolicyPlan, blocker};
use crate::change::Change;
use crate::policy_document::{Current, Document, Mode, Outcome, Plan, UserLinks};
use crate::{Error, Refusal, Result, boxed};
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

/// Compares a document with the policy of the change, judges it, and declares what it changes.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read. What blocks the document is in the plan.
#[boxed]
pub(super) async fn prepare(change: &mut Change<'_>, document: &Document, mode: Mode) -> Result<Prepared> {
    let policy = change.policy().clone();
    let records = CurrentRecords::read(change.read(), WhichUsers::of(document, mode), change.now()).await?;
    let CurrentRecords { descriptions, users, .. } = &records;
    let current = Current { policy: &policy, descriptions, users, now: change.now() };
    let plan = Plan::new(document, mode, &current, &mut || change.next_id::<Uuid>());
    let diff = plan.diff();
    let Plan { base_revision, hash, changes, problems, outcome, .. } = plan;
    let blockers = problems.into_iter().map(blocker).collect();
    let plan = PolicyPlan { hash, base_revision, changes, blockers, diff, ..PolicyPlan::default() };
    let mut prepared = Prepared { plan, outcome, records, new_assignments: FxHashMap::default() };
    if let Some(outcome) = prepared.outcome.take() {
        let ids: Vec<UserId> = outcome.users.iter().map(|user| user.user).collect();
        let subjects = change.subjects(&ids).await?;
        let refused = authority::check(change, &outcome, &prepared.records, &subjects).await?;
        prepared.plan.blockers.extend(refused.into_iter().map(at_document));
        change.declare(&outcome.changes);
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

/// The refusal of a document as a whole.
pub(super) fn at_document(refusal: Refusal) -> Refusal {
    refusal.at(["document", "content"])
}

impl Prepared {
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
