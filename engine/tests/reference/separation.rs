//! Separation of duty.

use super::Reference;
use engine::{Constraint, ConstraintId, ConstraintKind, PermissionId, RoleId, Subject};
use std::collections::BTreeSet;

/// A constraint that is violated, and what violates it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    pub(crate) constraint: ConstraintId,
    pub(crate) roles: BTreeSet<RoleId>,
    pub(crate) permissions: BTreeSet<PermissionId>,
}

impl Reference<'_> {
    /// One role after another, without those that violate a dynamic constraint together with the ones before and with
    /// the direct grants.
    pub(super) fn without_conflicts(&self, roles: &[RoleId], subject: &Subject) -> BTreeSet<RoleId> {
        let direct = self.direct_now(subject);
        let mut active = BTreeSet::new();
        for &role in roles {
            let gains = |broken: &Broken| {
                let own = self.below(&BTreeSet::from([role]));
                let brings = |&permission: &PermissionId| self.is_brought(permission, &own);
                broken.roles.iter().any(|role| own.contains(role)) || broken.permissions.iter().any(brings)
            };
            active.insert(role);
            if self.broken(ConstraintKind::Dynamic, &self.below(&active), &direct).iter().any(gains) {
                active.remove(&role);
            }
        }
        active
    }

    /// Constraints violated by having some roles, with all below, and some direct grants; and what violates each.
    pub(crate) fn broken(
        &self,
        kind: ConstraintKind,
        roles: &BTreeSet<RoleId>,
        direct: &BTreeSet<PermissionId>,
    ) -> Vec<Broken> {
        let met = |known: &Constraint| Broken {
            constraint: known.id,
            roles: known.roles.iter().copied().filter(|role| roles.contains(role)).collect(),
            permissions: known
                .permissions
                .iter()
                .copied()
                .filter(|&permission| direct.contains(&permission) || self.is_brought(permission, roles))
                .collect(),
        };
        let of_kind = self.facts.constraints.iter().filter(|known| known.kind == kind);
        let met = of_kind.map(|known| (known.limit, met(known)));
        met.filter(|(limit, met)| met.roles.len() + met.permissions.len() >= *limit).map(|(_, met)| met).collect()
    }

    /// Does one of the roles have the permission, other than by the rule on one of them?
    fn is_brought(&self, permission: PermissionId, roles: &BTreeSet<RoleId>) -> bool {
        let others = roles.iter().filter(|&&role| !self.is_superadmin(role));
        others.into_iter().any(|&role| !self.sources(role, permission).is_empty())
    }

    /// Direct grants that count now.
    pub(crate) fn direct_now(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        let valid = subject.grants.iter().filter(|grant| self.counts(grant.validity));
        valid.map(|grant| grant.permission).collect()
    }

    /// Direct grants that count now or later.
    pub(crate) fn direct_lasting(&self, subject: &Subject) -> BTreeSet<PermissionId> {
        let lasting = subject.grants.iter().filter(|grant| !self.is_over(grant.validity));
        lasting.map(|grant| grant.permission).collect()
    }

    /// Constraints over roles that the subject gets round by its direct grants.
    pub(crate) fn bypassed(&self, subject: &Subject) -> BTreeSet<ConstraintId> {
        let roles = self.lasting_roles(subject);
        let direct = self.direct_lasting(subject);
        let has = |direct: &BTreeSet<PermissionId>, role: RoleId| {
            let all: BTreeSet<PermissionId> = self.role_permissions(role).into_iter().map(|(held, _)| held).collect();
            let is_held = |&held: &PermissionId| direct.contains(&held) || self.is_brought(held, &roles);
            roles.contains(&role) || !all.is_empty() && all.iter().all(is_held)
        };
        let count = |known: &Constraint, has: &dyn Fn(RoleId) -> bool| {
            known.roles.iter().collect::<BTreeSet<_>>().into_iter().filter(|&&role| has(role)).count()
        };
        let is_bypassed = |known: &&Constraint| {
            count(known, &|role| roles.contains(&role)) < known.limit
                && count(known, &|role| has(&BTreeSet::new(), role)) < known.limit
                && count(known, &|role| has(&direct, role)) >= known.limit
        };
        let over_roles = self.facts.constraints.iter().filter(|known| !known.roles.is_empty());
        over_roles.filter(is_bypassed).map(|known| known.id).collect()
    }
}
