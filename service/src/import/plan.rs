//! What is missing for a document to hold, or everything that is wrong with it. No I/O.

mod names;
mod separation;

use super::circles;
use super::{Document, Problem, Row, Summary};
use crate::text::{check_description, excerpt};
use crate::users::Username;
use chrono::{DateTime, Utc};
use engine::{Change, PermissionId, PermissionName, Policy, RoleId, RoleName, UserId, Validity, Violation};
use names::Names;
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

/// Longest name that is repeated in a message, in characters.
const SHOWN: usize = 80;

/// What is there before the import.
#[derive(Debug)]
pub(super) struct Existing<'a> {
    /// Roles, permissions, grants and inheritance.
    pub(super) policy: &'a Policy,
    /// What may be changed of it, as far as its shape goes.
    pub(super) authority: engine::Authority<'a>,
    /// Accounts by names to sign in with, of those that the document mentions.
    pub(super) accounts: FxHashMap<String, Account>,
    /// Their assignments, and when they count.
    pub(super) user_roles: FxHashMap<(UserId, RoleId), Validity>,
    /// Their direct grants.
    pub(super) user_permissions: FxHashSet<(UserId, PermissionId)>,
    /// The time at which it is there.
    pub(super) now: DateTime<Utc>,
}

/// Whose a name to sign in with is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// A user of that name.
    Named(UserId),
    /// A user of that address, who has another name.
    Addressed,
}

/// What has to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) users: Vec<(UserId, Username)>,
    pub(super) roles: Vec<NewRole>,
    pub(super) permissions: Vec<(PermissionId, PermissionName)>,
    pub(super) user_roles: Vec<(UserId, RoleId)>,
    pub(super) role_permissions: Vec<(RoleId, PermissionId)>,
    pub(super) role_hierarchy: Vec<(RoleId, RoleId)>,
    pub(super) user_permissions: Vec<(UserId, PermissionId)>,
}

/// A role to be created.
#[derive(Clone, Debug)]
pub(super) struct NewRole {
    pub(super) id: RoleId,
    pub(super) name: RoleName,
    pub(super) description: Option<String>,
}

/// The keys of all well-formed usernames of a document.
pub(super) fn username_keys(document: &Document) -> Vec<String> {
    let rows = document.user_roles.iter().chain(&document.user_permissions);
    let texts: FxHashSet<&str> = rows.map(|row| row.value.0.as_str()).collect();
    let keys: FxHashSet<String> =
        texts.into_iter().filter_map(|text| Some(Username::parse(text).ok()?.key().to_owned())).collect();
    keys.into_iter().collect()
}

impl Plan {
    /// Works out what is missing; new things get their ids from `next_id`, in the order in which the
    /// document first names them.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of files and lines.
    pub(super) fn make(
        document: &Document,
        existing: &Existing<'_>,
        next_id: &mut dyn FnMut() -> Uuid,
    ) -> Result<Self, Vec<Problem>> {
        let mut planner = Planner {
            existing,
            next_id,
            plan: Self::default(),
            problems: document.unreadable.clone(),
            users: Names::default(),
            roles: Names::default(),
            permissions: Names::default(),
            described: FxHashMap::default(),
        };
        planner.plan_roles(document);
        planner.plan_inheritance(document);
        planner.plan_grants(document);
        planner.plan_users(document);
        planner.finish()
    }

    /// Is there nothing to do?
    pub(super) fn is_empty(&self) -> bool {
        self.summary() == Summary::default()
    }

    /// What writing it does.
    pub(super) fn summary(&self) -> Summary {
        Summary {
            users: self.users.len(),
            roles: self.roles.len(),
            permissions: self.permissions.len(),
            user_roles: self.user_roles.len(),
            role_permissions: self.role_permissions.len(),
            role_hierarchy: self.role_hierarchy.len(),
            user_permissions: self.user_permissions.len(),
        }
    }
}

/// A plan in the making.
struct Planner<'d, 'e> {
    existing: &'e Existing<'e>,
    next_id: &'e mut dyn FnMut() -> Uuid,
    plan: Plan,
    problems: Vec<Problem>,
    users: Names<'d, UserId>,
    roles: Names<'d, RoleId>,
    permissions: Names<'d, PermissionId>,
    /// Places in `plan.roles` of roles that are new.
    described: FxHashMap<RoleId, usize>,
}

impl<'d> Planner<'d, '_> {
    fn finish(mut self) -> Result<Plan, Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(self.plan);
        }
        self.problems.sort_by_key(|problem| (problem.file, problem.line));
        Err(self.problems)
    }

    fn plan_roles(&mut self, document: &'d Document) {
        for row in &document.roles {
            let (name, description) = &row.value;
            let outcome = self.role(name).and_then(|role| self.describe(role, description.as_deref()));
            self.note(row, outcome);
        }
    }

    fn plan_inheritance(&mut self, document: &'d Document) {
        let policy = self.existing.policy;
        let asked_for = |role: &engine::RoleFacts| {
            let senior = role.id;
            role.inherits_from.iter().map(move |&junior| (senior, junior)).collect::<Vec<_>>()
        };
        let known: Vec<(RoleId, RoleId)> = policy.facts().roles.iter().flat_map(asked_for).collect();
        let mut links: FxHashSet<(RoleId, RoleId)> = known.iter().copied().collect();
        let mut rows = Vec::new();
        for row in &document.role_hierarchy {
            let Some((senior, junior)) = self.both(row, Self::role, Self::role) else { continue };
            if senior == junior {
                self.note(row, Err::<(), _>("a role cannot inherit from itself".to_owned()));
            } else if links.insert((senior, junior)) {
                let change = Change::AddInheritance { senior, juniors: &[junior] };
                let outcome = self.permit(change, &row.value.0, "what it inherits from");
                if self.note(row, outcome).is_some() {
                    self.plan.role_hierarchy.push((senior, junior));
                    rows.push(row);
                }
            }
        }
        for circle in circles::closed_by(&known, &self.plan.role_hierarchy) {
            let message = format!("closes a circle of inheritance: {}", self.in_words(&circle.roles));
            self.note(rows[circle.link], Err::<(), _>(message));
        }
        self.keep_roles_apart(&rows);
    }

    fn plan_grants(&mut self, document: &'d Document) {
        let roles = &self.existing.policy.facts().roles;
        let known = roles.iter().flat_map(|role| role.grants.iter().map(|&permission| (role.id, permission)));
        let mut grants: FxHashSet<(RoleId, PermissionId)> = known.collect();
        for row in &document.role_permissions {
            let Some((role, permission)) = self.both(row, Self::role, Self::permission) else { continue };
            if grants.insert((role, permission)) {
                let change = Change::ChangeGrants { role, added: &[permission] };
                let outcome = self.permit(change, &row.value.0, "its permissions");
                if self.note(row, outcome).is_some() {
                    self.plan.role_permissions.push((role, permission));
                }
            }
        }
    }

    fn plan_users(&mut self, document: &'d Document) {
        let (mut assignments, mut rows) = (FxHashSet::default(), Vec::new());
        for row in &document.user_roles {
            let Some(pair) = self.both(row, Self::user, Self::role) else { continue };
            if !self.existing.user_roles.contains_key(&pair) && assignments.insert(pair) {
                self.plan.user_roles.push(pair);
                rows.push(row);
            }
        }
        self.keep_users_apart(&rows);
        let mut grants = FxHashSet::default();
        for row in &document.user_permissions {
            let Some(pair) = self.both(row, Self::user, Self::permission) else { continue };
            if !self.existing.user_permissions.contains(&pair) && grants.insert(pair) {
                self.plan.user_permissions.push(pair);
            }
        }
    }

    /// What both columns of a row name; notes what is wrong with either.
    fn both<A, B>(
        &mut self,
        row: &'d Row<(String, String)>,
        first: fn(&mut Self, &'d str) -> Result<A, String>,
        second: fn(&mut Self, &'d str) -> Result<B, String>,
    ) -> Option<(A, B)> {
        let found = first(self, &row.value.0);
        let a = self.note(row, found);
        let found = second(self, &row.value.1);
        let b = self.note(row, found);
        a.zip(b)
    }

    fn note<T, U>(&mut self, row: &Row<U>, outcome: Result<T, String>) -> Option<T> {
        let problem = |message| self.problems.push(Problem { file: row.file, line: row.line, message });
        outcome.map_err(problem).ok()
    }

    /// Refuses what the engine calls built in; circles are found for all links together.
    fn permit(&self, change: Change<'_>, role: &str, what: &str) -> Result<(), String> {
        match self.existing.authority.permit(change) {
            Err(Violation::Immutable) => Err(format!("role `{role}` is built in: {what} cannot be changed")),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn role(&mut self, text: &'d str) -> Result<RoleId, String> {
        let Self { existing, next_id, plan, described, .. } = self;
        self.roles.resolve(
            text,
            || {
                if let Some(role) = existing.policy.role_named(text) {
                    return Ok(names::Found::Known(role.id));
                }
                let name = RoleName::parse(text).map_err(|error| complaint("role", text, &error.to_string()))?;
                Ok(names::Found::New(name.key(), name))
            },
            |name| {
                let id = RoleId::new(next_id());
                described.insert(id, plan.roles.len());
                plan.roles.push(NewRole { id, name, description: None });
                id
            },
        )
    }

    fn permission(&mut self, text: &'d str) -> Result<PermissionId, String> {
        let Self { existing, next_id, plan, .. } = self;
        self.permissions.resolve(
            text,
            || {
                if let Some(permission) = existing.policy.permission_named(text) {
                    return Ok(names::Found::Known(permission.id));
                }
                let name =
                    PermissionName::parse(text).map_err(|error| complaint("permission", text, &error.to_string()))?;
                Ok(names::Found::New(text.to_owned(), name))
            },
            |name| {
                let id = PermissionId::new(next_id());
                plan.permissions.push((id, name));
                id
            },
        )
    }

    fn user(&mut self, text: &'d str) -> Result<UserId, String> {
        let Self { existing, next_id, plan, .. } = self;
        self.users.resolve(
            text,
            || {
                let name = Username::parse(text).map_err(|refusal| complaint("user", text, &refusal.message))?;
                match existing.accounts.get(name.key()) {
                    Some(Account::Named(user)) => Ok(names::Found::Known(*user)),
                    Some(Account::Addressed) => {
                        Err(complaint("user", text, "this is the e-mail address of a user with another name"))
                    }
                    None => Ok(names::Found::New(name.key().to_owned(), name)),
                }
            },
            |name| {
                let id = UserId::new(next_id());
                plan.users.push((id, name));
                id
            },
        )
    }

    /// Describes a role that is new.
    fn describe(&mut self, role: RoleId, description: Option<&str>) -> Result<(), String> {
        let (Some(&place), Some(text)) = (self.described.get(&role), description) else { return Ok(()) };
        check_description(Some(text)).map_err(|refusal| refusal.message)?;
        let new = &mut self.plan.roles[place];
        match &new.description {
            Some(other) if other != text => Err(format!("role `{}` is described twice, differently", new.name)),
            _ => {
                new.description = Some(text.to_owned());
                Ok(())
            }
        }
    }

    /// A circle in names, the middle of a long one left out.
    fn in_words(&self, circle: &[RoleId]) -> String {
        const ENDS: usize = 4;
        let mut words: Vec<String> = circle.iter().map(|&role| self.name(role)).collect();
        if words.len() > 2 * ENDS + 1 {
            words.splice(ENDS..words.len() - ENDS, ["…".to_owned()]);
        }
        words.join(" → ")
    }

    /// A role's name, be it there or planned.
    fn name(&self, id: RoleId) -> String {
        let new = || self.described.get(&id).map(|&place| self.plan.roles[place].name.as_str());
        let name = self.existing.policy.role(id).map(|role| role.name.as_str()).or_else(new);
        format!("`{}`", name.unwrap_or_default())
    }
}

/// What is wrong with a name.
fn complaint(what: &str, text: &str, message: &str) -> String {
    format!("{what} `{}`: {message}", excerpt(text, SHOWN))
}

#[cfg(test)]
mod tests;
