//! Which roles hold which permissions: by grants, by patterns, and `superadmin` by rule.

use super::Policy;
use crate::grants::matches_of;
use crate::{PermissionId, PermissionPattern, PermissionSet, RoleId};
use fixedbitset::FixedBitSet;

/// A permission, and the patterns that match it: what roles hold it by.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'p> {
    policy: &'p Policy,
    permission: usize,
    patterns: [Option<usize>; 3],
}

impl Sources<'_> {
    /// Whether a role holds the permission, inherited ones included.
    #[inline]
    pub(crate) fn reach(&self, role: usize) -> bool {
        let closure = self.policy.hierarchy.closure(role);
        self.reach_any(closure) || self.policy.superadmin.is_some_and(|role| closure.contains(role))
    }

    /// Whether the permission is granted to one of `roles`, itself or by a pattern. What `superadmin` holds by rule does
    /// not count.
    #[inline]
    pub(crate) fn reach_any(&self, roles: &FixedBitSet) -> bool {
        let mut patterns = self.patterns.iter().flatten();
        self.policy.grants.is_held(self.permission, roles)
            || patterns.any(|&pattern| self.policy.patterns.is_held(pattern, roles))
    }

    /// Roles that the permission is granted to, itself or by a pattern. What `superadmin` holds by rule does not count.
    pub(crate) fn roles(&self) -> Vec<usize> {
        let mut roles = self.policy.grants.holders(self.permission);
        self.patterns.iter().flatten().for_each(|&pattern| roles.extend(self.policy.patterns.holders(pattern)));
        roles
    }

    /// What a role has the permission by, without inheritance: itself first, then patterns by text.
    pub(crate) fn at(&self, role: usize) -> Vec<Option<PermissionPattern>> {
        let policy = self.policy;
        let is_granted = policy.is_granted_at(role, self.permission);
        let matching = policy.patterns.of_role(role).filter(|&pattern| self.patterns.contains(&Some(pattern)));
        let matching = policy.patterns.texts(matching.filter(|_| policy.superadmin != Some(role)));
        is_granted.then_some(None).into_iter().chain(matching.into_iter().map(Some)).collect()
    }
}

/// Holders of permissions.
impl Policy {
    /// What roles hold a permission by.
    #[inline]
    pub(crate) fn sources(&self, permission: usize) -> Sources<'_> {
        let patterns = match self.patterns.is_empty() {
            true => [None; 3],
            false => self.permission_at(permission).map_or([None; 3], |known| self.patterns.matching(&known.name)),
        };
        Sources { policy: self, permission, patterns }
    }

    /// Whether a role holds a permission by grants or by the rule on `superadmin`, inherited ones included. Patterns are
    /// left out.
    #[inline]
    pub(crate) fn holds_by_grant(&self, role: usize, permission: usize) -> bool {
        let closure = self.hierarchy.closure(role);
        self.grants.is_held(permission, closure) || self.superadmin.is_some_and(|role| closure.contains(role))
    }

    /// Permissions that a role holds, inherited ones included.
    pub(crate) fn held(&self, role: usize) -> FixedBitSet {
        self.held_by(self.hierarchy.closure(role))
    }

    /// Permissions that a set of roles holds, which is closed under inheritance.
    pub(crate) fn held_by(&self, closure: &FixedBitSet) -> FixedBitSet {
        if self.superadmin.is_some_and(|role| closure.contains(role)) {
            return self.permissions.in_use();
        }
        self.granted_to(closure)
    }

    /// Permissions granted to a set of roles, themselves or by patterns. What `superadmin` holds by rule does not count.
    pub(crate) fn granted_to(&self, roles: &FixedBitSet) -> FixedBitSet {
        let mut held = FixedBitSet::with_capacity(self.permissions.slots());
        for role in roles.ones() {
            held.extend(self.grants.of_role(role).iter().map(|&permission| permission as usize));
        }
        if !self.patterns.is_empty() {
            let patterns: FixedBitSet = roles.ones().flat_map(|role| self.patterns.of_role(role)).collect();
            patterns.ones().for_each(|pattern| held.union_with(self.patterns.matched(pattern)));
        }
        held
    }

    /// Permissions granted to a role itself, ascending; for `superadmin` all, by rule. What patterns match is left out.
    pub(crate) fn granted(&self, role: usize) -> Box<dyn Iterator<Item = usize> + '_> {
        match self.superadmin == Some(role) {
            true => Box::new(self.permissions.in_order()),
            false => Box::new(self.grants.of_role(role).iter().map(|&permission| permission as usize)),
        }
    }

    pub(crate) fn is_granted_at(&self, role: usize, permission: usize) -> bool {
        self.superadmin == Some(role) || self.grants.of_role(role).binary_search(&(permission as u32)).is_ok()
    }

    /// Roles that the facts grant a permission to, by name: `superadmin` is among them only when they say so, and a role
    /// with a pattern that matches only when it is granted the permission as well.
    #[must_use]
    pub fn roles_with_grant(&self, permission: PermissionId) -> Vec<RoleId> {
        let permission = self.permission_position(permission);
        self.role_ids(permission.map(|permission| self.grants.holders(permission)).unwrap_or_default())
    }

    /// Roles that the facts grant a permission to, itself or by a pattern, by name.
    pub(crate) fn roles_granted(&self, permission: PermissionId) -> Vec<RoleId> {
        let permission = self.permission_position(permission);
        self.role_ids(permission.map(|permission| self.sources(permission).roles()).unwrap_or_default())
    }

    /// Roles that a permission itself is granted to; `superadmin` is always among them.
    pub(crate) fn holders_of_grant(&self, permission: usize) -> Vec<usize> {
        let mut holders = self.grants.holders(permission);
        holders.extend(self.superadmin.filter(|role| !holders.contains(role)));
        holders
    }

    /// Roles that a permission is granted to, itself or by a pattern; `superadmin` is always among them.
    pub(crate) fn holders(&self, permission: usize) -> Vec<usize> {
        let mut holders = self.sources(permission).roles();
        holders.extend(self.superadmin);
        holders
    }

    /// The set of roles without `superadmin`.
    pub(crate) fn without_superadmin(&self, mut roles: FixedBitSet) -> FixedBitSet {
        if let Some(superadmin) = self.superadmin.filter(|&superadmin| roles.contains(superadmin)) {
            roles.set(superadmin, false);
        }
        roles
    }

    pub(crate) fn is_superadmin(&self, role: usize) -> bool {
        self.superadmin == Some(role)
    }
}

/// Patterns of permissions.
impl Policy {
    /// Patterns granted to `role` itself, sorted by text.
    #[must_use]
    pub fn granted_patterns(&self, role: RoleId) -> Vec<PermissionPattern> {
        self.role_position(role).map(|role| self.patterns.of_role_by_text(role)).unwrap_or_default()
    }

    /// Roles that a pattern is granted to itself, by name.
    #[must_use]
    pub fn roles_with_pattern(&self, pattern: &PermissionPattern) -> Vec<RoleId> {
        let is_it = |&slot: &usize| self.patterns.pattern(slot) == Some(pattern);
        let found = self.patterns.covering(pattern).find(is_it);
        self.role_ids(found.map(|pattern| self.patterns.holders(pattern)).unwrap_or_default())
    }

    /// Registered permissions that a pattern matches, whether it is granted or not.
    #[must_use]
    pub fn permissions_matched_by(&self, pattern: &PermissionPattern) -> PermissionSet {
        PermissionSet(self.matched_by(pattern))
    }

    pub(crate) fn matched_by(&self, pattern: &PermissionPattern) -> FixedBitSet {
        let is_it = |&slot: &usize| self.patterns.pattern(slot) == Some(pattern);
        match self.patterns.covering(pattern).find(is_it) {
            Some(known) => self.patterns.matched(known).clone(),
            None => matches_of(pattern, &self.permissions),
        }
    }
}
