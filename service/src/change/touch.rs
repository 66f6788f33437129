//! What a change declares about itself: the objects it touched, and the arguments at fault for its effects.

use super::Change;
use crate::decisions::ChangedObject;
use engine::{ConstraintId, PermissionId, RoleId, UserId};
use rustc_hash::FxHashMap;

/// The arguments at fault when the change violates separation of duty.
#[derive(Debug, Default)]
pub(super) struct SeparationPaths {
    pub(super) default: Vec<String>,
    pub(super) by_user: FxHashMap<UserId, Vec<String>>,
}

impl Change<'_> {
    /// Marks a role whose attributes, grants or inheritance changed: its version, revision and time of change are
    /// updated before the commit, and every replica reads it again. When a role is deleted, its seniors are to be
    /// touched as well, and not the users assigned to it: a role that the policy does not have grants nothing.
    pub(crate) fn touch_role(&mut self, role: RoleId) {
        self.touched.insert(ChangedObject::Role(role));
    }

    /// Marks a user whose status, assignments or direct grants changed.
    pub(crate) fn touch_user(&mut self, user: UserId) {
        self.touched.insert(ChangedObject::User(user));
    }

    /// Marks a permission that was created, changed or deleted. When it is deleted, the roles that held it
    /// are to be touched as well: replicas read again only what is touched.
    pub(crate) fn touch_permission(&mut self, permission: PermissionId) {
        self.touched.insert(ChangedObject::Permission(permission));
    }

    /// Marks a constraint that was created, changed or deleted.
    pub(crate) fn touch_constraint(&mut self, constraint: ConstraintId) {
        self.touched.insert(ChangedObject::Constraint(constraint));
    }

    /// Keeps the description of a role, permission or constraint from before the change, which describes or deletes it. The
    /// policy in memory has no descriptions, and a revision goes back to them.
    pub(crate) fn keep_description(&mut self, object: ChangedObject, before: Option<String>) {
        self.descriptions.insert(object, before);
    }

    /// The objects that were marked.
    pub(crate) fn touched(&self) -> Vec<ChangedObject> {
        self.touched.iter().copied().collect()
    }

    /// Sets the argument at fault when the change violates separation of duty.
    pub(crate) fn set_separation_path(&mut self, path: &[&str]) {
        self.separation_paths.default = path.iter().map(|&part| part.to_owned()).collect();
    }

    /// Sets the argument at fault when the change violates separation of duty for this user.
    pub(crate) fn set_separation_path_of(&mut self, user: UserId, path: Vec<String>) {
        self.separation_paths.by_user.insert(user, path);
    }
}
