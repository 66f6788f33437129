//! A policy as it was in terms of ids: what is to be written.

mod identities;

use super::changes::{ObjectType, PlannedChange, deletions_first, planned as planned_change};
use super::outcome::{ChangedDescriptions, Described};
use crate::policy_document::past::{Gap, Past, PastConstraint, PastRole};
use crate::policy_document::{ConstraintState, Current, Descriptions, PermissionState, RoleState};
use crate::text::sort_key;
use engine::{
    Constraint, ConstraintId, Facts, PermissionFacts, PermissionId, PermissionName, PolicyChanges, RoleFacts, RoleId,
};
use identities::Identities;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;
use uuid::Uuid;

/// What leads back to a past policy.
pub(super) struct Restored {
    pub(super) changes: PolicyChanges,
    pub(super) descriptions: ChangedDescriptions,
}

/// Resolves what differs between a past policy and the current one.
///
/// # Errors
/// [`Gap`] when an object of the past had a link to one that did not exist.
pub(super) fn resolve(past: &Past, current: &Current<'_>, next_id: &mut dyn FnMut() -> Uuid) -> Result<Restored, Gap> {
    let policy = current.policy;
    let constraint_names: FxHashMap<String, ConstraintId> =
        policy.constraints().iter().map(|known| (sort_key(&known.name), known.id)).collect();
    let permissions = Identities::of(
        &past.permissions,
        PermissionName::as_str,
        |id| policy.permission(id).map(|known| known.is_system),
        |name| policy.permission_named(name).map(|known| known.id),
        next_id,
    );
    let roles = Identities::of(
        &past.roles,
        |role: &PastRole| role.name.as_str(),
        |id| policy.role(id).map(|known| known.is_system),
        |name| policy.role_named(name).map(|known| known.id),
        next_id,
    );
    let constraints = Identities::of(
        &past.constraints,
        |constraint: &PastConstraint| constraint.name.as_str(),
        |id| policy.constraint(id).map(|_| false),
        |name| constraint_names.get(&sort_key(name)).copied(),
        next_id,
    );
    let revision = policy.revision().saturating_add(1);
    let changes = PolicyChanges {
        changed: Facts { revision, ..Facts::default() },
        deleted_roles: roles.deleted(),
        deleted_permissions: permissions.deleted(),
        deleted_constraints: constraints.deleted(),
    };
    let descriptions = ChangedDescriptions::default();
    let mut restorer =
        Restorer { past, current, permissions, roles, constraints, restored: Restored { changes, descriptions } };
    restorer.restore_permissions()?;
    restorer.restore_roles()?;
    restorer.trim_built_in_roles();
    restorer.restore_constraints()?;
    Ok(restorer.restored)
}

struct Restorer<'a> {
    past: &'a Past,
    current: &'a Current<'a>,
    permissions: Identities<PermissionId>,
    roles: Identities<RoleId>,
    constraints: Identities<ConstraintId>,
    restored: Restored,
}

impl Restorer<'_> {
    fn restore_permissions(&mut self) -> Result<(), Gap> {
        for (id, name) in existing(&self.past.permissions, |name| name.as_str().to_owned()) {
            let present = self.permission(id)?;
            let known = self.current.policy.permission(present);
            if known.is_some_and(|known| known.is_system) {
                continue;
            }
            if known.is_none() {
                self.restored.changes.changed.permissions.push(PermissionFacts::new(present, name.clone()));
            }
            let texts = (&self.past.descriptions.permissions, &self.current.descriptions.permissions);
            self.restored.descriptions.permissions.extend(described(id, present, texts));
        }
        Ok(())
    }

    fn restore_roles(&mut self) -> Result<(), Gap> {
        for (id, role) in existing(&self.past.roles, |role| role.name.key()) {
            let present = self.role(id)?;
            if self.current.policy.superadmin() == Some(present) {
                continue;
            }
            let facts = self.role_facts(present, role)?;
            let texts = (&self.past.descriptions.roles, &self.current.descriptions.roles);
            let description = described(id, present, texts);
            let known = self.current.policy.role_facts(present);
            if description.is_some() || known.is_none_or(|known| differ(&known, &facts)) {
                self.restored.changes.changed.roles.push(facts);
            }
            self.restored.descriptions.roles.extend(description);
        }
        Ok(())
    }

    fn role_facts(&self, id: RoleId, role: &PastRole) -> Result<RoleFacts, Gap> {
        let grants = role.grants.iter().map(|&granted| self.permission(granted));
        let juniors = role.inherits_from.iter().map(|&junior| self.role(junior));
        Ok(RoleFacts {
            id,
            name: role.name.clone(),
            is_system: self.current.policy.role(id).is_some_and(|known| known.is_system),
            is_default: role.is_default,
            requires_activation: role.requires_activation,
            revision: self.restored.changes.changed.revision,
            grants: sorted(grants.collect::<Result<Vec<_>, Gap>>()?),
            patterns: sorted(role.patterns.iter().cloned()),
            inherits_from: sorted(juniors.collect::<Result<Vec<_>, Gap>>()?),
        })
    }

    /// Takes deleted objects out of built-in roles that are newer than the past and stay.
    fn trim_built_in_roles(&mut self) {
        for &id in &self.roles.kept {
            let Some(known) = self.current.policy.role_facts(id) else { continue };
            let mut facts = known.clone();
            facts.grants.retain(|granted| !self.permissions.deleted.contains(granted));
            facts.inherits_from.retain(|junior| !self.roles.deleted.contains(junior));
            if differ(&known, &facts) {
                self.restored.changes.changed.roles.push(facts);
            }
        }
    }

    fn restore_constraints(&mut self) -> Result<(), Gap> {
        let policy = self.current.policy;
        for (id, constraint) in existing(&self.past.constraints, |constraint| sort_key(&constraint.name)) {
            let present = self.constraints.present(id, |id| policy.constraint(id).is_some()).ok_or(Gap)?;
            let roles = constraint.roles.iter().map(|&role| self.role(role));
            let permissions = constraint.permissions.iter().map(|&permission| self.permission(permission));
            let facts = Constraint {
                id: present,
                name: constraint.name.clone(),
                kind: constraint.kind,
                limit: constraint.limit,
                roles: sorted(roles.collect::<Result<Vec<_>, Gap>>()?),
                permissions: sorted(permissions.collect::<Result<Vec<_>, Gap>>()?),
            };
            let texts = (&self.past.descriptions.constraints, &self.current.descriptions.constraints);
            let description = described(id, present, texts);
            let in_order = |known: &Constraint| Constraint {
                roles: sorted(known.roles.iter().copied()),
                permissions: sorted(known.permissions.iter().copied()),
                ..known.clone()
            };
            let is_same = policy.constraint(present).is_some_and(|known| in_order(known) == facts);
            if description.is_some() || !is_same {
                self.restored.changes.changed.constraints.push(facts);
            }
            self.restored.descriptions.constraints.extend(description);
        }
        Ok(())
    }

    fn permission(&self, id: PermissionId) -> Result<PermissionId, Gap> {
        self.permissions.present(id, |id| self.current.policy.permission(id).is_some()).ok_or(Gap)
    }

    fn role(&self, id: RoleId) -> Result<RoleId, Gap> {
        self.roles.present(id, |id| self.current.policy.role(id).is_some()).ok_or(Gap)
    }
}

/// The objects that existed, in the order of their names.
fn existing<Id: Copy + Ord, T>(past: &FxHashMap<Id, Option<T>>, name: impl Fn(&T) -> String) -> Vec<(Id, &T)> {
    let mut objects: Vec<(Id, &T)> = past.iter().filter_map(|(id, object)| Some((*id, object.as_ref()?))).collect();
    objects.sort_by_cached_key(|(id, object)| (name(object), *id));
    objects
}

/// The description that a past object gives to a present one, if that has another.
fn described<Id: Copy + Eq + Hash>(
    id: Id,
    present: Id,
    (past, current): (&FxHashMap<Id, Option<String>>, &FxHashMap<Id, String>),
) -> Option<Described<Id>> {
    let description = past.get(&id).cloned().unwrap_or_else(|| current.get(&id).cloned());
    (description.as_ref() != current.get(&present)).then_some(Described { id: present, description })
}

/// Whether two states of a role differ in more than their revisions.
fn differ(known: &RoleFacts, facts: &RoleFacts) -> bool {
    let attributes = |role: &RoleFacts| (role.name.clone(), role.is_default, role.requires_activation);
    attributes(known) != attributes(facts)
        || sorted(known.grants.iter().copied()) != sorted(facts.grants.iter().copied())
        || sorted(&known.patterns) != sorted(&facts.patterns)
        || sorted(known.inherits_from.iter().copied()) != sorted(facts.inherits_from.iter().copied())
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_unstable();
    items
}

/// The descriptions after some have changed.
pub(super) fn descriptions_after(before: &Descriptions, changed: &ChangedDescriptions) -> Descriptions {
    fn apply<Id: Copy + Eq + Hash>(texts: &mut FxHashMap<Id, String>, changed: &[Described<Id>]) {
        for Described { id, description } in changed {
            match description {
                Some(text) => texts.insert(*id, text.clone()),
                None => texts.remove(id),
            };
        }
    }
    let mut after = before.clone();
    apply(&mut after.permissions, &changed.permissions);
    apply(&mut after.roles, &changed.roles);
    apply(&mut after.constraints, &changed.constraints);
    after
}

/// The planned changes, from the policies before and after.
pub(super) fn planned(
    facts: &PolicyChanges,
    described: &ChangedDescriptions,
    [before, after]: [&Current<'_>; 2],
) -> Vec<PlannedChange> {
    let PolicyChanges { changed, deleted_roles, deleted_permissions, deleted_constraints } = facts;
    let constraints = changed.constraints.iter().map(|constraint| constraint.id);
    let constraints = constraints.chain(deleted_constraints.iter().copied()).filter_map(|id| {
        let states = [before, after].map(|current| ConstraintState::of(current, id));
        planned_change(ObjectType::SodConstraint, states[0].as_ref(), states[1].as_ref())
    });
    let roles = changed.roles.iter().map(|role| role.id).chain(deleted_roles.iter().copied()).filter_map(|id| {
        let states = [before, after].map(|current| RoleState::of(current, id));
        planned_change(ObjectType::Role, states[0].as_ref(), states[1].as_ref())
    });
    let permissions = changed.permissions.iter().map(|permission| permission.id);
    let described = described.permissions.iter().map(|described| described.id);
    let permissions = sorted(permissions.chain(described).chain(deleted_permissions.iter().copied()));
    let distinct: FxHashSet<PermissionId> = permissions.into_iter().collect();
    let permissions = distinct.into_iter().filter_map(|id| {
        let states = [before, after].map(|current| PermissionState::of(current, id));
        planned_change(ObjectType::Permission, states[0].as_ref(), states[1].as_ref())
    });
    let sections = [constraints.collect(), roles.collect(), permissions.collect()];
    deletions_first(sections.map(|mut section: Vec<PlannedChange>| {
        section.sort_by_cached_key(|change| (sort_key(&change.key), change.key.clone()));
        section
    }))
}
