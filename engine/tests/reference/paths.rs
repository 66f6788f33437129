//! Paths by which permissions reach subjects.

use super::Reference;
use chrono::{DateTime, Utc};
use engine::{AccountStatus, PermissionId, PermissionPattern, RoleId, Subject};

/// A path of a permission to a subject.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathRecord {
    /// The roles on it; none for a direct grant.
    pub(crate) roles: Vec<RoleId>,
    pub(crate) pattern: Option<PermissionPattern>,
    pub(crate) is_active: bool,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl Reference<'_> {
    /// Every path by which a permission reaches a subject, in no order.
    pub(crate) fn paths(&self, subject: &Subject, permission: PermissionId) -> Vec<PathRecord> {
        let is_usable = subject.status == AccountStatus::Active;
        let mut paths = Vec::new();
        for grant in subject.grants.iter().filter(|grant| grant.permission == permission) {
            let is_active = is_usable && self.counts(grant.validity);
            paths.push(PathRecord { roles: Vec::new(), pattern: None, is_active, expires_at: grant.validity.until });
        }
        for assignment in &subject.assignments {
            for roles in self.paths_down(assignment.role, permission) {
                let is_open = roles.iter().any(|role| self.active_roles(subject).contains(role));
                let is_active = is_usable && is_open && self.counts(assignment.validity);
                let last = *roles.last().expect("a role");
                for pattern in self.sources(last, permission) {
                    let expires_at = assignment.validity.until;
                    paths.push(PathRecord { roles: roles.clone(), pattern, is_active, expires_at });
                }
            }
        }
        paths
    }

    fn paths_down(&self, from: RoleId, permission: PermissionId) -> Vec<Vec<RoleId>> {
        let mut paths = Vec::new();
        if !self.sources(from, permission).is_empty() {
            paths.push(vec![from]);
        }
        for &next in &self.role(from).inherits_from {
            paths.extend(self.paths_down(next, permission).into_iter().map(|path| [vec![from], path].concat()));
        }
        paths
    }
}
