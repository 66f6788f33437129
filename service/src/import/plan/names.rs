//! Names of a document: existing records, matched exactly, or new ones, each planned once.

use super::{
    Account, MAX_NAME_IN_MESSAGE, Place, PlannedPermission, PlannedRole, PlannedUser, Planner, Rules, name_problem,
};
use crate::Refusal;
use crate::text::excerpt;
use crate::users::Username;
use engine::{KnownRole, PermissionId, PermissionName, RoleId, RoleName, UserId};
use rustc_hash::FxHashMap;

/// Names of one kind (users, roles or permissions).
#[derive(Debug)]
pub(super) struct NameTable<'d, Id> {
    /// Results by text.
    resolved: FxHashMap<&'d str, Result<Id, String>>,
    /// First spelling of each new name, by its key.
    spellings: FxHashMap<String, &'d str>,
}

/// What a name refers to.
enum Reference<Id, Name> {
    Existing(Id),
    New { key: String, name: Name },
}

impl<Id> Default for NameTable<'_, Id> {
    fn default() -> Self {
        Self { resolved: FxHashMap::default(), spellings: FxHashMap::default() }
    }
}

impl<'d, Id: Copy> NameTable<'d, Id> {
    /// The id of `text`. `find` and `create` are called once for each text.
    fn resolve<Name>(
        &mut self,
        text: &'d str,
        find: impl FnOnce() -> Result<Reference<Id, Name>, String>,
        create: impl FnOnce(Name) -> Id,
    ) -> Result<Id, String> {
        if let Some(resolved) = self.resolved.get(text) {
            return resolved.clone();
        }
        let outcome = find().and_then(|reference| match reference {
            Reference::Existing(id) => Ok(id),
            Reference::New { key, name } => match self.spellings.get(&key) {
                Some(other) => {
                    let other = excerpt(other, MAX_NAME_IN_MESSAGE);
                    Err(format!("`{text}` is also written `{other}`: use one spelling"))
                }
                None => {
                    self.spellings.insert(key, text);
                    Ok(create(name))
                }
            },
        });
        self.resolved.insert(text, outcome.clone());
        outcome
    }
}

impl<'d> Planner<'d, '_> {
    /// The role of a name; a new one is planned.
    pub(super) fn role(&mut self, text: &'d str, place: Place) -> Result<RoleId, String> {
        let Self { existing, rules, next_id, plan, new_roles, .. } = self;
        self.roles.resolve(
            text,
            || {
                if let Some(role) = existing.policy.role_named(text) {
                    return permitted_role(role, text, rules).map(Reference::Existing);
                }
                let name = RoleName::parse(text).map_err(|error| name_problem("role", text, &error.to_string()))?;
                Ok(Reference::New { key: name.key(), name })
            },
            |name| {
                let id = RoleId::new(next_id());
                new_roles.insert(id, plan.roles.len());
                let (description, is_default, requires_activation) = (None, None, None);
                plan.roles.push(PlannedRole { id, name, description, is_default, requires_activation, place });
                id
            },
        )
    }

    /// The permission of a name; a new one is planned.
    pub(super) fn permission(&mut self, text: &'d str, place: Place) -> Result<PermissionId, String> {
        let Self { existing, rules, next_id, plan, new_permissions, .. } = self;
        self.permissions.resolve(
            text,
            || {
                if let Some(permission) = existing.policy.permission_named(text) {
                    if permission.is_system && !names(rules, text) {
                        return Err(undeclared(&format!("permission `{text}` is built in"), text));
                    }
                    return Ok(Reference::Existing(permission.id));
                }
                let name = PermissionName::parse(text)
                    .map_err(|error| name_problem("permission", text, &error.to_string()))?;
                Ok(Reference::New { key: text.to_owned(), name })
            },
            |name| {
                let id = PermissionId::new(next_id());
                new_permissions.insert(id, plan.permissions.len());
                plan.permissions.push(PlannedPermission { id, name, description: None, place });
                id
            },
        )
    }

    /// The user of a username; a new one is planned.
    pub(super) fn user(&mut self, text: &'d str, place: Place) -> Result<UserId, String> {
        let Self { existing, next_id, plan, .. } = self;
        self.users.resolve(
            text,
            || {
                let problem = |refusal: Refusal| name_problem("user", text, &refusal.message);
                let name = Username::parse(text).map_err(problem)?;
                let account = name.login_name().keys().into_iter().find_map(|key| existing.accounts.get(key));
                match account {
                    Some(Account::Named { user, username }) if username == text => Ok(Reference::Existing(*user)),
                    Some(Account::Named { username, .. }) => Err(other_spelling("user", text, username)),
                    Some(Account::Addressed) => {
                        Err(name_problem("user", text, "this is the e-mail address of a user with another name"))
                    }
                    None => {
                        name.check_new().map_err(problem)?;
                        Ok(Reference::New { key: name.key().to_owned(), name })
                    }
                }
            },
            |username| {
                let id = UserId::new(next_id());
                plan.users.push(PlannedUser { id, username, place });
                id
            },
        )
    }
}

/// The existing role that a document names, if it may.
pub(super) fn permitted_role(role: &KnownRole, text: &str, rules: &Rules) -> Result<RoleId, String> {
    let name = role.name.as_str();
    if name != text {
        return Err(other_spelling("role", text, name));
    }
    if names(rules, name) {
        return Ok(role.id);
    }
    if role.is_system {
        return Err(undeclared(&format!("role `{name}` is built in"), name));
    }
    if role.is_default {
        return Err(undeclared(&format!("role `{name}` is a default role, which every new account is assigned"), name));
    }
    Ok(role.id)
}

fn other_spelling(kind: &str, text: &str, known: &str) -> String {
    name_problem(
        kind,
        text,
        &format!("it exists as `{}`, which differs in case: use that spelling", excerpt(known, MAX_NAME_IN_MESSAGE)),
    )
}

fn names(rules: &Rules, name: &str) -> bool {
    rules.built_in.iter().any(|declared| declared == name)
}

/// Problem with a name that the rules do not declare.
fn undeclared(what: &str, name: &str) -> String {
    format!("{what}: if it is meant, add `--built-in {name}`")
}
