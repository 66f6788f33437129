//! Roles that would violate constraints, or come under them, by what they gain.

use super::{Conflict, Held, Members, ResolvedConstraint};
use crate::{Constraint, ConstraintKind, PermissionId, PermissionPattern, Policy, RoleId};
use fixedbitset::FixedBitSet;

/// What a role would gain by a change: roles that it inherits from, with all below, and permissions.
#[derive(Debug, Default)]
pub(crate) struct Gain {
    roles: FixedBitSet,
    permissions: FixedBitSet,
}

impl Gain {
    /// Inheritance and grants; unknown ones are left out.
    pub(crate) fn of_links(policy: &Policy, juniors: &[RoleId], grants: &[PermissionId]) -> Self {
        let juniors = juniors.iter().filter_map(|&junior| policy.role_position(junior));
        Self { roles: policy.closure_of(juniors), permissions: policy.permission_set(grants.iter().copied()) }
    }

    /// What patterns match.
    pub(crate) fn of_patterns(policy: &Policy, patterns: &[PermissionPattern]) -> Self {
        let mut permissions = FixedBitSet::new();
        patterns.iter().for_each(|pattern| permissions.union_with(&policy.matched_by(pattern)));
        Self { roles: FixedBitSet::new(), permissions }
    }

    /// What a role would hold with the gain.
    fn beside(&self, policy: &Policy, role: Option<usize>) -> Held {
        let roles = role.map_or_else(|| self.roles.clone(), |role| policy.hierarchy.closure(role) | &self.roles);
        Held::new(policy, roles, self.permissions.clone())
    }
}

impl Policy {
    /// The first constraint, of either kind, that one role would violate by itself if each of `seniors` had the gain.
    pub(crate) fn broken_by_gain(&self, seniors: &[RoleId], gain: &Gain) -> Option<Conflict> {
        if self.constraints.sets.is_empty() {
            return None;
        }
        let seniors = self.roles_by_name(self.above(seniors).ones()).into_iter().map(Some);
        // A new role without seniors may violate a constraint as well.
        seniors.chain([None]).find_map(|role| {
            let held = gain.beside(self, role);
            let of_users = self.conflicts(ConstraintKind::Static, &held);
            let of_sessions = self.conflicts(ConstraintKind::Dynamic, &held);
            of_users.into_iter().chain(of_sessions).next()
        })
    }

    /// A role and all roles that inherit from it, by name.
    pub(crate) fn including(&self, role: RoleId) -> Vec<RoleId> {
        self.role_ids(self.above(&[role]).ones())
    }

    /// Roles that bring a permission, by a grant, a pattern or inheritance, by name. What `superadmin` holds by rule does
    /// not count.
    #[must_use]
    pub fn roles_bringing(&self, permission: PermissionId) -> Vec<RoleId> {
        let Some(permission) = self.permission_position(permission) else { return Vec::new() };
        self.role_ids(self.roles_that_bring(permission).ones())
    }

    /// Roles and all that inherit from one of them.
    fn above(&self, roles: &[RoleId]) -> FixedBitSet {
        self.hierarchy.above(roles.iter().filter_map(|&role| self.role_position(role)))
    }

    /// Roles that would include further roles or permissions of some constraint if each of `seniors` had the gain.
    pub(crate) fn newly_constrained(&self, seniors: &[RoleId], gain: &Gain) -> Vec<RoleId> {
        let gained = gain.beside(self, None);
        let members = |set: &ResolvedConstraint| -> FixedBitSet { set.members.of(self, &gained).collect() };
        let of_kind = |is_kind: fn(&Members) -> bool| {
            let mut all = FixedBitSet::new();
            let sets = self.constraints.sets.iter().filter(|set| is_kind(&set.members));
            sets.for_each(|set| all.union_with(&members(set)));
            all
        };
        let roles = of_kind(|members| matches!(members, Members::Roles(_)));
        let permissions = of_kind(|members| matches!(members, Members::Permissions(_)));
        let gains = |role: &usize| {
            let closure = self.hierarchy.closure(*role);
            let granting = (!permissions.is_clear()).then(|| self.without_superadmin(closure.clone()));
            let lacks = |permission| granting.as_ref().is_some_and(|own| !self.sources(permission).reach_any(own));
            !roles.is_subset(closure) || permissions.ones().any(lacks)
        };
        self.role_ids(self.above(seniors).ones().filter(gains))
    }

    /// Roles of this policy that in `after` include further roles, or bring further permissions, of a constraint that both
    /// policies have.
    pub(crate) fn newly_constrained_in(&self, after: &Policy) -> Vec<RoleId> {
        let mut concerned = FixedBitSet::new();
        let sets = after.constraints.sets.iter().zip(after.constraints());
        for (set, _) in sets.filter(|(_, constraint)| self.constraint(constraint.id).is_some()) {
            for &member in set.members.slots() {
                let before = self.roles_with_before(after, &set.members, member);
                let with = set.members.roles_with(after, member);
                let known = with.ones().filter_map(|role| self.role_position(after.role_id(role)?));
                concerned.extend(known.filter(|&role| !before.contains(role)));
            }
        }
        self.role_ids(concerned.ones())
    }

    /// Roles of this policy that bring a member of a constraint of `after`.
    fn roles_with_before(&self, after: &Policy, members: &Members, member: usize) -> FixedBitSet {
        let member = match members {
            Members::Roles(_) => after.role_id(member).and_then(|id| self.role_position(id)),
            Members::Permissions(_) => after.permission_at(member).and_then(|known| self.permission_position(known.id)),
        };
        member.map(|member| members.roles_with(self, member)).unwrap_or_default()
    }

    /// The conflict of the first role that would violate `constraint` by itself.
    pub(crate) fn broken_by_one_role(&self, constraint: &Constraint) -> Option<Conflict> {
        let roles = constraint.roles.iter().filter_map(|&role| self.role_position(role));
        let members = match constraint.permissions.is_empty() {
            true => Members::Roles(roles.collect::<FixedBitSet>().ones().collect()),
            false => Members::Permissions(self.permission_set(constraint.permissions.iter().copied()).ones().collect()),
        };
        let mut above = FixedBitSet::new();
        members.slots().iter().for_each(|&member| above.union_with(&members.roles_with(self, member)));
        let set = ResolvedConstraint { kind: constraint.kind, members, limit: constraint.limit.max(1) };
        let above = self.roles_by_name(above.ones()).into_iter();
        let mut held = above.map(|role| Gain::default().beside(self, Some(role)));
        held.find(|held| set.is_broken_by(self, held)).map(|held| set.conflict(constraint.id, self, &held))
    }
}
