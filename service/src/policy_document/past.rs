//! A policy as it was: the current one with its latest changes undone.

use crate::revisions::{ConstraintChange, ConstraintState, Difference, RoleChange, RoleState, Undo};
use engine::{
    ConstraintId, ConstraintKind, PermissionId, PermissionName, PermissionPattern, Policy, RoleFacts, RoleId, RoleName,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

/// What was recorded does not lead to the policy: some of its changes were made by an earlier release, which records none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap;

/// A policy as it was. It holds what differs from the current one, and takes time in proportion to that.
#[derive(Debug)]
pub(crate) struct Past {
    policy: Arc<Policy>,
    /// Objects by id, as they were; `None` for those that did not exist.
    pub(super) roles: FxHashMap<RoleId, Option<PastRole>>,
    pub(super) permissions: FxHashMap<PermissionId, Option<PermissionName>>,
    pub(super) constraints: FxHashMap<ConstraintId, Option<PastConstraint>>,
    pub(super) descriptions: PastDescriptions,
}

/// Descriptions that differ or may differ, as they were.
#[derive(Debug, Default)]
pub(super) struct PastDescriptions {
    pub(super) permissions: FxHashMap<PermissionId, Option<String>>,
    pub(super) roles: FxHashMap<RoleId, Option<String>>,
    pub(super) constraints: FxHashMap<ConstraintId, Option<String>>,
}

/// A role as it was.
#[derive(Clone, Debug)]
pub(super) struct PastRole {
    pub(super) name: RoleName,
    pub(super) is_default: bool,
    pub(super) requires_activation: bool,
    pub(super) grants: FxHashSet<PermissionId>,
    pub(super) patterns: FxHashSet<PermissionPattern>,
    pub(super) inherits_from: FxHashSet<RoleId>,
}

/// A constraint as it was.
#[derive(Clone, Debug)]
pub(super) struct PastConstraint {
    pub(super) name: String,
    pub(super) kind: ConstraintKind,
    pub(super) limit: usize,
    pub(super) roles: FxHashSet<RoleId>,
    pub(super) permissions: FxHashSet<PermissionId>,
}

impl Past {
    /// The policy as it is.
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        Self {
            policy,
            roles: FxHashMap::default(),
            permissions: FxHashMap::default(),
            constraints: FxHashMap::default(),
            descriptions: PastDescriptions::default(),
        }
    }

    /// Revision of the policy that it was made from.
    pub(crate) fn base_revision(&self) -> u64 {
        self.policy.revision()
    }

    /// Undoes the change of one object.
    ///
    /// # Errors
    /// [`Gap`] when the change does not lead to what the object is without it.
    pub(crate) fn undo(&mut self, undo: Undo) -> Result<(), Gap> {
        match undo {
            Undo::PermissionCreated(id) => self.remove_permission(PermissionId::new(id)),
            Undo::PermissionDeleted { id, name, description } => {
                let id = PermissionId::new(id);
                require(self.permission(id).is_none())?;
                self.permissions.insert(id, Some(PermissionName::parse(&name).map_err(|_| Gap)?));
                self.descriptions.permissions.insert(id, description);
                Ok(())
            }
            Undo::PermissionDescribed { id, description } => {
                let id = PermissionId::new(id);
                let name = self.permission(id).cloned().ok_or(Gap)?;
                self.permissions.insert(id, Some(name));
                self.descriptions.permissions.insert(id, description);
                Ok(())
            }
            Undo::RoleCreated(id) => {
                let id = RoleId::new(id);
                self.role(id)?;
                self.roles.insert(id, None);
                self.descriptions.roles.remove(&id);
                Ok(())
            }
            Undo::RoleDeleted(role) => self.restore_role(role),
            Undo::RoleChanged(change) => self.change_role(change),
            Undo::ConstraintCreated(id) => {
                let id = ConstraintId::new(id);
                self.constraint(id)?;
                self.constraints.insert(id, None);
                self.descriptions.constraints.remove(&id);
                Ok(())
            }
            Undo::ConstraintDeleted(constraint) => self.restore_constraint(constraint),
            Undo::ConstraintChanged(change) => self.change_constraint(change),
        }
    }

    fn permission(&self, id: PermissionId) -> Option<&PermissionName> {
        match self.permissions.get(&id) {
            Some(past) => past.as_ref(),
            None => self.policy.permission(id).map(|known| &known.name),
        }
    }

    fn remove_permission(&mut self, id: PermissionId) -> Result<(), Gap> {
        require(self.permission(id).is_some())?;
        self.permissions.insert(id, None);
        self.descriptions.permissions.remove(&id);
        Ok(())
    }

    /// A role that existed.
    fn role(&mut self, id: RoleId) -> Result<&mut PastRole, Gap> {
        let policy = &self.policy;
        let role = self.roles.entry(id).or_insert_with(|| policy.role_facts(id).map(PastRole::from));
        role.as_mut().ok_or(Gap)
    }

    fn restore_role(&mut self, role: RoleState) -> Result<(), Gap> {
        let RoleState { id, name, description, is_default, requires_activation, grants, patterns, inherits_from } =
            role;
        let id = RoleId::new(id);
        require(self.role(id).is_err())?;
        let patterns = patterns.iter().map(|text| PermissionPattern::parse(text).map_err(|_| Gap));
        let role = PastRole {
            name: RoleName::parse(&name).map_err(|_| Gap)?,
            is_default,
            requires_activation,
            grants: ids(grants),
            patterns: patterns.collect::<Result<_, Gap>>()?,
            inherits_from: ids(inherits_from),
        };
        self.roles.insert(id, Some(role));
        self.descriptions.roles.insert(id, description);
        Ok(())
    }

    fn change_role(&mut self, change: RoleChange) -> Result<(), Gap> {
        let RoleChange { id, name, description, is_default, requires_activation, grants, patterns, inherits_from } =
            change;
        let id = RoleId::new(id);
        let role = self.role(id)?;
        if let Some(name) = name {
            role.name = RoleName::parse(&name).map_err(|_| Gap)?;
        }
        role.is_default = is_default.unwrap_or(role.is_default);
        role.requires_activation = requires_activation.unwrap_or(role.requires_activation);
        take_back(&mut role.grants, grants, |id| Ok(PermissionId::new(id)))?;
        take_back(&mut role.patterns, patterns, |text| PermissionPattern::parse(&text).map_err(|_| Gap))?;
        take_back(&mut role.inherits_from, inherits_from, |id| Ok(RoleId::new(id)))?;
        if let Some(description) = description {
            self.descriptions.roles.insert(id, description);
        }
        Ok(())
    }

    /// A constraint that existed.
    fn constraint(&mut self, id: ConstraintId) -> Result<&mut PastConstraint, Gap> {
        let policy = &self.policy;
        let constraint = self.constraints.entry(id).or_insert_with(|| policy.constraint(id).map(PastConstraint::from));
        constraint.as_mut().ok_or(Gap)
    }

    fn restore_constraint(&mut self, constraint: ConstraintState) -> Result<(), Gap> {
        let ConstraintState { id, name, description, is_dynamic, limit, roles, permissions } = constraint;
        let id = ConstraintId::new(id);
        require(self.constraint(id).is_err())?;
        let constraint =
            PastConstraint { name, kind: kind(is_dynamic), limit, roles: ids(roles), permissions: ids(permissions) };
        self.constraints.insert(id, Some(constraint));
        self.descriptions.constraints.insert(id, description);
        Ok(())
    }

    fn change_constraint(&mut self, change: ConstraintChange) -> Result<(), Gap> {
        let ConstraintChange { id, name, description, is_dynamic, limit, roles, permissions } = change;
        let id = ConstraintId::new(id);
        let constraint = self.constraint(id)?;
        if let Some(name) = name {
            constraint.name = name;
        }
        constraint.kind = is_dynamic.map_or(constraint.kind, kind);
        constraint.limit = limit.unwrap_or(constraint.limit);
        take_back(&mut constraint.roles, roles, |id| Ok(RoleId::new(id)))?;
        take_back(&mut constraint.permissions, permissions, |id| Ok(PermissionId::new(id)))?;
        if let Some(description) = description {
            self.descriptions.constraints.insert(id, description);
        }
        Ok(())
    }
}

impl From<RoleFacts> for PastRole {
    fn from(facts: RoleFacts) -> Self {
        Self {
            name: facts.name,
            is_default: facts.is_default,
            requires_activation: facts.requires_activation,
            grants: facts.grants.into_iter().collect(),
            patterns: facts.patterns.into_iter().collect(),
            inherits_from: facts.inherits_from.into_iter().collect(),
        }
    }
}

impl From<&engine::Constraint> for PastConstraint {
    fn from(known: &engine::Constraint) -> Self {
        Self {
            name: known.name.clone(),
            kind: known.kind,
            limit: known.limit,
            roles: known.roles.iter().copied().collect(),
            permissions: known.permissions.iter().copied().collect(),
        }
    }
}

fn require(is_met: bool) -> Result<(), Gap> {
    is_met.then_some(()).ok_or(Gap)
}

fn kind(is_dynamic: bool) -> ConstraintKind {
    if is_dynamic { ConstraintKind::Dynamic } else { ConstraintKind::Static }
}

fn ids<Id: From<Uuid> + Eq + Hash>(uuids: Vec<Uuid>) -> FxHashSet<Id> {
    uuids.into_iter().map(Id::from).collect()
}

/// Undoes the change of a set, which must be the one after the change.
fn take_back<T: Eq + Hash, U>(
    set: &mut FxHashSet<T>,
    change: Difference<U>,
    read: impl Fn(U) -> Result<T, Gap>,
) -> Result<(), Gap> {
    let Difference { added, removed } = change;
    for item in added {
        require(set.remove(&read(item)?))?;
    }
    for item in removed {
        require(set.insert(read(item)?))?;
    }
    Ok(())
}
