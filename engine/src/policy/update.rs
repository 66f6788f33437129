//! A policy from another one and what differs, in proportion to what the difference reaches.

use super::{KnownRole, Policy, superadmin_of};
use crate::constraints::Constraints;
use crate::table::{ChangedSlots, Contradiction};
use crate::{ConstraintId, Facts, PermissionId, PermissionPattern, PolicyError, RoleFacts, RoleId};
use rustc_hash::FxHashSet;
use std::hash::Hash;
use std::sync::Arc;

/// How the facts of one policy differ from those of another.
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Facts, Policy, PolicyChanges, RoleFacts, RoleName};
///
/// let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// let added = Facts { revision: 2, roles: vec![clerk.clone()], ..Facts::default() };
/// let policy = Policy::build(Facts::default())?.update(PolicyChanges { changed: added, ..PolicyChanges::default() })?;
/// assert!(policy.role_named("clerk").is_some());
///
/// let removed = PolicyChanges { deleted_roles: vec![clerk.id], ..PolicyChanges::default() };
/// assert!(policy.update(removed)?.role_named("clerk").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PolicyChanges {
    /// Objects that are new or have changed, complete with their links, and the revision of the policy after the change.
    pub changed: Facts,
    /// Roles that no longer exist; unknown ones are ignored.
    pub deleted_roles: Vec<RoleId>,
    /// Permissions that no longer exist; unknown ones are ignored.
    pub deleted_permissions: Vec<PermissionId>,
    /// Constraints that no longer exist; unknown ones are ignored.
    pub deleted_constraints: Vec<ConstraintId>,
}

impl Policy {
    /// The policy after some changes: the same as one [built](Self::build) from all facts. Takes time in proportion to
    /// the changed objects with their links and to the roles that inherit from changed ones, plus, when names or
    /// constraints change, one pass over the names and the roles of constraints, and with a new pattern one over the
    /// permissions. Memory is shared with this policy.
    ///
    /// # Errors
    /// That of [`build`](Self::build), which takes a pass over all facts.
    pub fn update(&self, changes: PolicyChanges) -> Result<Self, PolicyError> {
        match self.updated(&changes) {
            Ok(updated) => Ok(updated),
            Err(Contradiction) => Self::build(changes.applied_to(self.to_facts())),
        }
    }

    fn updated(&self, changes: &PolicyChanges) -> Result<Self, Contradiction> {
        let mut policy = self.at_revision(changes.changed.revision);
        if !changes.is_empty() {
            policy.model_revision = policy.revision;
        }
        let PolicyChanges { changed, deleted_roles, deleted_permissions, .. } = changes;
        let permissions = match changed.permissions.is_empty() && deleted_permissions.is_empty() {
            true => ChangedSlots::default(),
            false => Arc::make_mut(&mut policy.permissions).update(changed.permissions.clone(), deleted_permissions)?,
        };
        if permissions.is_renamed && !self.patterns.is_empty() {
            let slots = permissions.changed.iter().chain(&permissions.deleted).copied();
            Arc::make_mut(&mut policy.patterns).update_permissions(slots, &self.permissions, &policy.permissions);
        }
        let roles = match changed.roles.is_empty() && deleted_roles.is_empty() {
            true => UpdatedRoles::default(),
            false => policy.update_roles(changes)?,
        };
        let is_granted = |&permission: &usize| !policy.grants.holders(permission).is_empty();
        if permissions.deleted.iter().any(is_granted) {
            return Err(Contradiction);
        }
        let are_held_otherwise = permissions.is_renamed || roles.grants_changed;
        let concerns_permissions = are_held_otherwise && policy.constraints.name_permissions();
        if roles.is_renamed || roles.closures_changed || concerns_permissions || changes.concern_constraints() {
            policy.update_constraints(changes)?;
        }
        Ok(policy)
    }

    /// Replaces roles with their links.
    fn update_roles(&mut self, changes: &PolicyChanges) -> Result<UpdatedRoles, Contradiction> {
        let changed = &changes.changed.roles;
        let slots = Arc::make_mut(&mut self.roles)
            .update(changed.iter().map(KnownRole::from).collect(), &changes.deleted_roles)?;
        let (mut juniors, mut granted) = (Vec::new(), Vec::new());
        for (&role, facts) in slots.changed.iter().zip(changed) {
            juniors.push((role, self.roles.resolve(&facts.inherits_from).map_err(|_| Contradiction)?));
            granted.push((role, self.permissions.resolve(&facts.grants).map_err(|_| Contradiction)?));
        }
        juniors.extend(slots.deleted.iter().map(|&role| (role, Vec::new())));
        granted.extend(slots.deleted.iter().map(|&role| (role, Vec::new())));
        juniors.retain(|(role, juniors)| !self.has_juniors(*role, juniors));
        let closures_changed = !juniors.is_empty();
        if closures_changed || !slots.deleted.is_empty() {
            let hierarchy = Arc::make_mut(&mut self.hierarchy);
            hierarchy.update(juniors)?;
            slots.deleted.iter().try_for_each(|&role| hierarchy.remove(role))?;
        }
        granted.retain(|(role, granted)| self.grants.of_role(*role) != granted);
        let mut grants_changed = !granted.is_empty();
        if grants_changed {
            Arc::make_mut(&mut self.grants).update(granted, self.roles.slots());
        }
        grants_changed |= self.update_patterns(&slots, changed);
        self.superadmin = superadmin_of(&self.roles);
        Ok(UpdatedRoles { is_renamed: slots.is_renamed, closures_changed, grants_changed })
    }

    /// Replaces the patterns of roles. Returns whether any differ.
    fn update_patterns(&mut self, slots: &ChangedSlots, changed: &[RoleFacts]) -> bool {
        let changed = slots.changed.iter().zip(changed).map(|(&role, facts)| (role, &*facts.patterns));
        let deleted = slots.deleted.iter().map(|&role| (role, Default::default()));
        let concerned = changed.chain(deleted);
        let concerned =
            concerned.filter(|(role, patterns)| !patterns.is_empty() || self.patterns.of_role(*role).next().is_some());
        let concerned: Vec<(usize, &[PermissionPattern])> = concerned.collect();
        if !concerned.is_empty() {
            Arc::make_mut(&mut self.patterns).update(&concerned, self.roles.slots(), &self.permissions);
        }
        !concerned.is_empty()
    }

    /// Whether a role is in the hierarchy with these immediate juniors.
    fn has_juniors(&self, role: usize, juniors: &[u32]) -> bool {
        self.hierarchy.includes(role, role)
            && self.hierarchy.juniors(role).eq(juniors.iter().map(|&role| role as usize))
    }

    /// Resolves the constraints again.
    fn update_constraints(&mut self, changes: &PolicyChanges) -> Result<(), Contradiction> {
        if self.constraints().is_empty() && changes.changed.constraints.is_empty() {
            return Ok(());
        }
        let mut constraints = self.constraints().to_vec();
        let changed = changes.changed.constraints.clone();
        replace(&mut constraints, changed, &changes.deleted_constraints, |constraint| constraint.id);
        let resolved = Constraints::resolve(constraints, self);
        self.constraints = resolved.map_err(|_| Contradiction)?.into();
        Ok(())
    }
}

/// How an update of roles concerns constraints.
#[derive(Default)]
struct UpdatedRoles {
    is_renamed: bool,
    closures_changed: bool,
    grants_changed: bool,
}

impl PolicyChanges {
    /// Whether nothing but the revision differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Facts { roles, permissions, constraints, .. } = &self.changed;
        roles.is_empty()
            && permissions.is_empty()
            && constraints.is_empty()
            && self.deleted_roles.is_empty()
            && self.deleted_permissions.is_empty()
            && self.deleted_constraints.is_empty()
    }

    fn concern_constraints(&self) -> bool {
        !self.changed.constraints.is_empty() || !self.deleted_constraints.is_empty()
    }

    /// The facts after the changes.
    fn applied_to(self, mut facts: Facts) -> Facts {
        let Facts { revision, roles, permissions, constraints } = self.changed;
        replace(&mut facts.roles, roles, &self.deleted_roles, |role| role.id);
        replace(&mut facts.permissions, permissions, &self.deleted_permissions, |permission| permission.id);
        replace(&mut facts.constraints, constraints, &self.deleted_constraints, |constraint| constraint.id);
        Facts { revision, ..facts }
    }
}

fn replace<T, Id: Copy + Eq + Hash>(known: &mut Vec<T>, changed: Vec<T>, deleted: &[Id], id: impl Fn(&T) -> Id) {
    let gone: FxHashSet<Id> = changed.iter().map(&id).chain(deleted.iter().copied()).collect();
    known.retain(|known| !gone.contains(&id(known)));
    known.extend(changed);
}
