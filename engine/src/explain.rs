//! Why, and why not: every path by which a permission reaches a subject.

mod remedy;
mod search;

pub use remedy::Remedies;

use crate::{AccountStatus, Decision, PermissionId, Policy, RoleId, Subject, Validity};
use chrono::{DateTime, Utc};
use search::Search;

/// One way a permission reaches a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Through a role or directly.
    pub kind: PathKind,
    /// Does it count now: begun, not ended, a role on it active, and the account too?
    pub is_active: bool,
    /// When the assignment or the direct grant begins to count; at once when absent.
    pub valid_from: Option<DateTime<Utc>>,
    /// When the assignment or the direct grant runs out; never when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// How a grant reaches a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// Granted to the user.
    Direct,
    /// From the assigned role down to the role that holds the grant.
    Role(Vec<RoleId>),
}

/// Paths found, shortest first.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// At most as many as were asked for.
    pub paths: Vec<Path>,
    /// Are there more?
    pub has_more: bool,
}

/// A decision with its grounds.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer, equal to what [`Policy::check`] gives.
    pub decision: Decision,
    /// Paths that grant the permission, and those that would but are inactive, not begun or ended.
    pub paths: Paths,
}

impl Policy {
    /// Every path by which `permission` reaches `subject`, shortest first and then by the names of
    /// the roles, a direct grant before any role, at most `limit`. Linear in the hierarchy plus
    /// `limit` times the length of a path, however many paths there are.
    #[must_use]
    pub fn paths(&self, subject: &Subject, permission: PermissionId, now: DateTime<Utc>, limit: usize) -> Paths {
        let Some(permission) = self.permission_place(permission) else { return Paths::default() };
        let direct = self.direct_paths(subject, permission, now);
        let mut paths = direct.chain(self.role_paths(subject, permission, now));
        Paths { paths: paths.by_ref().take(limit).collect(), has_more: paths.next().is_some() }
    }

    /// The decision of [`Policy::check`] together with [`Policy::paths`].
    #[must_use]
    pub fn explain(&self, subject: &Subject, permission: &str, now: DateTime<Utc>, limit: usize) -> Explanation {
        let decision = self.check(subject, permission, now);
        let known = self.permission_named(permission);
        let paths = known.map(|known| self.paths(subject, known.id, now, limit)).unwrap_or_default();
        Explanation { decision, paths }
    }

    fn direct_paths(
        &self,
        subject: &Subject,
        permission: usize,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = Path> + use<> {
        let is_usable = subject.status == AccountStatus::Active;
        let mut grants: Vec<Validity> = self.direct(subject, permission).collect();
        grants.sort_by_key(|grant| (grant.until, grant.from));
        grants.into_iter().map(move |grant| Path {
            kind: PathKind::Direct,
            is_active: is_usable && grant.holds(now),
            valid_from: grant.from,
            expires_at: grant.until,
        })
    }

    fn role_paths<'a>(
        &'a self,
        subject: &'a Subject,
        permission: usize,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = Path> + 'a {
        let mut assigned: Vec<(usize, Validity)> = self.assigned(&subject.assignments).collect();
        assigned.sort_by_key(|(role, held)| (*role, held.until, held.from));
        // An active role opens every path that passes through it.
        let active = self.active_set(subject, now);
        let starts: Vec<usize> = assigned.iter().map(|(role, _)| *role).collect();
        Search::new(self, permission, &starts).map(move |found| {
            let (_, assignment) = assigned[found.start];
            let is_open = found.roles.iter().any(|&role| active.contains(role));
            Path {
                is_active: is_open && assignment.holds(now),
                kind: PathKind::Role(found.roles.into_iter().map(|role| self.role_id(role)).collect()),
                valid_from: assignment.from,
                expires_at: assignment.until,
            }
        })
    }
}

#[cfg(test)]
mod tests;
