//! What a role, a grant or a session confers, and until when.

use crate::{PermissionName, PermissionPattern, PermissionSet, Policy, RoleId, Subject};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// End of an assignment or a grant; `None` when permanent.
pub(super) type End = Option<DateTime<Utc>>;

/// The later of two ends.
pub(super) fn later(a: End, b: End) -> End {
    a.zip(b).map(|(a, b)| a.max(b))
}

/// What one role or one direct grant of a session confers, and until when.
#[derive(Debug)]
pub(super) struct Holding {
    pub(super) until: End,
    pub(super) scope: Scope,
}

/// Permissions, patterns and built-in roles. A pattern counts as all that it could come to match, beside what it matches
/// today, which is among the permissions. Guards name built-in roles, so each counts as a permission of its own.
/// `superadmin` stands for all of these, future ones included.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) permissions: FixedBitSet,
    pub(super) patterns: FixedBitSet,
    pub(super) roles: FixedBitSet,
}

impl Scope {
    pub(super) fn of_role(policy: &Policy, role: usize) -> Self {
        let mut scope = Self::default();
        scope.add_role(policy, role);
        scope
    }

    pub(super) fn add_role(&mut self, policy: &Policy, role: usize) {
        self.add_roles(policy, policy.hierarchy.closure(role));
    }

    /// Adds roles that are closed under inheritance.
    fn add_roles(&mut self, policy: &Policy, roles: &FixedBitSet) {
        self.roles.extend(roles.ones().filter(|&role| is_built_in(policy, role)));
        self.permissions.union_with(&policy.held_by(roles));
        self.patterns.extend(roles.ones().flat_map(|role| policy.patterns.of_role(role)));
    }

    /// Whether it holds a pattern that covers this one.
    pub(super) fn covers(&self, policy: &Policy, pattern: &PermissionPattern) -> bool {
        self.is_by_rule(policy) || policy.patterns.covering(pattern).any(|known| self.patterns.contains(known))
    }

    /// Whether it holds a pattern that matches a name.
    pub(super) fn matches(&self, policy: &Policy, name: &PermissionName) -> bool {
        policy.patterns.matching(name).into_iter().flatten().any(|known| self.patterns.contains(known))
    }

    /// The roles that confer nothing beyond this scope.
    pub(super) fn covered_roles(&self, policy: &Policy) -> FixedBitSet {
        let by_rule = self.is_by_rule(policy);
        let is_uncovered = |pattern| policy.patterns.pattern(pattern).is_some_and(|known| !self.covers(policy, known));
        let is_beyond = |role: &usize| {
            is_built_in(policy, *role) && !by_rule && !self.roles.contains(*role)
                || policy.granted(*role).any(|permission| !self.permissions.contains(permission))
                || policy.patterns.of_role(*role).any(is_uncovered)
        };
        let mut covered: FixedBitSet = policy.all_roles().collect();
        covered.difference_with(&policy.hierarchy.above(policy.all_roles().filter(is_beyond)));
        covered
    }

    /// The first built-in role of `wanted` by name that this scope lacks.
    pub(super) fn lacking(&self, policy: &Policy, wanted: &Self) -> Option<RoleId> {
        let missing = wanted.roles.difference(&self.roles).min_by_key(|&role| policy.rank(role));
        missing.filter(|_| !self.is_by_rule(policy)).and_then(|role| policy.role_id(role))
    }

    /// Whether the scope holds every permission by rule.
    pub(super) fn is_by_rule(&self, policy: &Policy) -> bool {
        let superadmin = policy.superadmin().and_then(|id| policy.role_position(id));
        superadmin.is_some_and(|superadmin| self.roles.contains(superadmin))
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.permissions.union_with(&other.permissions);
        self.patterns.union_with(&other.patterns);
        self.roles.union_with(&other.roles);
    }

    pub(super) fn joined<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut joined = Self::default();
        all.into_iter().for_each(|scope| joined.join(scope));
        joined
    }
}

/// What users can attain.
impl Policy {
    /// The permissions that a user holds or can come to hold: those of an active account with every role
    /// active, assignments and grants that are not yet valid at `now` included, expired ones not.
    #[must_use]
    pub fn attainable_permissions(&self, subject: &Subject, now: DateTime<Utc>) -> PermissionSet {
        PermissionSet(self.attainable(subject, now).permissions)
    }

    pub(super) fn attainable(&self, subject: &Subject, now: DateTime<Utc>) -> Scope {
        let mut attainable = Scope { permissions: self.lasting_grants(subject, now), ..Scope::default() };
        attainable.add_roles(self, &self.lasting_roles(subject, now));
        attainable
    }
}

/// The built-in ones among a role and those it inherits from, by name.
pub(super) fn built_in(policy: &Policy, role: usize) -> impl Iterator<Item = usize> {
    let built_in = policy.hierarchy.closure(role).ones().filter(|&role| is_built_in(policy, role));
    policy.roles_by_name(built_in).into_iter()
}

fn is_built_in(policy: &Policy, role: usize) -> bool {
    policy.role_at(role).is_some_and(|role| role.is_system)
}
