//! A policy from all of its facts.

use super::{KnownRole, Policy, superadmin_of};
use crate::constraints::Constraints;
use crate::grants::{Grants, PatternGrants};
use crate::hierarchy::Hierarchy;
use crate::table::{Entry, Table};
use crate::{Facts, PermissionFacts, PermissionPattern, PolicyError, RoleFacts};

impl Policy {
    /// Builds a policy. Takes time in proportion to the facts plus, for each inheritance, one pass over a set of roles.
    ///
    /// # Errors
    /// [`PolicyError`] when the facts contradict each other: duplicates, unknown ids, cycles, constraints whose limit
    /// is out of range, that name roles and permissions, or that one role violates by itself.
    pub fn build(facts: Facts) -> Result<Self, PolicyError> {
        let Facts { revision, roles: mut role_facts, mut permissions, constraints } = facts;
        role_facts.sort_by_cached_key(|role| (role.name.key(), role.name.clone(), role.id));
        permissions.sort_unstable_by(Entry::compare);
        let roles = Table::new(role_facts.iter().map(KnownRole::from).collect());
        let roles = roles.map_err(|role| PolicyError::DuplicateRole(role.name.to_string()))?;
        let permissions = Table::new(permissions);
        let permissions =
            permissions.map_err(|permission| PolicyError::DuplicatePermission(permission.name.to_string()))?;
        let hierarchy = build_hierarchy(&role_facts, &roles)?;
        let patterns = resolve_patterns(&role_facts, &permissions);
        let granted = resolve_grants(role_facts, &permissions)?;
        let mut policy = Self {
            revision,
            model_revision: revision,
            superadmin: superadmin_of(&roles),
            grants: Grants::new(granted, permissions.slots()).into(),
            patterns: patterns.into(),
            roles: roles.into(),
            permissions: permissions.into(),
            hierarchy: hierarchy.into(),
            constraints: Constraints::default().into(),
        };
        policy.constraints = Constraints::resolve(constraints, &policy)?.into();
        Ok(policy)
    }
}

fn build_hierarchy(facts: &[RoleFacts], roles: &Table<KnownRole>) -> Result<Hierarchy, PolicyError> {
    let mut juniors = Vec::with_capacity(facts.len());
    for role in facts {
        let unknown = |inherits_from| PolicyError::UnknownRole { role: role.name.to_string(), inherits_from };
        let resolved = roles.resolve(&role.inherits_from).map_err(unknown)?;
        juniors.push(resolved.into_iter().map(|junior| junior as usize).collect());
    }
    let id = |role: usize| roles.get(role).map(|role| role.id);
    Hierarchy::new(&juniors).map_err(|cycle| PolicyError::Cycle(cycle.into_iter().filter_map(id).collect()))
}

/// The patterns of roles, which are in the order of their slots.
fn resolve_patterns(facts: &[RoleFacts], permissions: &Table<PermissionFacts>) -> PatternGrants {
    let mut patterns = PatternGrants::default();
    let granted = facts.iter().enumerate().filter(|(_, role)| !role.patterns.is_empty());
    let granted: Vec<(usize, &[PermissionPattern])> = granted.map(|(at, role)| (at, &*role.patterns)).collect();
    patterns.update(&granted, facts.len(), permissions);
    patterns
}

/// Slots of each role's grants. The facts are dropped role by role, since they take four times the memory.
fn resolve_grants(facts: Vec<RoleFacts>, permissions: &Table<PermissionFacts>) -> Result<Vec<Vec<u32>>, PolicyError> {
    let resolve = |role: RoleFacts| {
        let unknown = |permission| PolicyError::UnknownPermission { role: role.name.to_string(), permission };
        permissions.resolve(&role.grants).map_err(unknown)
    };
    facts.into_iter().map(resolve).collect()
}
