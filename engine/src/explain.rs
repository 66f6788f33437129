//! Explanation of decisions: the paths by which a permission reaches a subject.

mod cure;
mod remedy;
mod search;

pub use cure::{Cure, CureKind, Cures};
pub use remedy::Remedies;

use crate::{AccountStatus, Decision, PermissionId, PermissionPattern, Policy, RoleId, Subject, Validity};
use chrono::{DateTime, Utc};
use search::PathSearch;

/// A path by which a permission reaches a subject.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// # use engine::{DirectGrant, Facts, PermissionFacts, PermissionName, Policy, Subject, Validity};
/// use engine::{Path, PathKind};
///
/// # let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// # let mut subject = Subject::new(Uuid::from_u128(2).into());
/// # let id = read.id;
/// # let policy = Policy::build(Facts { permissions: vec![read], ..Facts::default() })?;
/// subject.grants.push(DirectGrant { permission: id, validity: Validity::default() });
///
/// let found = policy.paths(&subject, id, DateTime::UNIX_EPOCH, 10);
/// let direct =
///     Path { kind: PathKind::Direct, pattern: None, is_active: true, valid_from: None, expires_at: None };
/// assert_eq!(found.paths, [direct]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Kind of the path.
    pub kind: PathKind,
    /// The pattern by which the last role has the permission; none when it is granted the permission itself.
    pub pattern: Option<PermissionPattern>,
    /// Whether the path grants the permission now: it is valid, a role on it is active, and so is the account.
    pub is_active: bool,
    /// Time from which the assignment or the direct grant is valid; none when valid at once.
    pub valid_from: Option<DateTime<Utc>>,
    /// Time at which the assignment or the direct grant expires; none when permanent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Kind of a [`Path`].
///
/// ```
/// # use uuid::Uuid;
/// use engine::{PathKind, RoleId};
///
/// let [manager, clerk] = [1, 2].map(Uuid::from_u128).map(RoleId::new);
/// let inherited = PathKind::Role(vec![manager, clerk]);
/// assert_ne!(inherited, PathKind::Direct);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A direct grant to the user.
    Direct,
    /// The roles from the assigned one down to the one that the permission is granted to.
    Role(Vec<RoleId>),
}

/// Paths found, shortest first.
///
/// ```
/// use engine::Paths;
///
/// let none = Paths::default();
/// assert!(none.paths.is_empty() && !none.has_more);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// At most as many paths as the limit allows.
    pub paths: Vec<Path>,
    /// Whether there are more.
    pub has_more: bool,
}

/// A decision and the paths behind it.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// use engine::{Explanation, Facts, Policy, Reason, Subject};
///
/// let policy = Policy::build(Facts::default())?;
/// let subject = Subject::new(Uuid::from_u128(1).into());
/// let Explanation { decision, paths } = policy.explain(&subject, "invoice:read", DateTime::UNIX_EPOCH, 10);
/// assert_eq!(decision.reason, Reason::UnknownPermission);
/// assert!(paths.paths.is_empty());
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision of [`Policy::check`].
    pub decision: Decision,
    /// Paths that grant the permission, and those that are inactive, not yet valid or expired.
    pub paths: Paths,
}

impl Policy {
    /// Paths by which `permission` reaches `subject`, at most `limit`: direct grants first, then by length, then by the
    /// names of the roles, then the grant of the permission itself before patterns by text. Takes time in proportion to the hierarchy plus `limit` times the length of a path, however
    /// many paths there are.
    #[must_use]
    pub fn paths(&self, subject: &Subject, permission: PermissionId, now: DateTime<Utc>, limit: usize) -> Paths {
        let Some(permission) = self.permission_position(permission) else { return Paths::default() };
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
        let is_account_active = subject.status == AccountStatus::Active;
        let mut grants: Vec<Validity> = self.direct(subject, permission).collect();
        grants.sort_by_key(|validity| (validity.until, validity.from));
        grants.into_iter().map(move |validity| Path {
            kind: PathKind::Direct,
            pattern: None,
            is_active: is_account_active && validity.is_valid_at(now),
            valid_from: validity.from,
            expires_at: validity.until,
        })
    }

    fn role_paths<'a>(
        &'a self,
        subject: &'a Subject,
        permission: usize,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = Path> + 'a {
        let mut assigned: Vec<(usize, Validity)> = self.assigned(&subject.assignments).collect();
        assigned.sort_by_key(|(role, validity)| (self.rank(*role), validity.until, validity.from));
        // An active role activates every path that passes through it.
        let active = self.active_set(subject, now);
        let starts: Vec<usize> = assigned.iter().map(|(role, _)| *role).collect();
        let sources = self.sources(permission);
        PathSearch::new(self, permission, &starts).flat_map(move |found| {
            let validity = assigned.get(found.start).map(|&(_, validity)| validity).unwrap_or_default();
            let has_active_role = found.roles.iter().any(|&role| active.contains(role));
            let patterns = found.roles.last().map(|&last| sources.at(last)).unwrap_or_default();
            let roles: Vec<RoleId> = found.roles.iter().filter_map(|&role| self.role_id(role)).collect();
            patterns.into_iter().map(move |pattern| Path {
                kind: PathKind::Role(roles.clone()),
                pattern,
                is_active: has_active_role && validity.is_valid_at(now),
                valid_from: validity.from,
                expires_at: validity.until,
            })
        })
    }
}

#[cfg(test)]
mod tests;
