//! Planned changes.

use super::values::Shown;
use crate::policy_document::diff::{Pair, merge};
use crate::policy_document::{ConstraintState, LinkState, PermissionState, RoleState, State, UserState};
use crate::text::sort_key;
use serde_json::Value;
use std::fmt::Display;
use std::sync::Arc;

/// Most names that a summary lists.
const MAX_LISTED: usize = 3;

/// A planned change.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedChange {
    /// What happens to the object.
    pub action: PlannedAction,
    /// Its type.
    pub object_type: ObjectType,
    /// Its name.
    pub key: String,
    /// The change in words.
    pub summary: String,
    /// State before; `None` for a creation.
    pub before: Option<Value>,
    /// State after; `None` for a deletion.
    pub after: Option<Value>,
}

/// Kinds of planned change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedAction {
    /// An object is created.
    Create,
    /// An object is changed.
    Update,
    /// An object is deleted.
    Delete,
}

/// Types of objects of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// A permission.
    Permission,
    /// A role with its grants and inheritance.
    Role,
    /// A separation-of-duty constraint.
    SodConstraint,
    /// The assignments and direct grants of a user.
    User,
}

impl ObjectType {
    /// The type in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permission => "Permission",
            Self::Role => "Role",
            Self::SodConstraint => "SodConstraint",
            Self::User => "User",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::Role => "role",
            Self::SodConstraint => "constraint",
            Self::User => "user",
        }
    }
}

/// All changes between two states: deletions of constraints, roles and permissions, then the rest.
pub(super) fn compare(before: &State, after: &State) -> Vec<PlannedChange> {
    let permissions =
        objects(ObjectType::Permission, &before.permissions, &after.permissions, |permission| permission.name.as_str());
    let roles = objects(ObjectType::Role, &before.roles, &after.roles, |role| (role.name.key(), &role.name));
    let constraints = objects(ObjectType::SodConstraint, &before.constraints, &after.constraints, |constraint| {
        (sort_key(&constraint.name), &constraint.name)
    });
    let mut changes = deletions_first([constraints, roles, permissions]);
    changes.extend(users(before, after));
    changes
}

/// The changes of constraints, roles and permissions in the order of a plan.
pub(super) fn deletions_first(sections: [Vec<PlannedChange>; 3]) -> Vec<PlannedChange> {
    let is_deletion = |change: &PlannedChange| change.action == PlannedAction::Delete;
    let (mut changes, mut rest) = (Vec::new(), Vec::new());
    for section in sections {
        let (deleted, others): (Vec<_>, Vec<_>) = section.into_iter().partition(is_deletion);
        changes.extend(deleted);
        rest.push(others);
    }
    changes.extend(rest.into_iter().rev().flatten());
    changes
}

/// A named object that can be compared.
pub(super) trait Compared: Shown + PartialEq {
    fn name(&self) -> String;

    /// What differs, in words.
    fn differences(&self, after: &Self) -> Vec<String>;
}

fn objects<'s, T: Compared, K: Ord + 's>(
    object_type: ObjectType,
    before: &'s [Arc<T>],
    after: &'s [Arc<T>],
    order: impl Fn(&'s Arc<T>) -> K,
) -> Vec<PlannedChange> {
    let mut changes = Vec::new();
    merge(before, after, order, &mut |pair| match pair {
        Pair::Both(before, after) if Arc::ptr_eq(before, after) || before == after => {}
        Pair::Both(before, after) => changes.push(update(object_type, &**before, &**after)),
        Pair::Before(before) => changes.extend(planned(object_type, Some(&**before), None)),
        Pair::After(after) => changes.extend(planned(object_type, None, Some(&**after))),
    });
    changes
}

/// The change of one object; `None` when it is there neither before nor after.
pub(super) fn planned<T: Compared>(
    object_type: ObjectType,
    before: Option<&T>,
    after: Option<&T>,
) -> Option<PlannedChange> {
    let (action, verb) = match (before, after) {
        (Some(before), Some(after)) => return Some(update(object_type, before, after)),
        (Some(_), None) => (PlannedAction::Delete, "delete"),
        (None, _) => (PlannedAction::Create, "create"),
    };
    let key = before.or(after)?.name();
    let summary = format!("{verb} {} `{key}`", object_type.noun());
    Some(PlannedChange { action, object_type, key, summary, before: before.map(T::shown), after: after.map(T::shown) })
}

/// The change of an object that stays; its name differs only when a policy goes back to an earlier revision.
fn update<T: Compared>(object_type: ObjectType, before: &T, after: &T) -> PlannedChange {
    let names = [before.name(), after.name()];
    let (mut shown, mut differences) = ([before.shown(), after.shown()], before.differences(after));
    if names[0] != names[1] {
        differences.insert(0, format!("rename it from `{}`", names[0]));
        for (shown, name) in shown.iter_mut().zip(&names) {
            shown["name"] = Value::from(name.as_str());
        }
    }
    let [_, key] = names;
    let [before, after] = shown.map(Some);
    let summary = format!("change {} `{key}`: {}", object_type.noun(), differences.join(", "));
    PlannedChange { action: PlannedAction::Update, object_type, key, summary, before, after }
}

/// Changes of users, who are neither created nor deleted.
fn users(before: &State, after: &State) -> Vec<PlannedChange> {
    let mut changes = Vec::new();
    let without_links =
        |user: &UserState| UserState { username: user.username.clone(), roles: Vec::new(), permissions: Vec::new() };
    let users = |state: &'_ State| state.assignments.clone().unwrap_or_default();
    let (before, after) = (users(before), users(after));
    merge(&before, &after, |user| user.username.as_str(), &mut |pair| match pair {
        Pair::Both(before, after) if before == after => {}
        Pair::Both(before, after) => changes.push(update(ObjectType::User, &**before, &**after)),
        Pair::Before(before) => changes.push(update(ObjectType::User, &**before, &without_links(before))),
        Pair::After(after) => changes.push(update(ObjectType::User, &without_links(after), &**after)),
    });
    changes
}

impl Compared for PermissionState {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn differences(&self, after: &Self) -> Vec<String> {
        described(self.description.as_deref(), after.description.as_deref()).into_iter().collect()
    }
}

impl Compared for RoleState {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn differences(&self, after: &Self) -> Vec<String> {
        let mut words: Vec<String> = listed("revoke", &self.permissions, &after.permissions).into_iter().collect();
        words.extend(listed("grant", &after.permissions, &self.permissions));
        words.extend(listed("revoke", &self.patterns, &after.patterns));
        words.extend(listed("grant", &after.patterns, &self.patterns));
        words.extend(listed("no longer inherit from", &self.inherits, &after.inherits));
        words.extend(listed("inherit from", &after.inherits, &self.inherits));
        words.extend(flag("default role", self, after, |role| role.is_default));
        words.extend(flag("requires activation", self, after, |role| role.requires_activation));
        words.extend(described(self.description.as_deref(), after.description.as_deref()));
        words
    }
}

impl Compared for ConstraintState {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn differences(&self, after: &Self) -> Vec<String> {
        let mut words: Vec<String> = listed("remove", &self.roles, &after.roles).into_iter().collect();
        words.extend(listed("add", &after.roles, &self.roles));
        words.extend(listed("remove", &self.permissions, &after.permissions));
        words.extend(listed("add", &after.permissions, &self.permissions));
        words.extend((self.kind != after.kind).then(|| "change the kind".to_owned()));
        let limit = || format!("change the limit from {} to {}", self.limit, after.limit);
        words.extend((self.limit != after.limit).then(limit));
        words.extend(described(self.description.as_deref(), after.description.as_deref()));
        words
    }
}

impl Compared for UserState {
    fn name(&self) -> String {
        self.username.clone()
    }

    fn differences(&self, after: &Self) -> Vec<String> {
        let mut words = links(["unassign", "assign"], &self.roles, &after.roles);
        words.extend(links(["revoke", "grant"], &self.permissions, &after.permissions));
        words
    }
}

fn links<N: Ord + Clone + Display>(
    [remove, add]: [&str; 2],
    before: &[LinkState<N>],
    after: &[LinkState<N>],
) -> Vec<String> {
    let names = |links: &[LinkState<N>]| links.iter().map(|link| link.name.clone()).collect::<Vec<N>>();
    let mut words: Vec<String> = listed(remove, &names(before), &names(after)).into_iter().collect();
    words.extend(listed(add, &names(after), &names(before)));
    let mut changed = Vec::new();
    merge(before, after, |link| &link.name, &mut |pair| match pair {
        Pair::Both(before, after) if before.terms != after.terms => changed.push(after.name.clone()),
        _ => {}
    });
    words.extend(listed("change the terms of", &changed, &[]));
    words
}

/// Names that only the first sorted list has; `None` when there are none.
fn listed<N: Ord + Display>(verb: &str, names: &[N], others: &[N]) -> Option<String> {
    let mut only = Vec::new();
    merge(names, others, |name| name, &mut |pair| {
        if let Pair::Before(name) = pair {
            only.push(name);
        }
    });
    let shown: Vec<String> = only.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    match only.len() {
        0 => None,
        count if count > MAX_LISTED => Some(format!("{verb} {} and {} more", shown.join(", "), count - MAX_LISTED)),
        _ => Some(format!("{verb} {}", shown.join(", "))),
    }
}

fn flag(words: &str, before: &RoleState, after: &RoleState, of: fn(&RoleState) -> bool) -> Option<String> {
    let negation = if of(after) { "" } else { "not " };
    (of(before) != of(after)).then(|| format!("{negation}{words}"))
}

fn described(before: Option<&str>, after: Option<&str>) -> Option<String> {
    let words = if after.is_some() { "describe" } else { "remove the description" };
    (before != after).then(|| words.to_owned())
}
