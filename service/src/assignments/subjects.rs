//! Subjects with other assignments and direct grants, as a change leaves them.

use super::Terms;
use super::store::AssignmentInsert;
use chrono::{DateTime, Utc};
use engine::{Assignment, DirectGrant, PermissionId, RoleId, Subject, Validity};

impl Terms {
    /// The period of the terms.
    pub(crate) fn validity(&self) -> Validity {
        Validity { from: self.valid_from, until: self.expires_at }
    }
}

/// The subject with a new assignment.
pub(crate) fn assign(subject: &mut Subject, new: &AssignmentInsert, now: DateTime<Utc>) {
    let validity = new.terms.validity();
    subject.assignments.push(Assignment { id: new.id, role: new.role, assigned_at: now, validity });
}

/// The subject with other terms of an assignment.
pub(super) fn reassign(subject: &mut Subject, role: RoleId, terms: &Terms) {
    for assigned in subject.assignments.iter_mut().filter(|assigned| assigned.role == role) {
        assigned.validity = terms.validity();
    }
}

/// The subject without some roles.
pub(super) fn unassign(subject: &mut Subject, roles: &[RoleId]) {
    subject.assignments.retain(|assigned| !roles.contains(&assigned.role));
}

/// The subject with a direct grant, on these terms in any case.
pub(super) fn grant(subject: &mut Subject, permission: PermissionId, terms: &Terms) {
    revoke(subject, &[permission]);
    subject.grants.push(DirectGrant { permission, validity: terms.validity() });
}

/// The subject without some direct grants.
pub(super) fn revoke(subject: &mut Subject, permissions: &[PermissionId]) {
    subject.grants.retain(|grant| !permissions.contains(&grant.permission));
}
