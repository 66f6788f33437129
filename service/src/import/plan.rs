//! The plan of an import: the records that are missing, and all problems of the document. No I/O.

mod entries;
mod links;
mod names;
mod records;
mod separation;

pub(super) use records::{
    Account, Existing, ImportPlan, PlannedAssignment, PlannedGrant, PlannedName, PlannedPermission, PlannedRole,
    PlannedUser, TouchedUser,
};

use super::{Document, ImportRow, NameKind, Place, Problem, Problems, Rules};
use crate::assignments::Terms;
use crate::text::excerpt;
use crate::users::Username;
use engine::{PermissionId, Proposal, RoleId, RoleName, UserId, Violation};
use names::NameTable;
use rustc_hash::{FxHashMap, FxHashSet};
use separation::SeparationRows;
use std::sync::Arc;
use uuid::Uuid;

/// Longest name that is repeated in a message, in characters.
const MAX_NAME_IN_MESSAGE: usize = 80;

/// The keys by which all well-formed usernames of a document are looked up.
pub(super) fn username_keys(document: &Document) -> Vec<String> {
    let assigned = document.user_roles.iter().map(|row| &*row.value.user);
    let granted = document.user_permissions.iter().map(|row| &*row.value.user);
    let texts: FxHashSet<&str> = assigned.chain(granted).collect();
    let names = texts.into_iter().filter_map(|text| Username::parse(text).ok());
    let keys: FxHashSet<String> = names.flat_map(|name| name.login_name().keys().map(str::to_owned)).collect();
    keys.into_iter().collect()
}

/// A plan, and the problems of the document. With problems, the plan is incomplete and not to be applied.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) plan: ImportPlan,
    pub(super) problems: Problems,
}

impl Draft {
    /// Plans the import. New records get their ids from `next_id`, in the order in which the document first names them.
    pub(super) fn new(document: &Document, existing: &Existing<'_>, next_id: &mut dyn FnMut() -> Uuid) -> Self {
        let reason = document.rules.reason.clone();
        let named = existing.accounts.values().filter_map(|account| match account {
            Account::Named { user, .. } => Some(*user),
            Account::Addressed => None,
        });
        let mut planner = Planner {
            existing,
            rules: &document.rules,
            next_id,
            plan: ImportPlan::default(),
            problems: document.unreadable.clone(),
            users: NameTable::default(),
            roles: NameTable::default(),
            permissions: NameTable::default(),
            new_roles: FxHashMap::default(),
            new_permissions: FxHashMap::default(),
            existing_users: named.collect(),
            touched: FxHashSet::default(),
            default_terms: Arc::new(Terms { reason, ..Terms::default() }),
            separation: SeparationRows::default(),
        };
        planner.prepare_separation();
        planner.plan_roles(document);
        planner.plan_permissions(document);
        planner.plan_inheritance(document);
        planner.plan_grants(document);
        planner.check_separation_of_roles();
        planner.plan_assignments(document);
        planner.plan_direct_grants(document);
        planner.check_separation_of_users();
        Self { plan: planner.plan, problems: planner.problems }
    }
}

/// Builder of an [`ImportPlan`].
struct Planner<'d, 'e> {
    existing: &'e Existing<'e>,
    rules: &'d Rules,
    next_id: &'e mut dyn FnMut() -> Uuid,
    plan: ImportPlan,
    problems: Problems,
    users: NameTable<'d, UserId>,
    roles: NameTable<'d, RoleId>,
    permissions: NameTable<'d, PermissionId>,
    /// Positions in `plan.roles`.
    new_roles: FxHashMap<RoleId, usize>,
    /// Positions in `plan.permissions`.
    new_permissions: FxHashMap<PermissionId, usize>,
    /// Users of `existing.accounts`.
    existing_users: FxHashSet<UserId>,
    /// Users of `plan.touched`.
    touched: FxHashSet<UserId>,
    /// Terms of rows without terms.
    default_terms: Arc<Terms>,
    separation: SeparationRows<'d>,
}

impl Planner<'_, '_> {
    /// The value of an outcome; an error becomes a problem of the row.
    fn accept<T, U>(&mut self, row: &ImportRow<U>, outcome: Result<T, String>) -> Option<T> {
        outcome.map_err(|message| self.reject(row, message)).ok()
    }

    fn reject<U>(&mut self, row: &ImportRow<U>, message: String) {
        self.problems.push(Problem::at(row.place(), message));
    }

    /// Rejects changes of built-in roles. Cycles are found for the whole document at once.
    fn permit(&self, proposal: Proposal<'_>, role: &str, subject: &str) -> Result<(), String> {
        match self.existing.authority.permit(proposal) {
            Err(Violation::Immutable) => Err(format!("role `{role}` is built in: its {subject} cannot be changed")),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// A cycle in names; the middle of a long one is left out.
    fn cycle_text(&self, cycle: &[RoleId]) -> String {
        const ENDS: usize = 4;
        let mut names: Vec<String> = cycle.iter().map(|&role| self.role_name(role)).collect();
        if names.len() > 2 * ENDS + 1 {
            names.splice(ENDS..names.len() - ENDS, ["…".to_owned()]);
        }
        names.join(" → ")
    }

    /// Quoted name of an existing or a new role.
    fn role_name(&self, id: RoleId) -> String {
        let new = || self.new_roles.get(&id).and_then(|&position| self.plan.roles.get(position)).map(|role| &role.name);
        let name = self.existing.policy.role(id).map(|role| &role.name).or_else(new);
        format!("`{}`", name.map_or("", RoleName::as_str))
    }
}

/// Problem with a name.
fn name_problem(kind: &str, text: &str, message: &str) -> String {
    format!("{kind} `{}`: {message}", excerpt(text, MAX_NAME_IN_MESSAGE))
}

#[cfg(test)]
mod tests;
