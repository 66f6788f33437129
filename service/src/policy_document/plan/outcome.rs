//! A plan in terms of ids: what is to be written.

use crate::policy_document::diff::{Pair, merge};
use crate::policy_document::state::{
    ConstraintState, Current, Link, LinkState, RoleState, State, UserLinks, UserState,
};
use crate::text::sort_key;
use engine::{
    Constraint, ConstraintId, Facts, PermissionFacts, PermissionId, Policy, PolicyChanges, RoleFacts, RoleId,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use uuid::Uuid;

/// What a plan writes.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The policy after the change.
    pub policy: Policy,
    /// The facts that differ: changed and new objects complete, deleted ones by id.
    pub changes: PolicyChanges,
    /// Descriptions that differ.
    pub descriptions: ChangedDescriptions,
    /// Users whose roles or direct grants differ, with all that they have after the change.
    pub users: Vec<UserLinks>,
}

/// New descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedDescriptions {
    /// Descriptions of permissions.
    pub permissions: Vec<Described<PermissionId>>,
    /// Descriptions of roles.
    pub roles: Vec<Described<RoleId>>,
    /// Descriptions of constraints.
    pub constraints: Vec<Described<ConstraintId>>,
}

/// The new description of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described<Id> {
    /// The object.
    pub id: Id,
    /// Its description; `None` removes it.
    pub description: Option<String>,
}

/// Resolves what differs between two states. Unknown names are left out: they are problems of the plan.
pub(super) fn resolve(
    current: &Current<'_>,
    before: &State,
    after: &State,
    next_id: &mut dyn FnMut() -> Uuid,
) -> Outcome {
    let revision = current.policy.revision().saturating_add(1);
    let changes = PolicyChanges { changed: Facts { revision, ..Facts::default() }, ..PolicyChanges::default() };
    let mut resolver = Resolver {
        current,
        next_id,
        new_permissions: FxHashMap::default(),
        new_roles: FxHashMap::default(),
        deleted: FxHashSet::default(),
        outcome: Outcome {
            policy: current.policy.clone(),
            changes,
            descriptions: ChangedDescriptions::default(),
            users: Vec::new(),
        },
    };
    resolver.permissions(before, after);
    resolver.roles(before, after);
    resolver.constraints(before, after);
    resolver.users(before, after);
    resolver.outcome
}

struct Resolver<'a> {
    current: &'a Current<'a>,
    next_id: &'a mut dyn FnMut() -> Uuid,
    new_permissions: FxHashMap<&'a str, PermissionId>,
    new_roles: FxHashMap<&'a str, RoleId>,
    /// Permissions and roles that are deleted: a list that names one is a problem of the plan.
    deleted: FxHashSet<Uuid>,
    outcome: Outcome,
}

impl<'a> Resolver<'a> {
    fn permissions(&mut self, before: &'a State, after: &'a State) {
        let by_name = |permission: &'a Arc<_>| -> &'a str { permission_name(permission) };
        let Self { current, next_id, new_permissions, deleted, outcome, .. } = self;
        merge(&before.permissions, &after.permissions, by_name, &mut |pair| match pair {
            Pair::Both(before, after) => {
                let known = current.policy.permission_named(after.name.as_str());
                if let Some(known) = known.filter(|_| before.description != after.description) {
                    let description = after.description.clone();
                    outcome.descriptions.permissions.push(Described { id: known.id, description });
                }
            }
            Pair::Before(before) => {
                let known = current.policy.permission_named(before.name.as_str());
                deleted.extend(known.map(|known| known.id.uuid()));
                outcome.changes.deleted_permissions.extend(known.map(|known| known.id));
            }
            Pair::After(after) => {
                let id = PermissionId::new(next_id());
                new_permissions.insert(after.name.as_str(), id);
                outcome.changes.changed.permissions.push(PermissionFacts::new(id, after.name.clone()));
                let description = after.description.clone().map(Some);
                outcome.descriptions.permissions.extend(description.map(|description| Described { id, description }));
            }
        });
    }

    fn roles(&mut self, before: &'a State, after: &'a State) {
        let mut changed: Vec<&'a RoleState> = Vec::new();
        merge(&before.roles, &after.roles, |role| (role.name.key(), &role.name), &mut |pair| match pair {
            Pair::Both(before, after) if Arc::ptr_eq(before, after) || before == after => {}
            Pair::Both(before, after) => {
                changed.push(after);
                let id = self.role(after.name.as_str());
                if let Some(id) = id.filter(|_| before.description != after.description) {
                    let description = after.description.clone();
                    self.outcome.descriptions.roles.push(Described { id, description });
                }
            }
            Pair::Before(before) => {
                let id = self.role(before.name.as_str());
                self.deleted.extend(id.map(|id| id.uuid()));
                self.outcome.changes.deleted_roles.extend(id);
            }
            Pair::After(after) => {
                changed.push(after);
                let id = RoleId::new((self.next_id)());
                self.new_roles.insert(after.name.as_str(), id);
                let description = after.description.clone().map(Some);
                let described = description.map(|description| Described { id, description });
                self.outcome.descriptions.roles.extend(described);
            }
        });
        // A role may inherit from one that is created after it.
        let facts: Vec<RoleFacts> = changed.into_iter().filter_map(|role| self.role_facts(role)).collect();
        self.outcome.changes.changed.roles = facts;
    }

    fn role_facts(&self, role: &RoleState) -> Option<RoleFacts> {
        let id = self.role(role.name.as_str())?;
        Some(RoleFacts {
            id,
            name: role.name.clone(),
            is_system: self.current.policy.role(id).is_some_and(|known| known.is_system),
            is_default: role.is_default,
            requires_activation: role.requires_activation,
            revision: self.outcome.changes.changed.revision,
            grants: role.permissions.iter().filter_map(|name| self.permission(name.as_str())).collect(),
            patterns: role.patterns.clone(),
            inherits_from: role.inherits.iter().filter_map(|name| self.role(name.as_str())).collect(),
        })
    }

    fn constraints(&mut self, before: &'a State, after: &'a State) {
        let known: FxHashMap<&str, ConstraintId> = self
            .current
            .policy
            .constraints()
            .iter()
            .map(|constraint| (constraint.name.as_str(), constraint.id))
            .collect();
        let order = |constraint: &'a Arc<ConstraintState>| (sort_key(&constraint.name), &constraint.name);
        merge(&before.constraints, &after.constraints, order, &mut |pair| match pair {
            Pair::Both(before, after) if before == after => {}
            Pair::Both(before, after) => {
                if let Some(&id) = known.get(after.name.as_str()) {
                    self.constraint(id, after);
                    if before.description != after.description {
                        let description = after.description.clone();
                        self.outcome.descriptions.constraints.push(Described { id, description });
                    }
                }
            }
            Pair::Before(before) => {
                self.outcome.changes.deleted_constraints.extend(known.get(before.name.as_str()));
            }
            Pair::After(after) => {
                let id = ConstraintId::new((self.next_id)());
                self.constraint(id, after);
                let description = after.description.clone().map(Some);
                let described = description.map(|description| Described { id, description });
                self.outcome.descriptions.constraints.extend(described);
            }
        });
    }

    /// Adds a constraint, unless unknown roles or permissions leave too few.
    fn constraint(&mut self, id: ConstraintId, constraint: &ConstraintState) {
        let roles: Vec<RoleId> = constraint.roles.iter().filter_map(|name| self.role(name.as_str())).collect();
        let permissions: Vec<PermissionId> =
            constraint.permissions.iter().filter_map(|name| self.permission(name.as_str())).collect();
        if roles.len() == constraint.roles.len() && permissions.len() == constraint.permissions.len() {
            let ConstraintState { name, kind, limit, .. } = constraint.clone();
            self.outcome.changes.changed.constraints.push(Constraint { id, name, kind, roles, permissions, limit });
        }
    }

    fn users(&mut self, before: &State, after: &State) {
        let known: FxHashMap<&str, &UserLinks> =
            self.current.users.iter().map(|user| (user.username.as_str(), user)).collect();
        let (before, after) = (before.assignments.as_deref(), after.assignments.as_deref());
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        merge(before, after, |user| user.username.as_str(), &mut |pair| {
            let (name, state): (&str, Option<&UserState>) = match pair {
                Pair::Both(before, after) if before == after => return,
                Pair::Both(_, after) | Pair::After(after) => (&after.username, Some(after)),
                Pair::Before(before) => (&before.username, None),
            };
            if let Some(user) = known.get(name) {
                let roles = state.map(|state| links(&state.roles, |role| self.role(role.as_str())));
                let permissions =
                    state.map(|state| links(&state.permissions, |permission| self.permission(permission.as_str())));
                let (roles, permissions) = (roles.unwrap_or_default(), permissions.unwrap_or_default());
                self.outcome.users.push(UserLinks { user: user.user, username: name.to_owned(), roles, permissions });
            }
        });
    }

    fn role(&self, name: &str) -> Option<RoleId> {
        let known = || self.current.policy.role_named(name).filter(|role| role.name.as_str() == name);
        let kept = || known().map(|role| role.id).filter(|id| !self.deleted.contains(&id.uuid()));
        self.new_roles.get(name).copied().or_else(kept)
    }

    fn permission(&self, name: &str) -> Option<PermissionId> {
        let known = || self.current.policy.permission_named(name).map(|permission| permission.id);
        let kept = || known().filter(|id| !self.deleted.contains(&id.uuid()));
        self.new_permissions.get(name).copied().or_else(kept)
    }
}

fn permission_name(permission: &Arc<crate::policy_document::PermissionState>) -> &str {
    permission.name.as_str()
}

fn links<N, Id>(links: &[LinkState<N>], id: impl Fn(&N) -> Option<Id>) -> Vec<Link<Id>> {
    links.iter().filter_map(|link| Some(Link { id: id(&link.name)?, terms: link.terms.clone() })).collect()
}
