//! Separation of duty within a document: the rows that violate a constraint. Conflicts of users whom the document does
//! not name, and of sessions, are found when the change is written.

use super::{MAX_NAME_IN_MESSAGE, Place, Planner, Problem};
use crate::text::excerpt;
use engine::{
    Assignment, AssignmentId, Conflict, ConstraintKind, DirectGrant, Facts, Inheritance, PermissionId, Policy,
    PolicyChanges, PolicyError, RoleFacts, RoleId, Subject, UserId, Validity, ValidityState,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::mem;
use uuid::Uuid;

/// Most rows about roles that are rejected at once: each takes some updates of the policy.
const MAX_ROLE_VIOLATIONS: usize = 20;

/// What constraints depend on in a document. Empty without constraints.
#[derive(Default)]
pub(super) struct SeparationRows<'d> {
    /// Planned inheritance, and planned grants of permissions that constraints name.
    of_roles: Vec<RoleRow>,
    /// Planned assignments and direct grants that static constraints, or dynamic ones by direct grants alone, depend on.
    of_users: Vec<UserRow<'d>>,
    /// Permissions that constraints name.
    permissions: FxHashSet<PermissionId>,
    after: Option<PolicyAfter>,
}

/// The policy with the sound rows about roles.
struct PolicyAfter {
    policy: Policy,
    /// Roles that static constraints depend on.
    roles: FxHashSet<RoleId>,
}

/// A row by which a role gains something.
#[derive(Clone, Copy)]
struct RoleRow {
    place: Place,
    role: RoleId,
    gained: Gained,
}

/// A row by which a user gains something.
#[derive(Clone, Copy)]
struct UserRow<'d> {
    place: Place,
    user: UserId,
    name: &'d str,
    gained: Gained,
}

#[derive(Clone, Copy)]
enum Gained {
    Role(RoleId),
    Permission(PermissionId),
}

/// The first row that violates a constraint, and the conflict.
struct FirstViolation<T> {
    /// Position of the row.
    position: usize,
    broken: T,
}

/// Rows of the document.
impl<'d> Planner<'d, '_> {
    /// Notes the permissions that constraints name.
    pub(super) fn prepare_separation(&mut self) {
        let kinds = [ConstraintKind::Static, ConstraintKind::Dynamic];
        let named = kinds.into_iter().flat_map(|kind| self.existing.policy.separated_permissions(kind));
        self.separation.permissions = named.collect();
    }

    /// Notes a planned inheritance.
    pub(super) fn note_inheritance(&mut self, planned: Inheritance, place: Place) {
        if !self.existing.policy.constraints().is_empty() {
            let gained = Gained::Role(planned.junior);
            self.separation.of_roles.push(RoleRow { place, role: planned.senior, gained });
        }
    }

    /// Leaves out the inheritance of rows that are rejected.
    pub(super) fn forget_inheritance(&mut self, places: &FxHashSet<Place>) {
        self.separation.of_roles.retain(|row| !places.contains(&row.place));
    }

    /// Notes a planned grant.
    pub(super) fn note_grant(&mut self, role: RoleId, permission: PermissionId, place: Place) {
        if self.separation.permissions.contains(&permission) {
            self.separation.of_roles.push(RoleRow { place, role, gained: Gained::Permission(permission) });
        }
    }

    /// Notes a planned assignment.
    pub(super) fn note_assignment(&mut self, user: UserId, name: &'d str, role: RoleId, place: Place) {
        if self.separation.after.as_ref().is_some_and(|after| after.roles.contains(&role)) {
            self.separation.of_users.push(UserRow { place, user, name, gained: Gained::Role(role) });
        }
    }

    /// Notes a planned direct grant.
    pub(super) fn note_direct_grant(&mut self, user: UserId, name: &'d str, permission: PermissionId, place: Place) {
        if self.separation.after.is_some() && self.separation.permissions.contains(&permission) {
            self.separation.of_users.push(UserRow { place, user, name, gained: Gained::Permission(permission) });
        }
    }
}

/// Conflicts.
impl Planner<'_, '_> {
    /// Rejects the rows by which one role violates a constraint by itself.
    pub(super) fn check_separation_of_roles(&mut self) {
        if self.existing.policy.constraints().is_empty() {
            return;
        }
        let mut rows = mem::take(&mut self.separation.of_roles);
        for _ in 0..MAX_ROLE_VIOLATIONS {
            let policy = match self.policy_with(&rows) {
                Err(PolicyError::ViolatedByOneRole { .. }) => None,
                Ok(policy) => Some(policy),
                // A cycle is rejected by itself.
                Err(_) => return,
            };
            if let Some(policy) = policy {
                let roles = policy.separated_roles(ConstraintKind::Static).into_iter().collect();
                self.separation.after = Some(PolicyAfter { policy, roles });
                return;
            }
            let found = first_violation(&rows, |rows| match self.policy_with(rows) {
                Err(PolicyError::ViolatedByOneRole { role, conflict }) => Some((role, conflict)),
                Ok(_) | Err(_) => None,
            });
            let Some(FirstViolation { position, broken: (role, conflict) }) = found else { return };
            let message = format!("role {} would violate {}", self.role_name(role), self.conflict_text(&conflict));
            let row = rows.remove(position);
            self.problems.push(Problem::at(row.place, message));
        }
    }

    /// Rejects the rows by which users violate a constraint.
    pub(super) fn check_separation_of_users(&mut self) {
        let Some(PolicyAfter { policy, roles }) = self.separation.after.take() else { return };
        let mut gained: FxHashMap<UserId, Vec<UserRow<'_>>> = FxHashMap::default();
        mem::take(&mut self.separation.of_users)
            .into_iter()
            .for_each(|row| gained.entry(row.user).or_default().push(row));
        let mut held = self.held_by(gained.keys(), &roles);
        for (user, mut rows) in gained {
            let held = held.remove(&user).unwrap_or_else(|| Subject::new(user));
            let broken_by = |rows: &[UserRow<'_>]| {
                let subject = with_rows(&held, rows);
                let of_user = policy.static_conflicts(&subject, self.existing.now).into_iter();
                of_user.chain(policy.session_conflicts(&subject, self.existing.now)).next()
            };
            // Conflicts that the document makes by its roles alone are found when it is written.
            if broken_by(&[]).is_some() {
                continue;
            }
            let mut found = Vec::new();
            while let Some(FirstViolation { position, broken }) = first_violation(&rows, broken_by) {
                found.push((rows.remove(position), broken));
            }
            for (row, broken) in found {
                let name = excerpt(row.name, MAX_NAME_IN_MESSAGE);
                let message = format!("user `{name}` would violate {}", self.conflict_text(&broken));
                self.problems.push(Problem::at(row.place, message));
            }
        }
    }

    /// What users hold already that constraints depend on.
    fn held_by<'u>(
        &self,
        users: impl Iterator<Item = &'u UserId>,
        roles: &FxHashSet<RoleId>,
    ) -> FxHashMap<UserId, Subject> {
        let mut held: FxHashMap<UserId, Subject> = users.map(|&user| (user, Subject::new(user))).collect();
        let lasts = |validity: Validity| validity.state(self.existing.now) != ValidityState::Expired;
        for (&(user, role), &validity) in &self.existing.user_roles {
            if lasts(validity) && roles.contains(&role) {
                held.entry(user).and_modify(|subject| subject.assignments.push(assigned(role)));
            }
        }
        for (&(user, permission), &validity) in &self.existing.user_permissions {
            if lasts(validity) && self.separation.permissions.contains(&permission) {
                held.entry(user).and_modify(|subject| subject.grants.push(granted(permission)));
            }
        }
        held
    }

    /// The policy with the planned roles and these rows; without the other planned grants, on which no constraint depends.
    fn policy_with(&self, rows: &[RoleRow]) -> Result<Policy, PolicyError> {
        let policy = self.existing.policy;
        let planned = self.plan.roles.iter().map(|new| RoleFacts::new(new.id, new.name.clone()));
        let mut roles: FxHashMap<RoleId, RoleFacts> = planned.map(|role| (role.id, role)).collect();
        for row in rows {
            if let Entry::Vacant(unknown) = roles.entry(row.role)
                && let Some(existing) = policy.role_facts(row.role)
            {
                unknown.insert(existing);
            }
            if let Some(role) = roles.get_mut(&row.role) {
                match row.gained {
                    Gained::Role(junior) => role.inherits_from.push(junior),
                    Gained::Permission(permission) => role.grants.push(permission),
                }
            }
        }
        let changed = Facts { revision: policy.revision(), roles: roles.into_values().collect(), ..Facts::default() };
        policy.update(PolicyChanges { changed, ..PolicyChanges::default() })
    }

    fn conflict_text(&self, conflict: &Conflict) -> String {
        let policy = self.existing.policy;
        let constraint = policy.constraint(conflict.constraint).map(|constraint| constraint.name.as_str());
        let roles = conflict.roles.iter().map(|&role| self.role_name(role));
        let permissions = conflict.permissions.iter().filter_map(|&permission| policy.permission(permission));
        let members: Vec<String> = roles.chain(permissions.map(|known| format!("`{}`", known.name))).collect();
        format!("constraint `{}`: {}", constraint.unwrap_or_default(), members.join(", "))
    }
}

/// A user with what rows add. Times are irrelevant: what is not yet valid counts as well.
fn with_rows(held: &Subject, rows: &[UserRow<'_>]) -> Subject {
    let mut subject = held.clone();
    for row in rows {
        match row.gained {
            Gained::Role(role) => subject.assignments.push(assigned(role)),
            Gained::Permission(permission) => subject.grants.push(granted(permission)),
        }
    }
    subject
}

fn assigned(role: RoleId) -> Assignment {
    let (id, assigned_at) = (AssignmentId::new(Uuid::nil()), chrono::DateTime::UNIX_EPOCH);
    Assignment { id, role, assigned_at, validity: Validity::default() }
}

fn granted(permission: PermissionId) -> DirectGrant {
    DirectGrant { permission, validity: Validity::default() }
}

/// The first of some rows with which a constraint is violated; with more rows it stays violated.
fn first_violation<R, T>(rows: &[R], broken_by: impl Fn(&[R]) -> Option<T>) -> Option<FirstViolation<T>> {
    broken_by(rows)?;
    let with = |count: usize| broken_by(rows.get(..count).unwrap_or(rows));
    let counts: Vec<usize> = (1..=rows.len()).collect();
    let position = counts.partition_point(|&count| with(count).is_none());
    Some(FirstViolation { position, broken: with(position + 1)? })
}
