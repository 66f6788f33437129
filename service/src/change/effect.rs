//! What a change does, in terms of the engine: the objects after it. The policy after a change, a preview and an impact are
//! made from it, without reading what was written.

use super::Change;
use crate::decisions::ChangedObject;
use crate::impact::SubjectChange;
use chrono::{DateTime, Utc};
use engine::{
    AccountStatus, Constraint, ConstraintId, Facts, PermanentHolders, PermissionFacts, PermissionId, PolicyChanges,
    RoleFacts, RoleId, Subject, UserId, Validity,
};
use rustc_hash::FxHashMap;

/// The objects that a change creates, alters or deletes (`None`), as they are after it.
#[derive(Debug, Default)]
pub(super) struct Effect {
    roles: FxHashMap<RoleId, Option<RoleFacts>>,
    permissions: FxHashMap<PermissionId, Option<PermissionFacts>>,
    constraints: FxHashMap<ConstraintId, Option<Constraint>>,
    users: FxHashMap<UserId, SubjectChange>,
    ended_sessions: usize,
}

impl Effect {
    /// Whether it describes all that was touched.
    pub(super) fn describes(&self, touched: &[ChangedObject]) -> bool {
        touched.iter().all(|touched| match touched {
            ChangedObject::User(user) => self.users.contains_key(user),
            ChangedObject::Role(role) => self.roles.contains_key(role),
            ChangedObject::Permission(permission) => self.permissions.contains_key(permission),
            ChangedObject::Constraint(constraint) => self.constraints.contains_key(constraint),
            ChangedObject::Everything => false,
        })
    }

    /// The changes of the policy, at the revision that they make.
    pub(super) fn changes(&self, revision: u64) -> PolicyChanges {
        let at_revision = |role: &RoleFacts| RoleFacts { revision, ..role.clone() };
        PolicyChanges {
            changed: Facts {
                revision,
                roles: self.roles.values().flatten().map(at_revision).collect(),
                permissions: self.permissions.values().flatten().cloned().collect(),
                constraints: self.constraints.values().flatten().cloned().collect(),
            },
            deleted_roles: deleted(&self.roles),
            deleted_permissions: deleted(&self.permissions),
            deleted_constraints: deleted(&self.constraints),
        }
    }

    /// Sessions that were ended already.
    pub(super) fn ended_sessions(&self) -> u64 {
        self.ended_sessions as u64
    }

    /// The roles that change.
    pub(super) fn roles(&self) -> Vec<RoleId> {
        self.roles.keys().copied().collect()
    }

    /// The permissions that are created or deleted.
    pub(super) fn permissions(&self) -> Vec<PermissionId> {
        self.permissions.keys().copied().collect()
    }

    /// The users that change.
    pub(super) fn users(&self) -> Vec<&SubjectChange> {
        self.users.values().collect()
    }

    /// The users after the change, oldest first.
    pub(super) fn subjects(&self) -> Vec<&Subject> {
        let mut subjects: Vec<&Subject> = self.users.values().map(|user| &user.after).collect();
        subjects.sort_unstable_by_key(|subject| subject.user);
        subjects
    }

    /// A user after the change, if the user changes.
    pub(super) fn subject(&self, user: UserId) -> Option<&Subject> {
        self.users.get(&user).map(|user| &user.after)
    }

    /// Adds what these users hold permanently after the change, as far as they are active.
    pub(super) fn add_permanent(&self, holders: &mut PermanentHolders, now: DateTime<Utc>) {
        let is_permanent = |validity: Validity| validity.until.is_none() && validity.is_valid_at(now);
        let users = self.users.values().map(|user| &user.after);
        for subject in users.filter(|user| user.status == AccountStatus::Active) {
            let roles = subject.assignments.iter().filter(|assigned| is_permanent(assigned.validity));
            holders.roles.extend(roles.map(|assigned| assigned.role));
            let grants = subject.grants.iter().filter(|grant| is_permanent(grant.validity));
            holders.permissions.extend(grants.map(|grant| grant.permission));
        }
    }
}

fn deleted<Id: Copy, T>(objects: &FxHashMap<Id, Option<T>>) -> Vec<Id> {
    objects.iter().filter(|(_, object)| object.is_none()).map(|(id, _)| *id).collect()
}

impl Change<'_> {
    /// The facts of a role as of now in the change: of a role of the policy, or of one that it set.
    pub(crate) fn role_facts(&self, role: RoleId) -> Option<RoleFacts> {
        match self.effect.roles.get(&role) {
            Some(set) => set.clone(),
            None => self.policy.role_facts(role),
        }
    }

    /// Declares a new role, or a role whose attributes, grants, patterns or inheritance changed. Its version, revision and time of
    /// change are updated before the commit, and every replica reads it again.
    pub(crate) fn set_role(&mut self, role: RoleFacts) {
        self.touch_role(role.id);
        self.effect.roles.insert(role.id, Some(role));
    }

    /// Alters the facts of a known role, as [`set_role`](Self::set_role).
    pub(crate) fn alter_role(&mut self, role: RoleId, alter: impl FnOnce(&mut RoleFacts)) {
        if let Some(mut facts) = self.role_facts(role) {
            alter(&mut facts);
            self.set_role(facts);
        }
    }

    /// Declares that a role is deleted: it leaves its seniors and constraints.
    pub(crate) fn remove_role(&mut self, role: RoleId) {
        let policy = self.policy.clone();
        for senior in policy.inherited_by(role) {
            self.alter_role(senior, |senior| senior.inherits_from.retain(|&junior| junior != role));
        }
        for constraint in policy.constraints_of(role) {
            self.alter_constraint(constraint, |constraint| constraint.roles.retain(|&constrained| constrained != role));
        }
        self.touch_role(role);
        self.effect.roles.insert(role, None);
    }

    /// Declares a new permission.
    pub(crate) fn set_permission(&mut self, permission: PermissionFacts) {
        self.touch_permission(permission.id);
        self.effect.permissions.insert(permission.id, Some(permission));
    }

    /// Declares that a permission is deleted: it leaves the roles that it was granted to and its constraints.
    pub(crate) fn remove_permission(&mut self, permission: PermissionId) {
        let policy = self.policy.clone();
        for role in policy.roles_with_grant(permission) {
            self.alter_role(role, |role| role.grants.retain(|&granted| granted != permission));
        }
        for constraint in policy.constraints_of_permission(permission) {
            self.alter_constraint(constraint, |constraint| {
                constraint.permissions.retain(|&constrained| constrained != permission);
            });
        }
        self.touch_permission(permission);
        self.effect.permissions.insert(permission, None);
    }

    /// Declares a new or changed constraint.
    pub(crate) fn set_constraint(&mut self, constraint: Constraint) {
        self.touch_constraint(constraint.id);
        self.effect.constraints.insert(constraint.id, Some(constraint));
    }

    /// Alters a constraint of the policy as it is in the change. One that the change has deleted stays deleted.
    fn alter_constraint(&mut self, known: &Constraint, alter: impl FnOnce(&mut Constraint)) {
        let current = self.effect.constraints.get(&known.id).cloned().unwrap_or_else(|| Some(known.clone()));
        if let Some(mut constraint) = current {
            alter(&mut constraint);
            self.set_constraint(constraint);
        }
    }

    /// Declares that a constraint is deleted.
    pub(crate) fn remove_constraint(&mut self, constraint: ConstraintId) {
        self.touch_constraint(constraint);
        self.effect.constraints.insert(constraint, None);
    }

    /// Declares objects as they are after the change, complete with their links, and objects that are deleted.
    pub(crate) fn declare(&mut self, changes: &PolicyChanges) {
        let PolicyChanges { changed, deleted_roles, deleted_permissions, deleted_constraints } = changes;
        changed.roles.iter().for_each(|role| self.set_role(role.clone()));
        changed.permissions.iter().for_each(|permission| self.set_permission(permission.clone()));
        changed.constraints.iter().for_each(|constraint| self.set_constraint(constraint.clone()));
        for &role in deleted_roles {
            self.touch_role(role);
            self.effect.roles.insert(role, None);
        }
        for &permission in deleted_permissions {
            self.touch_permission(permission);
            self.effect.permissions.insert(permission, None);
        }
        deleted_constraints.iter().for_each(|&constraint| self.remove_constraint(constraint));
    }

    /// Declares sessions that the change has ended: they are affected, and not among those that are live at its end.
    pub(crate) fn end_sessions(&mut self, number: usize) {
        self.effect.ended_sessions += number;
    }

    /// Declares a user whose status, assignments or direct grants changed.
    pub(crate) fn set_user(&mut self, before: Subject, after: Subject) {
        self.touch_user(after.user);
        let after = Subject { revision: self.revision, ..after };
        self.effect.users.insert(after.user, SubjectChange { before, after });
    }
}
