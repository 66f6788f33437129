//! What undoes a change, from the policies before and after it.

use super::record::DescriptionsBefore;
use super::undo::{ConstraintChange, ConstraintState, Difference, RoleChange, RoleState, Undo};
use crate::decisions::ChangedObject;
use engine::{Constraint, ConstraintId, ConstraintKind, PermissionId, PermissionPattern, Policy, RoleId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The policies around a change.
pub(super) struct Around<'a> {
    pub(super) before: &'a Policy,
    pub(super) after: &'a Policy,
    pub(super) descriptions: &'a DescriptionsBefore,
}

impl Around<'_> {
    /// What undoes the change of an object; `None` when nothing of it differs.
    pub(super) fn undo(&self, object: ChangedObject) -> Option<Undo> {
        match object {
            ChangedObject::Role(role) => self.role(role),
            ChangedObject::Permission(permission) => self.permission(permission),
            ChangedObject::Constraint(constraint) => self.constraint(constraint),
            ChangedObject::User(_) | ChangedObject::Everything => None,
        }
    }

    /// The description before the change; `None` when the change leaves it.
    fn described(&self, object: ChangedObject) -> Option<Option<String>> {
        self.descriptions.get(&object).cloned()
    }

    fn permission(&self, id: PermissionId) -> Option<Undo> {
        let description = self.described(ChangedObject::Permission(id));
        match (self.before.permission(id), self.after.permission(id)) {
            (None, Some(_)) => Some(Undo::PermissionCreated(id.uuid())),
            (Some(known), None) => Some(Undo::PermissionDeleted {
                id: id.uuid(),
                name: known.name.to_string(),
                description: description.flatten(),
            }),
            (Some(_), Some(_)) => {
                description.map(|description| Undo::PermissionDescribed { id: id.uuid(), description })
            }
            (None, None) => None,
        }
    }

    fn role(&self, id: RoleId) -> Option<Undo> {
        if self.before.role(id).is_none() {
            return self.after.role(id).map(|_| Undo::RoleCreated(id.uuid()));
        }
        let before = self.before.role_facts(id)?;
        let description = self.described(ChangedObject::Role(id));
        let Some(after) = self.after.role_facts(id) else {
            return Some(Undo::RoleDeleted(RoleState {
                id: id.uuid(),
                name: before.name.to_string(),
                description: description.flatten(),
                is_default: before.is_default,
                requires_activation: before.requires_activation,
                grants: uuids(&before.grants, PermissionId::uuid),
                patterns: texts(&before.patterns),
                inherits_from: uuids(&before.inherits_from, RoleId::uuid),
            }));
        };
        let change = RoleChange {
            id: id.uuid(),
            name: former(before.name.as_str(), after.name.as_str()).map(str::to_owned),
            description,
            is_default: former(before.is_default, after.is_default),
            requires_activation: former(before.requires_activation, after.requires_activation),
            grants: between(uuids(&before.grants, PermissionId::uuid), uuids(&after.grants, PermissionId::uuid)),
            patterns: between(texts(&before.patterns), texts(&after.patterns)),
            inherits_from: between(
                uuids(&before.inherits_from, RoleId::uuid),
                uuids(&after.inherits_from, RoleId::uuid),
            ),
        };
        (change != RoleChange { id: id.uuid(), ..RoleChange::default() }).then_some(Undo::RoleChanged(change))
    }

    fn constraint(&self, id: ConstraintId) -> Option<Undo> {
        let description = self.described(ChangedObject::Constraint(id));
        let (before, after) = match (self.before.constraint(id), self.after.constraint(id)) {
            (None, None) => return None,
            (None, Some(_)) => return Some(Undo::ConstraintCreated(id.uuid())),
            (Some(before), None) => {
                return Some(Undo::ConstraintDeleted(ConstraintState {
                    id: id.uuid(),
                    name: before.name.clone(),
                    description: description.flatten(),
                    is_dynamic: is_dynamic(before),
                    limit: before.limit,
                    roles: uuids(&before.roles, RoleId::uuid),
                    permissions: uuids(&before.permissions, PermissionId::uuid),
                }));
            }
            (Some(before), Some(after)) => (before, after),
        };
        let change = ConstraintChange {
            id: id.uuid(),
            name: former(before.name.as_str(), after.name.as_str()).map(str::to_owned),
            description,
            is_dynamic: former(is_dynamic(before), is_dynamic(after)),
            limit: former(before.limit, after.limit),
            roles: between(uuids(&before.roles, RoleId::uuid), uuids(&after.roles, RoleId::uuid)),
            permissions: between(
                uuids(&before.permissions, PermissionId::uuid),
                uuids(&after.permissions, PermissionId::uuid),
            ),
        };
        let same = ConstraintChange { id: id.uuid(), ..ConstraintChange::default() };
        (change != same).then_some(Undo::ConstraintChanged(change))
    }
}

/// A value that the change replaced.
fn former<T: Copy + PartialEq>(before: T, after: T) -> Option<T> {
    (before != after).then_some(before)
}

fn is_dynamic(constraint: &Constraint) -> bool {
    constraint.kind == ConstraintKind::Dynamic
}

fn uuids<Id: Copy>(ids: &[Id], uuid: impl Fn(Id) -> Uuid) -> Vec<Uuid> {
    ids.iter().map(|&id| uuid(id)).collect()
}

fn texts(patterns: &[PermissionPattern]) -> Vec<String> {
    patterns.iter().map(ToString::to_string).collect()
}

fn between<T: Ord + Clone>(before: Vec<T>, after: Vec<T>) -> Difference<T> {
    let [before, after] = [before, after].map(BTreeSet::from_iter);
    Difference {
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
    }
}
