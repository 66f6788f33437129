//! What a document would change.

mod builtin;
mod changes;
mod hash;
mod judge;
mod merge;
mod outcome;
mod references;
mod restore;
mod values;

pub use changes::{ObjectType, PlannedAction, PlannedChange};
pub use outcome::{ChangedDescriptions, Described, Outcome};

use super::diff;
use super::document::{Document, Mode};
use super::past::{Gap, Past};
use super::problem::{Problem, Problems};
use super::state::{Current, State};
use restore::Restored;
use uuid::Uuid;

/// The changes that a document makes to a policy, and all problems that are seen without the database: unknown names,
/// changes of built-in objects, cycles, limits, roles that violate a constraint by themselves. Users, authority and
/// lock-out are judged when it is applied, from [`Outcome`].
#[derive(Debug)]
pub struct Plan {
    /// Revision of the policy that the document was compared with.
    pub base_revision: u64,
    /// Names the plan: base64url of SHA-256 over the revision and all changes.
    pub hash: String,
    /// All changes: deletions first, then permissions, roles, constraints and users, each by name.
    pub changes: Vec<PlannedChange>,
    /// Problems by place.
    pub problems: Vec<Problem>,
    /// What is to be written; `None` with problems.
    pub outcome: Option<Outcome>,
    before: State,
    after: State,
}

impl Plan {
    /// Compares a document with the current policy. Ids of what is new come from `next_id`, in the order of the changes.
    #[must_use]
    pub fn new(document: &Document, mode: Mode, current: &Current<'_>, next_id: &mut dyn FnMut() -> Uuid) -> Self {
        let before = match document.assignments {
            Some(_) => State::with_assignments(current),
            None => State::of(current),
        };
        let mut problems = Problems::default();
        let after = merge::merge(document, mode, current, &before, &mut problems);
        references::check(document, current, &after, &mut problems);
        let changes = changes::compare(&before, &after);
        let mut outcome = outcome::resolve(current, &before, &after, next_id);
        let policy = judge::judge(document, current, &outcome.changes, &mut problems);
        let outcome = policy.filter(|_| problems.is_empty()).map(|policy| {
            outcome.policy = policy;
            outcome
        });
        let base_revision = current.policy.revision();
        let hash = hash::of(base_revision, &changes);
        Self { base_revision, hash, changes, problems: problems.into_first(), outcome, before, after }
    }

    /// Compares a policy as it was with the current one, whose revision the past was made from. Objects are the same when
    /// their ids are, and else when their names are. Built-in objects that are newer stay.
    ///
    /// # Errors
    /// [`Gap`] when the past is not one of this policy.
    pub(crate) fn back_to(past: &Past, current: &Current<'_>, next_id: &mut dyn FnMut() -> Uuid) -> Result<Self, Gap> {
        let Restored { changes: facts, descriptions } = restore::resolve(past, current, next_id)?;
        let mut problems = Problems::default();
        let policy = judge::judge(&Document::default(), current, &facts, &mut problems);
        let before = State::of(current);
        let (mut changes, mut after, mut outcome) = (Vec::new(), before.clone(), None);
        if let Some(policy) = policy {
            let described = restore::descriptions_after(current.descriptions, &descriptions);
            let restored = Current { policy: &policy, descriptions: &described, users: &[], now: current.now };
            changes = restore::planned(&facts, &descriptions, [current, &restored]);
            after = State::of(&restored);
            outcome = Some(Outcome { policy, changes: facts, descriptions, users: Vec::new() });
        }
        let outcome = outcome.filter(|_| problems.is_empty());
        let base_revision = current.policy.revision();
        let hash = hash::of(base_revision, &changes);
        Ok(Self { base_revision, hash, changes, problems: problems.into_first(), outcome, before, after })
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The unified diff of the canonical YAML before and after; empty when nothing changes.
    #[must_use]
    pub fn diff(&self) -> String {
        if self.is_empty() { String::new() } else { diff::unified(&self.before, &self.after) }
    }

    /// The policy as it would be.
    #[must_use]
    pub fn after(&self) -> &State {
        &self.after
    }
}
