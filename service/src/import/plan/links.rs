//! Inheritance, grants and assignments.

use super::records::{PlannedAssignment, PlannedGrant, TouchedUser};
use super::{MAX_NAME_IN_MESSAGE, Planner};
use crate::assignments::Terms;
use crate::import::{Document, ImportRow};
use crate::text::excerpt;
use engine::{Inheritance, PermissionId, Proposal, RoleId, UserId, Validity};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Most cycles that are reported at once.
const MAX_CYCLES: usize = 20;

/// What a row about a user adds.
#[derive(Clone, Copy)]
struct UserLink<'d> {
    user: &'d str,
    /// The role or the permission, for messages.
    held: &'d str,
    terms: Option<&'d Arc<Terms>>,
    /// Period of the record that exists already.
    existing: Option<Validity>,
}

impl<'d> Planner<'d, '_> {
    pub(super) fn plan_inheritance(&mut self, document: &'d Document) {
        let policy = self.existing.policy;
        let of_role =
            |senior| policy.inherits_from(senior).into_iter().map(move |junior| Inheritance { senior, junior });
        let mut known: FxHashSet<Inheritance> = policy.roles().flat_map(|role| of_role(role.id)).collect();
        let mut rows = Vec::new();
        for row in &document.role_hierarchy {
            let (senior, junior) =
                (self.role(&row.value.senior, row.place()), self.role(&row.value.junior, row.place()));
            let (Some(senior), Some(junior)) = (self.accept(row, senior), self.accept(row, junior)) else { continue };
            if senior == junior {
                self.reject(row, "a role cannot inherit from itself".to_owned());
            } else if known.insert(Inheritance { senior, junior }) {
                let proposal = Proposal::AddInheritance { senior, juniors: &[junior] };
                let outcome = self.permit(proposal, &row.value.senior, "inheritance");
                if self.accept(row, outcome).is_some() {
                    self.plan.role_hierarchy.push(Inheritance { senior, junior });
                    self.note_inheritance(Inheritance { senior, junior }, row.place());
                    rows.push(row);
                }
            }
        }
        let mut rejected = FxHashSet::default();
        for cycle in self.existing.policy.cycles_closed_by(&self.plan.role_hierarchy, MAX_CYCLES) {
            let message = format!("closes a cycle of inheritance: {}", self.cycle_text(&cycle.roles));
            if let Some(row) = rows.get(cycle.position) {
                self.reject(row, message);
                rejected.insert(row.place());
            }
        }
        self.forget_inheritance(&rejected);
    }

    pub(super) fn plan_grants(&mut self, document: &'d Document) {
        let policy = self.existing.policy;
        // By role, which takes a third of the memory of one set of pairs.
        let mut planned: FxHashMap<RoleId, FxHashSet<PermissionId>> = FxHashMap::default();
        for row in &document.role_permissions {
            let role = self.role(&row.value.role, row.place());
            let permission = self.permission(&row.value.permission, row.place());
            let (Some(role), Some(permission)) = (self.accept(row, role), self.accept(row, permission)) else {
                continue;
            };
            if !policy.is_granted(role, permission) && planned.entry(role).or_default().insert(permission) {
                let proposal = Proposal::ChangeGrants { role, added: &[permission] };
                let outcome = self.permit(proposal, &row.value.role, "permissions");
                if self.accept(row, outcome).is_some() {
                    self.plan.role_permissions.push((role, permission));
                    self.note_grant(role, permission, row.place());
                }
            }
        }
    }

    pub(super) fn plan_assignments(&mut self, document: &'d Document) {
        let mut planned = FxHashMap::default();
        for row in &document.user_roles {
            let (user, role) = (self.user(&row.value.user, row.place()), self.role(&row.value.role, row.place()));
            let (Some(user), Some(role)) = (self.accept(row, user), self.accept(row, role)) else { continue };
            let existing = self.existing.user_roles.get(&(user, role)).copied();
            let link =
                UserLink { user: &row.value.user, held: &row.value.role, terms: row.value.terms.as_ref(), existing };
            let Some(terms) = self.new_terms(row, link, planned.entry((user, role))) else { continue };
            self.plan.user_roles.push(PlannedAssignment { user, role, terms });
            self.touch(user, &row.value.user, row);
            self.note_assignment(user, &row.value.user, role, row.place());
        }
    }

    pub(super) fn plan_direct_grants(&mut self, document: &'d Document) {
        let mut planned = FxHashMap::default();
        for row in &document.user_permissions {
            let user = self.user(&row.value.user, row.place());
            let permission = self.permission(&row.value.permission, row.place());
            let (Some(user), Some(permission)) = (self.accept(row, user), self.accept(row, permission)) else {
                continue;
            };
            let existing = self.existing.user_permissions.get(&(user, permission)).copied();
            let held = &row.value.permission;
            let link = UserLink { user: &row.value.user, held, terms: row.value.terms.as_ref(), existing };
            let Some(terms) = self.new_terms(row, link, planned.entry((user, permission))) else { continue };
            self.plan.user_permissions.push(PlannedGrant { user, permission, terms });
            self.touch(user, &row.value.user, row);
            self.note_direct_grant(user, &row.value.user, permission, row.place());
        }
    }

    /// The terms of a new assignment or grant; `None` when it exists or is planned already, or the row has a problem.
    fn new_terms<T, Key>(
        &mut self,
        row: &ImportRow<T>,
        link: UserLink<'d>,
        planned: Entry<'_, Key, Option<&'d Arc<Terms>>>,
    ) -> Option<Arc<Terms>> {
        if let Some(existing) = link.existing {
            let outcome = compare(link, existing);
            self.plan.left.periods += usize::from(self.accept(row, outcome).unwrap_or_default());
            return None;
        }
        match planned {
            Entry::Occupied(other) if *other.get() == link.terms => None,
            Entry::Occupied(_) => {
                let (user, held) = (excerpt(link.user, MAX_NAME_IN_MESSAGE), excerpt(link.held, MAX_NAME_IN_MESSAGE));
                self.reject(row, format!("duplicate row for `{user}` and `{held}` with another period or reason"));
                None
            }
            Entry::Vacant(place) => {
                place.insert(link.terms);
                let terms = self.checked_terms(link.terms);
                self.accept(row, terms)
            }
        }
    }

    fn checked_terms(&self, terms: Option<&Arc<Terms>>) -> Result<Arc<Terms>, String> {
        let Some(terms) = terms else { return Ok(Arc::clone(&self.default_terms)) };
        let reason = terms.reason.clone().or_else(|| self.rules.reason.clone());
        let terms = Terms { reason, ..Terms::clone(terms) }.checked(self.existing.now);
        terms.map(Arc::new).map_err(|refusal| {
            let column = match refusal.path.first().map(String::as_str) {
                Some("validFrom") => "valid_from",
                Some("expiresAt") => "expires_at",
                _ => "reason",
            };
            format!("`{column}`: {}", refusal.message)
        })
    }

    /// Notes an existing user who gets roles or permissions.
    fn touch<T>(&mut self, id: UserId, name: &str, row: &ImportRow<T>) {
        if self.existing_users.contains(&id) && self.touched.insert(id) {
            self.plan.touched.push(TouchedUser { id, username: name.to_owned(), place: row.place() });
        }
    }
}

/// Compares a row with the record that exists already; returns whether that has a period and the row has none.
///
/// # Errors
/// The problem with a row of another period.
fn compare(link: UserLink<'_>, existing: Validity) -> Result<bool, String> {
    let period = link.terms.map_or((None, None), |terms| (terms.valid_from, terms.expires_at));
    if period == (existing.from, existing.until) {
        return Ok(false);
    }
    if period == (None, None) {
        return Ok(true);
    }
    let (user, held) = (excerpt(link.user, MAX_NAME_IN_MESSAGE), excerpt(link.held, MAX_NAME_IN_MESSAGE));
    let standing = match (existing.from, existing.until) {
        (None, None) => "permanently".to_owned(),
        (from, until) => {
            let written = |at: Option<chrono::DateTime<chrono::Utc>>, none: &str| {
                at.map_or_else(|| none.to_owned(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
            };
            format!("from {} until {}", written(from, "the beginning"), written(until, "revoked"))
        }
    };
    Err(format!("user `{user}` has `{held}` already, {standing}: an import does not change the period"))
}
