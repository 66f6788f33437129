//! Built-in objects: a document does not change `superadmin` and system permissions, nor delete built-in roles.

use crate::RefusalCode::Immutable;
use crate::policy_document::document::{PermissionEntry, RoleEntry};
use crate::policy_document::problem::Problems;
use crate::policy_document::state::{Current, PermissionState, RoleState, State};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Whether a permission is one that the service requires.
pub(super) fn is_permission(current: &Current<'_>, name: &str) -> bool {
    current.policy.permission_named(name).is_some_and(|permission| permission.is_system)
}

/// Whether a role is built in.
pub(super) fn is_role(current: &Current<'_>, name: &str) -> bool {
    current.policy.role_named(name).is_some_and(|role| role.is_system)
}

/// Refuses an entry that says something else than what a system permission is. Saying nothing is no change.
pub(super) fn keep_permission(entry: &PermissionEntry, current: &Current<'_>, problems: &mut Problems) {
    let name = &entry.name.value;
    let known = current.policy.permission_named(name.as_str());
    let description = known.and_then(|known| current.descriptions.permissions.get(&known.id).cloned());
    let permission = PermissionState { name: name.clone(), description };
    if permission.clone().with(entry) != permission {
        let message = format!("permission `{name}` is built in: a document cannot change it");
        problems.push(entry.name.at, Immutable, message);
    }
}

/// Refuses an entry that says something else than what `superadmin` is. Saying nothing is no change.
pub(super) fn keep_superadmin(entry: &RoleEntry, current: &Current<'_>, problems: &mut Problems) {
    let known = current.policy.superadmin().and_then(|role| RoleState::of(current, role));
    if known.is_none_or(|known| known.clone().with(entry) != known) {
        let message = format!("role `{}` is built in: a document cannot change it", entry.name.value);
        problems.push(entry.name.at, Immutable, message);
    }
}

/// Takes what is deleted out of the lists of built-in roles: they are the only ones that stay without being mentioned.
pub(super) fn without_deleted(state: &mut State, current: &Current<'_>) {
    let permissions: FxHashSet<&str> = state.permissions.iter().map(|permission| permission.name.as_str()).collect();
    let roles: FxHashSet<String> = state.roles.iter().map(|role| role.name.as_str().to_owned()).collect();
    let is_deleted_permission = |name: &str| {
        let known = current.policy.permission_named(name);
        known.is_some_and(|known| !known.is_system) && !permissions.contains(name)
    };
    let is_deleted_role = |name: &str| {
        let known = current.policy.role_named(name);
        known.is_some_and(|known| !known.is_system) && !roles.contains(name)
    };
    for role in &mut state.roles {
        let is_concerned = is_role(current, role.name.as_str())
            && (role.permissions.iter().any(|name| is_deleted_permission(name.as_str()))
                || role.inherits.iter().any(|name| is_deleted_role(name.as_str())));
        if is_concerned {
            let role = Arc::make_mut(role);
            role.permissions.retain(|name| !is_deleted_permission(name.as_str()));
            role.inherits.retain(|name| !is_deleted_role(name.as_str()));
        }
    }
}
