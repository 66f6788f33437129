//! The policy as a document would leave it.

use super::builtin;
use crate::RefusalCode::{Invalid, NotFound, Required, Taken};
use crate::policy_document::document::{ConstraintEntry, Document, Mode, PermissionEntry, RoleEntry, UserEntry};
use crate::policy_document::problem::{Position, Problem, Problems};
use crate::policy_document::state::{
    ConstraintState, Current, PermissionState, RoleState, State, UserLinks, UserState,
};
use crate::text::sort_key;
use engine::Constraint;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Merges a document into a state. Names in lists are checked afterwards, when all objects are known.
pub(super) fn merge(
    document: &Document,
    mode: Mode,
    current: &Current<'_>,
    before: &State,
    problems: &mut Problems,
) -> State {
    let mut merger = Merger { mode, current, problems };
    merger.require_sections(document);
    let mut state = State {
        permissions: merger.permissions(document.permissions.as_deref(), &before.permissions),
        roles: merger.roles(document.roles.as_deref(), &before.roles),
        constraints: merger.constraints(document.constraints.as_deref(), &before.constraints),
        assignments: document.assignments.as_deref().map(|entries| merger.users(entries, before)),
    };
    if mode == Mode::Replace {
        builtin::without_deleted(&mut state, current);
    }
    state.sorted()
}

struct Merger<'a> {
    mode: Mode,
    current: &'a Current<'a>,
    problems: &'a mut Problems,
}

impl Merger<'_> {
    /// Replacing needs all sections: an absent one would delete all that it is about.
    fn require_sections(&mut self, document: &Document) {
        if self.mode == Mode::Merge {
            return;
        }
        let sections = [
            ("permissions", document.permissions.is_some()),
            ("roles", document.roles.is_some()),
            ("constraints", document.constraints.is_some()),
        ];
        for (section, _) in sections.iter().filter(|(_, is_there)| !is_there) {
            let message =
                format!("a document that replaces the policy has `{section}`: write `{section}: {{}}` to delete all");
            self.problems.add(Problem { at: None, code: Required, message });
        }
    }

    fn permissions(
        &mut self,
        entries: Option<&[PermissionEntry]>,
        before: &[Arc<PermissionState>],
    ) -> Vec<Arc<PermissionState>> {
        let Some(entries) = entries else { return self.unmentioned(before) };
        let known: FxHashMap<&str, &Arc<PermissionState>> =
            before.iter().map(|permission| (permission.name.as_str(), permission)).collect();
        let mut mentioned = FxHashSet::default();
        let mut after = Vec::with_capacity(entries.len());
        for entry in entries {
            let name = &entry.name.value;
            mentioned.insert(name.as_str());
            if builtin::is_permission(self.current, name.as_str()) {
                builtin::keep_permission(entry, self.current, self.problems);
                continue;
            }
            let known = known.get(name.as_str()).copied();
            let base = known.filter(|_| self.mode == Mode::Merge).map(|known| (**known).clone());
            let base = base.unwrap_or_else(|| PermissionState { name: name.clone(), description: None });
            after.push(shared(known, base.with(entry)));
        }
        let rest = self.unmentioned(before);
        after.extend(rest.into_iter().filter(|permission| !mentioned.contains(permission.name.as_str())));
        after
    }

    fn roles(&mut self, entries: Option<&[RoleEntry]>, before: &[Arc<RoleState>]) -> Vec<Arc<RoleState>> {
        let known: FxHashMap<&str, &Arc<RoleState>> = before.iter().map(|role| (role.name.as_str(), role)).collect();
        let mut mentioned = FxHashSet::default();
        let mut after = Vec::new();
        for entry in entries.unwrap_or_default() {
            let name = &entry.name.value;
            mentioned.insert(name.as_str());
            match self.current.policy.role_named(name.as_str()) {
                Some(role) if role.name != *name => {
                    let message = format!("role `{name}` exists as `{}`: names differ by more than case", role.name);
                    self.problems.push(entry.name.at, Taken, message);
                }
                Some(role) if Some(role.id) == self.current.policy.superadmin() => {
                    builtin::keep_superadmin(entry, self.current, self.problems);
                }
                _ => {
                    let known = known.get(name.as_str()).copied();
                    let base = known.filter(|_| self.mode == Mode::Merge).map(|known| (**known).clone());
                    after.push(shared(known, base.unwrap_or_else(|| RoleState::new(name.clone())).with(entry)));
                }
            }
        }
        let is_kept =
            |role: &&Arc<RoleState>| self.mode == Mode::Merge || builtin::is_role(self.current, role.name.as_str());
        let rest = before.iter().filter(|role| !mentioned.contains(role.name.as_str())).filter(is_kept);
        after.extend(rest.cloned());
        after
    }

    fn constraints(
        &mut self,
        entries: Option<&[ConstraintEntry]>,
        before: &[Arc<ConstraintState>],
    ) -> Vec<Arc<ConstraintState>> {
        let known: FxHashMap<String, &Arc<ConstraintState>> =
            before.iter().map(|constraint| (sort_key(&constraint.name), constraint)).collect();
        let mut mentioned = FxHashSet::default();
        let mut after = Vec::new();
        for entry in entries.unwrap_or_default() {
            let name = &entry.name.value;
            mentioned.insert(name.as_str());
            let known = known.get(&sort_key(name)).copied();
            if let Some(other) = known.filter(|known| known.name != *name) {
                let message = format!("constraint `{name}` exists as `{}`: names differ by more than case", other.name);
                self.problems.push(entry.name.at, Taken, message);
                continue;
            }
            let base = known.filter(|_| self.mode == Mode::Merge).map(|known| (**known).clone().with(entry));
            let merged = base.or_else(|| ConstraintState::new(entry));
            let merged = merged.or_else(|| self.refuse_incomplete(entry));
            after.extend(merged.filter(|merged| self.fits(merged, entry)).map(|merged| shared(known, merged)));
        }
        let rest = self.unmentioned(before);
        after.extend(rest.into_iter().filter(|constraint| !mentioned.contains(constraint.name.as_str())));
        after
    }

    fn refuse_incomplete(&mut self, entry: &ConstraintEntry) -> Option<ConstraintState> {
        let has_members = entry.roles.is_some() || entry.permissions.is_some();
        let parts = [
            ("`kind`", entry.kind.is_some()),
            ("`limit`", entry.limit.is_some()),
            ("`roles` or `permissions`", has_members),
        ];
        for (part, _) in parts.iter().filter(|(_, is_there)| !is_there) {
            self.problems.push(entry.name.at, Required, format!("constraint `{}` needs {part}", entry.name.value));
        }
        None
    }

    /// Checks the limit against the roles or permissions, of which a document may mention only one.
    fn fits(&mut self, constraint: &ConstraintState, entry: &ConstraintEntry) -> bool {
        let size = constraint.roles.len() + constraint.permissions.len();
        let members = if constraint.permissions.is_empty() { "roles" } else { "permissions" };
        let range = Constraint::limit_range(size);
        if range.contains(&constraint.limit) {
            return true;
        }
        let at = entry.limit.as_ref().map_or(entry.name.at, |limit| limit.at);
        let message = format!(
            "constraint `{}` has {size} {members}, and its limit is {}: a limit is at least 2 and at most the number of {members}",
            constraint.name, constraint.limit
        );
        self.problems.push(at, Invalid, message);
        false
    }

    fn users(&mut self, entries: &[UserEntry], before: &State) -> Vec<Arc<UserState>> {
        let users: FxHashMap<&str, &UserLinks> =
            self.current.users.iter().map(|user| (user.username.as_str(), user)).collect();
        let before = before.assignments.as_deref().unwrap_or_default();
        let known: FxHashMap<&str, &Arc<UserState>> =
            before.iter().map(|user| (user.username.as_str(), user)).collect();
        let mut mentioned = FxHashSet::default();
        let mut after = Vec::new();
        for entry in entries {
            let name = entry.username.value.as_str();
            mentioned.insert(name);
            if !users.contains_key(name) {
                self.refuse_user(name, entry.username.at);
                continue;
            }
            let known = known.get(name).copied();
            let base = known.filter(|_| self.mode == Mode::Merge).map(|known| (**known).clone());
            let empty = || UserState { username: name.to_owned(), roles: Vec::new(), permissions: Vec::new() };
            after.push(shared(known, base.unwrap_or_else(empty).with(entry)));
        }
        let rest = self.unmentioned(before);
        after.extend(rest.into_iter().filter(|user| !mentioned.contains(user.username.as_str())));
        after.retain(|user| !user.is_empty());
        after
    }

    fn refuse_user(&mut self, name: &str, at: Position) {
        let message = format!("unknown user `{name}`: a document does not create users");
        self.problems.push(at, NotFound, message);
    }

    /// What becomes of objects that the document does not mention.
    fn unmentioned<T>(&self, before: &[Arc<T>]) -> Vec<Arc<T>> {
        match self.mode {
            Mode::Merge => before.to_vec(),
            Mode::Replace => Vec::new(),
        }
    }
}

/// The known object when it stays the same.
fn shared<T: PartialEq>(known: Option<&Arc<T>>, merged: T) -> Arc<T> {
    known.filter(|known| ***known == merged).map_or_else(|| Arc::new(merged), Arc::clone)
}
