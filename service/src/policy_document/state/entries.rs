//! States with what a document says.

use super::super::document::{ConstraintEntry, Document, LinkEntry, PermissionEntry, RoleEntry, UserEntry};
use super::super::problem::Located;
use super::{ConstraintState, LinkState, PermissionState, RoleState, State, UserState};
use engine::RoleName;
use std::sync::Arc;

impl RoleState {
    /// A role without attributes.
    pub(in super::super) fn new(name: RoleName) -> Self {
        Self {
            name,
            description: None,
            is_default: false,
            requires_activation: false,
            permissions: Vec::new(),
            patterns: Vec::new(),
            inherits: Vec::new(),
        }
    }

    /// The role with what an entry mentions.
    pub(in super::super) fn with(self, entry: &RoleEntry) -> Self {
        Self {
            name: self.name,
            description: entry.description.clone().unwrap_or(self.description),
            is_default: entry.is_default.unwrap_or(self.is_default),
            requires_activation: entry.requires_activation.unwrap_or(self.requires_activation),
            permissions: entry.permissions.as_deref().map_or(self.permissions, values),
            patterns: entry.patterns.as_deref().map_or(self.patterns, values),
            inherits: entry.inherits.as_deref().map_or(self.inherits, values),
        }
    }
}

impl PermissionState {
    /// The permission with what an entry mentions.
    pub(in super::super) fn with(self, entry: &PermissionEntry) -> Self {
        Self { name: self.name, description: entry.description.clone().unwrap_or(self.description) }
    }
}

impl ConstraintState {
    /// The constraint with what an entry mentions. A list of roles replaces permissions, and the reverse.
    pub(in super::super) fn with(self, entry: &ConstraintEntry) -> Self {
        let is_kept = entry.roles.is_none() && entry.permissions.is_none();
        let (roles, permissions) = if is_kept { (self.roles, self.permissions) } else { Default::default() };
        Self {
            name: self.name,
            description: entry.description.clone().unwrap_or(self.description),
            kind: entry.kind.unwrap_or(self.kind),
            limit: entry.limit.as_ref().map_or(self.limit, |limit| limit.value),
            roles: entry.roles.as_deref().map_or(roles, values),
            permissions: entry.permissions.as_deref().map_or(permissions, values),
        }
    }

    /// A constraint that an entry describes completely.
    pub(in super::super) fn new(entry: &ConstraintEntry) -> Option<Self> {
        if entry.roles.is_none() && entry.permissions.is_none() {
            return None;
        }
        Some(Self {
            name: entry.name.value.clone(),
            description: entry.description.clone().flatten(),
            kind: entry.kind?,
            limit: entry.limit.as_ref()?.value,
            roles: entry.roles.as_deref().map(values).unwrap_or_default(),
            permissions: entry.permissions.as_deref().map(values).unwrap_or_default(),
        })
    }
}

impl UserState {
    /// The user with what an entry mentions.
    pub(in super::super) fn with(self, entry: &UserEntry) -> Self {
        Self {
            username: self.username,
            roles: entry.roles.as_deref().map_or(self.roles, links),
            permissions: entry.permissions.as_deref().map_or(self.permissions, links),
        }
    }
}

impl Document {
    /// What the document says by itself, with defaults for what it does not mention; `None` when a constraint lacks a
    /// part.
    #[must_use]
    pub fn to_state(&self) -> Option<State> {
        let permission = |entry: &PermissionEntry| {
            Arc::new(PermissionState { name: entry.name.value.clone(), description: None }.with(entry))
        };
        let role = |entry: &RoleEntry| Arc::new(RoleState::new(entry.name.value.clone()).with(entry));
        let user = |entry: &UserEntry| {
            let username = entry.username.value.clone();
            UserState { username, roles: Vec::new(), permissions: Vec::new() }.with(entry)
        };
        let users =
            |users: &Vec<UserEntry>| users.iter().map(user).filter(|user| !user.is_empty()).map(Arc::new).collect();
        let constraints = self.constraints.iter().flatten();
        Some(State {
            permissions: self.permissions.iter().flatten().map(permission).collect(),
            roles: self.roles.iter().flatten().map(role).collect(),
            constraints: constraints.map(|entry| ConstraintState::new(entry).map(Arc::new)).collect::<Option<_>>()?,
            assignments: self.assignments.as_ref().map(users),
        })
    }
}

fn values<T: Clone>(located: &[Located<T>]) -> Vec<T> {
    located.iter().map(|located| located.value.clone()).collect()
}

fn links<N: Clone>(entries: &[LinkEntry<N>]) -> Vec<LinkState<N>> {
    entries.iter().map(|entry| LinkState { name: entry.name.value.clone(), terms: entry.terms.clone() }).collect()
}
