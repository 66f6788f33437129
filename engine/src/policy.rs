//! Facts with everything worked out that decisions need.

use crate::constraints::Constraints;
use crate::hierarchy::{Hierarchy, set_of};
use crate::index::Index;
use crate::{
    Constraint, ConstraintId, Facts, PermissionFacts, PermissionId, PolicyError, RoleFacts, RoleId, SUPERADMIN,
};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// A policy: roles, permissions, hierarchy and constraints with their closures as bit sets. Immutable; a change
/// of the facts makes a new one, a change of subjects only the same one [at a later
/// revision](Policy::at_revision).
///
/// INVARIANT: `facts` is ordered by name, and a role, permission or constraint is known inside this crate by its
/// place there. So the order of bits is the order of names.
#[derive(Clone, Debug)]
pub struct Policy {
    revision: u64,
    facts: Arc<Facts>,
    roles: Arc<Index<RoleId>>,
    permissions: Arc<Index<PermissionId>>,
    superadmin: Option<usize>,
    pub(crate) hierarchy: Arc<Hierarchy>,
    /// Per role: what it holds, inherited or not.
    held: Arc<[FixedBitSet]>,
    /// Per permission: roles that hold it themselves.
    holders: Arc<[Vec<usize>]>,
    pub(crate) constraints: Arc<Constraints>,
}

impl Policy {
    /// Works out a policy. Takes time in proportion to the facts plus, for each inheritance, one
    /// pass over a set of roles and one over a set of permissions.
    ///
    /// # Errors
    /// [`PolicyError`] when the facts contradict each other: duplicates, dangling links,
    /// cycles, constraints that are out of bounds or that one role breaks by itself.
    pub fn build(mut facts: Facts) -> Result<Self, PolicyError> {
        facts.roles.sort_by_cached_key(|role| (role.name.key(), role.name.clone(), role.id));
        facts.permissions.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        facts.constraints.sort_by_cached_key(|known| (known.name.to_lowercase(), known.name.clone(), known.id));
        let roles = index_roles(&facts)?;
        let permissions = index_permissions(&facts)?;
        let hierarchy = order(&mut facts, &roles)?;
        let constraints = Constraints::resolve(&mut facts, &roles, &hierarchy)?;
        let superadmin = roles.place_named(SUPERADMIN).filter(|&role| facts.roles[role].is_system);

        let mut grants = resolve_grants(&mut facts, &permissions)?;
        if let Some(role) = superadmin {
            grants[role] = (0..facts.permissions.len()).collect();
        }
        let holders = holders(&grants, facts.permissions.len());
        let own = grants.into_iter().map(|grants| set_of(facts.permissions.len(), grants)).collect();
        let held = hierarchy.gather(own);
        Ok(Self {
            revision: facts.revision,
            facts: facts.into(),
            roles: roles.into(),
            permissions: permissions.into(),
            superadmin,
            hierarchy: hierarchy.into(),
            held: held.into(),
            holders: holders.into(),
            constraints: constraints.into(),
        })
    }

    /// The same policy at a later revision, one that changed subjects only. Costs next to nothing, as does
    /// any clone.
    #[must_use]
    pub fn at_revision(&self, revision: u64) -> Self {
        Self { revision, ..self.clone() }
    }

    /// The facts it was built from: `roles`, `permissions` and `constraints` ordered by name, and so are
    /// each role's `grants` and `inherits_from` and each constraint's `roles`, without repetitions. Their revision is the one at which
    /// roles or permissions last changed.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Its revision.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A role by id.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&RoleFacts> {
        self.role_place(id).map(|role| &self.facts.roles[role])
    }

    /// A role by name, without regard to case.
    #[must_use]
    pub fn role_named(&self, name: &str) -> Option<&RoleFacts> {
        self.roles.place_named(&name.to_ascii_lowercase()).map(|role| &self.facts.roles[role])
    }

    /// A permission by id.
    #[must_use]
    pub fn permission(&self, id: PermissionId) -> Option<&PermissionFacts> {
        self.permission_place(id).map(|permission| &self.facts.permissions[permission])
    }

    /// A permission by name, compared exactly.
    #[must_use]
    pub fn permission_named(&self, name: &str) -> Option<&PermissionFacts> {
        self.permission_place_named(name).map(|permission| &self.facts.permissions[permission])
    }

    /// A separation-of-duty constraint by id.
    #[must_use]
    pub fn constraint(&self, id: ConstraintId) -> Option<&Constraint> {
        self.facts.constraints.iter().find(|known| known.id == id)
    }

    /// The built-in role that holds every permission by rule, when the policy has it.
    #[must_use]
    pub fn superadmin(&self) -> Option<RoleId> {
        self.superadmin.map(|role| self.role_id(role))
    }

    /// A shortest way from a role down to one that it inherits from, both included.
    pub(crate) fn way_down(&self, senior: RoleId, junior: RoleId) -> Option<Vec<RoleId>> {
        let way = self.hierarchy.way_down(self.role_place(senior)?, self.role_place(junior)?)?;
        Some(way.into_iter().map(|role| self.role_id(role)).collect())
    }

    /// Does the role hold the permission, by itself or by inheritance?
    pub(crate) fn holds(&self, role: usize, permission: usize) -> bool {
        self.held[role].contains(permission)
    }

    /// What a role holds, inherited or not.
    pub(crate) fn held(&self, role: usize) -> &FixedBitSet {
        &self.held[role]
    }

    /// Roles that hold a permission themselves, by name; `superadmin` is always among them.
    pub(crate) fn holders(&self, permission: usize) -> &[usize] {
        &self.holders[permission]
    }

    pub(crate) fn requires_activation(&self, role: usize) -> bool {
        self.facts.roles[role].requires_activation
    }

    pub(crate) fn role_place(&self, id: RoleId) -> Option<usize> {
        self.roles.place(id)
    }

    pub(crate) fn role_id(&self, role: usize) -> RoleId {
        self.facts.roles[role].id
    }

    pub(crate) fn role_count(&self) -> usize {
        self.facts.roles.len()
    }

    pub(crate) fn permission_place(&self, id: PermissionId) -> Option<usize> {
        self.permissions.place(id)
    }

    pub(crate) fn permission_place_named(&self, name: &str) -> Option<usize> {
        self.permissions.place_named(name)
    }

    pub(crate) fn permission_count(&self) -> usize {
        self.facts.permissions.len()
    }
}

fn index_roles(facts: &Facts) -> Result<Index<RoleId>, PolicyError> {
    Index::new(facts.roles.iter().map(|role| (role.id, role.name.key().into())))
        .map_err(|place| PolicyError::DuplicateRole(facts.roles[place].name.to_string()))
}

fn index_permissions(facts: &Facts) -> Result<Index<PermissionId>, PolicyError> {
    Index::new(facts.permissions.iter().map(|permission| (permission.id, permission.name.as_str().into())))
        .map_err(|place| PolicyError::DuplicatePermission(facts.permissions[place].name.to_string()))
}

/// Makes the hierarchy, and brings each role's inheritance into the order of names.
fn order(facts: &mut Facts, roles: &Index<RoleId>) -> Result<Hierarchy, PolicyError> {
    let ids: Vec<RoleId> = facts.roles.iter().map(|role| role.id).collect();
    let mut juniors = Vec::with_capacity(ids.len());
    for role in &mut facts.roles {
        let unknown = |inherits_from| PolicyError::UnknownRole { role: role.name.to_string(), inherits_from };
        let places = places(&role.inherits_from, roles).map_err(unknown)?;
        role.inherits_from = places.iter().map(|&place| ids[place]).collect();
        juniors.push(places);
    }
    Hierarchy::new(juniors).map_err(|cycle| PolicyError::Cycle(cycle.into_iter().map(|place| ids[place]).collect()))
}

/// Each role's own grants as places, and in `facts` in the order of names.
fn resolve_grants(facts: &mut Facts, permissions: &Index<PermissionId>) -> Result<Vec<Vec<usize>>, PolicyError> {
    let mut grants = Vec::with_capacity(facts.roles.len());
    for role in &mut facts.roles {
        let unknown = |permission| PolicyError::UnknownPermission { role: role.name.to_string(), permission };
        let places = places(&role.grants, permissions).map_err(unknown)?;
        role.grants = places.iter().map(|&place| facts.permissions[place].id).collect();
        grants.push(places);
    }
    Ok(grants)
}

/// Places of ids, in order and each once, or the first id that is unknown.
pub(crate) fn places<Id: Copy + Eq + std::hash::Hash>(ids: &[Id], index: &Index<Id>) -> Result<Vec<usize>, Id> {
    let mut places = ids.iter().map(|&id| index.place(id).ok_or(id)).collect::<Result<Vec<_>, _>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Grants of roles turned round: per permission, the roles that hold it themselves.
fn holders(grants: &[Vec<usize>], permissions: usize) -> Vec<Vec<usize>> {
    let mut holders = vec![Vec::new(); permissions];
    for (role, grants) in grants.iter().enumerate() {
        for &permission in grants {
            holders[permission].push(role);
        }
    }
    holders
}

#[cfg(test)]
mod tests;
