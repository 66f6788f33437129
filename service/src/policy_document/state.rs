//! All that a document can say about a policy.

mod entries;

use crate::assignments::Terms;
use crate::text::sort_key;
use chrono::{DateTime, Utc};
use engine::{
    ConstraintId, ConstraintKind, PermissionId, PermissionName, PermissionPattern, Policy, RoleId, RoleName, UserId,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A policy by name, complete and sorted, without what a document cannot change: `superadmin` and system permissions.
/// Objects are shared between states that have them in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Permissions, by name.
    pub permissions: Vec<Arc<PermissionState>>,
    /// Roles, by name without regard to case.
    pub roles: Vec<Arc<RoleState>>,
    /// Constraints, by name without regard to case.
    pub constraints: Vec<Arc<ConstraintState>>,
    /// Users with roles or direct grants, by username; `None` when the document is not about them.
    pub assignments: Option<Vec<Arc<UserState>>>,
}

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionState {
    /// Name.
    pub name: PermissionName,
    /// What the permission allows.
    pub description: Option<String>,
}

/// A role. Lists are sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleState {
    /// Name.
    pub name: RoleName,
    /// Purpose.
    pub description: Option<String>,
    /// Whether every new account is assigned the role.
    pub is_default: bool,
    /// Whether the role is inactive at login until it is activated.
    pub requires_activation: bool,
    /// Permissions granted to the role.
    pub permissions: Vec<PermissionName>,
    /// Patterns of permissions granted to the role.
    pub patterns: Vec<PermissionPattern>,
    /// Roles that it inherits from.
    pub inherits: Vec<RoleName>,
}

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintState {
    /// Name.
    pub name: String,
    /// Risk that the constraint prevents.
    pub description: Option<String>,
    /// Whether users (static) or sessions (dynamic) are restricted.
    pub kind: ConstraintKind,
    /// Number of the roles or permissions that are forbidden together.
    pub limit: usize,
    /// Conflicting roles, by name; empty when it names permissions.
    pub roles: Vec<RoleName>,
    /// Conflicting permissions, by name; empty when it names roles.
    pub permissions: Vec<PermissionName>,
}

/// A user with roles and direct grants, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserState {
    /// Username.
    pub username: String,
    /// Assigned roles.
    pub roles: Vec<LinkState<RoleName>>,
    /// Permissions granted directly.
    pub permissions: Vec<LinkState<PermissionName>>,
}

/// A role or a permission of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkState<N> {
    /// Name of the role or the permission.
    pub name: N,
    /// Terms.
    pub terms: Terms,
}

/// What a document is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The descriptions of its objects.
    pub descriptions: &'a Descriptions,
    /// Users. To merge a document, those that it mentions; to replace the assignments or to export them, all with roles
    /// or direct grants besides.
    pub users: &'a [UserLinks],
    /// The time of the plan: what has expired is not assigned or granted.
    pub now: DateTime<Utc>,
}

/// Descriptions of the objects of a policy; those without one are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptions {
    /// Descriptions of permissions.
    pub permissions: FxHashMap<PermissionId, String>,
    /// Descriptions of roles.
    pub roles: FxHashMap<RoleId, String>,
    /// Descriptions of constraints.
    pub constraints: FxHashMap<ConstraintId, String>,
}

/// The roles and direct grants of a user, without expired ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLinks {
    /// The user.
    pub user: UserId,
    /// Username.
    pub username: String,
    /// Assigned roles.
    pub roles: Vec<Link<RoleId>>,
    /// Permissions granted directly.
    pub permissions: Vec<Link<PermissionId>>,
}

/// A role or a permission of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<Id> {
    /// The role or the permission.
    pub id: Id,
    /// Terms.
    pub terms: Terms,
}

impl State {
    /// The current policy without assignments.
    #[must_use]
    pub fn of(current: &Current<'_>) -> Self {
        let policy = current.policy;
        let permissions = policy.permissions().filter(|permission| !permission.is_system);
        let permissions =
            permissions.filter_map(|permission| PermissionState::of(current, permission.id)).map(Arc::new);
        let roles = policy.roles().filter(|role| Some(role.id) != policy.superadmin());
        let constraints = policy.constraints().iter();
        let constraints =
            constraints.filter_map(|constraint| ConstraintState::of(current, constraint.id)).map(Arc::new);
        let roles = roles.filter_map(|role| RoleState::of(current, role.id)).map(Arc::new);
        Self {
            permissions: permissions.collect(),
            roles: roles.collect(),
            constraints: constraints.collect(),
            assignments: None,
        }
        .sorted()
    }

    /// The current policy with assignments.
    #[must_use]
    pub fn with_assignments(current: &Current<'_>) -> Self {
        let users = current.users.iter().map(|user| UserState::of(current.policy, user));
        let assignments = users.filter(|user| !user.is_empty()).map(Arc::new).collect();
        Self { assignments: Some(assignments), ..Self::of(current) }.sorted()
    }

    /// Sorts objects. Their lists are sorted already.
    pub(super) fn sorted(mut self) -> Self {
        self.permissions.sort_by(|one, other| one.name.cmp(&other.name));
        self.roles.sort_by_cached_key(|role| (role.name.key(), role.name.clone()));
        self.constraints.sort_by_cached_key(|constraint| (sort_key(&constraint.name), constraint.name.clone()));
        if let Some(users) = &mut self.assignments {
            users.sort_by(|one, other| one.username.cmp(&other.username));
        }
        self
    }
}

impl RoleState {
    /// A role of the policy; `None` when it is unknown.
    pub(super) fn of(current: &Current<'_>, role: RoleId) -> Option<Self> {
        let Current { policy, descriptions, .. } = *current;
        let facts = policy.role_facts(role)?;
        Some(Self {
            name: facts.name,
            description: descriptions.roles.get(&role).cloned(),
            is_default: facts.is_default,
            requires_activation: facts.requires_activation,
            permissions: permission_names(policy, &facts.grants),
            patterns: facts.patterns,
            inherits: role_names(policy, &facts.inherits_from),
        })
    }
}

impl PermissionState {
    /// A permission of the policy; `None` when it is unknown.
    pub(super) fn of(current: &Current<'_>, permission: PermissionId) -> Option<Self> {
        let name = current.policy.permission(permission)?.name.clone();
        Some(Self { name, description: current.descriptions.permissions.get(&permission).cloned() })
    }
}

impl ConstraintState {
    /// A constraint of the policy; `None` when it is unknown.
    pub(super) fn of(current: &Current<'_>, constraint: ConstraintId) -> Option<Self> {
        let Current { policy, descriptions, .. } = *current;
        let known = policy.constraint(constraint)?;
        Some(Self {
            name: known.name.clone(),
            description: descriptions.constraints.get(&constraint).cloned(),
            kind: known.kind,
            limit: known.limit,
            roles: role_names(policy, &known.roles),
            permissions: permission_names(policy, &known.permissions),
        })
    }
}

impl UserState {
    pub(super) fn of(policy: &Policy, user: &UserLinks) -> Self {
        let role = |link: &Link<RoleId>| {
            Some(LinkState { name: policy.role(link.id)?.name.clone(), terms: link.terms.clone() })
        };
        let permission = |link: &Link<PermissionId>| {
            Some(LinkState { name: policy.permission(link.id)?.name.clone(), terms: link.terms.clone() })
        };
        let mut roles: Vec<LinkState<RoleName>> = user.roles.iter().filter_map(role).collect();
        let mut permissions: Vec<LinkState<PermissionName>> = user.permissions.iter().filter_map(permission).collect();
        roles.sort_by(|one, other| one.name.cmp(&other.name));
        permissions.sort_by(|one, other| one.name.cmp(&other.name));
        Self { username: user.username.clone(), roles, permissions }
    }

    /// Whether the user has neither roles nor direct grants.
    pub(super) fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.permissions.is_empty()
    }
}

fn permission_names(policy: &Policy, ids: &[PermissionId]) -> Vec<PermissionName> {
    let mut names: Vec<PermissionName> =
        ids.iter().filter_map(|&id| Some(policy.permission(id)?.name.clone())).collect();
    names.sort_unstable();
    names
}

fn role_names(policy: &Policy, ids: &[RoleId]) -> Vec<RoleName> {
    let mut names: Vec<RoleName> = ids.iter().filter_map(|&id| Some(policy.role(id)?.name.clone())).collect();
    names.sort_unstable();
    names
}
