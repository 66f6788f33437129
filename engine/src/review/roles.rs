//! RolePermissions: what a role holds, and from where.

use crate::{PermissionId, PermissionPattern, Policy, RoleId};

/// A permission that a role holds, and the role that it is granted to.
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Facts, PermissionFacts, PermissionName, Policy, RoleFacts, RoleName};
/// use engine::RolePermission;
///
/// # let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// # let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("clerk")?);
/// # let mut manager = RoleFacts::new(Uuid::from_u128(3).into(), RoleName::parse("manager")?);
/// clerk.grants.push(read.id);
/// manager.inherits_from.push(clerk.id);
/// # let (read_id, clerk_id, manager_id) = (read.id, clerk.id, manager.id);
///
/// let policy =
///     Policy::build(Facts { roles: vec![clerk, manager], permissions: vec![read], ..Facts::default() })?;
/// let inherited = RolePermission { permission: read_id, source: clerk_id, pattern: None };
/// assert_eq!(policy.role_permissions(manager_id), [inherited]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePermission {
    /// The permission.
    pub permission: PermissionId,
    /// The role that it is granted to: the role itself when not inherited.
    pub source: RoleId,
    /// The pattern by which that role has it; none when it is granted the permission itself.
    pub pattern: Option<PermissionPattern>,
}

/// A pattern that a role holds, and the role that it is granted to.
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Facts, PermissionPattern, Policy, RoleFacts, RoleName};
/// use engine::RolePattern;
///
/// # let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("clerk")?);
/// clerk.patterns.push(PermissionPattern::parse("invoice:*")?);
/// # let clerk_id = clerk.id;
/// let policy = Policy::build(Facts { roles: vec![clerk], ..Facts::default() })?;
/// let own = RolePattern { pattern: PermissionPattern::parse("invoice:*")?, source: clerk_id };
/// assert_eq!(policy.role_patterns(clerk_id), [own]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePattern {
    /// The pattern.
    pub pattern: PermissionPattern,
    /// The role that it is granted to: the role itself when not inherited.
    pub source: RoleId,
}

/// Permissions and patterns of roles.
impl Policy {
    /// Permissions that a role holds, with every role that each is granted to (INCITS 359: RolePermissions): by
    /// permission, then the role's own grant, then by source, then the grant of the permission itself before patterns by
    /// text. One entry for each permission, source and pattern.
    #[must_use]
    pub fn role_permissions(&self, role: RoleId) -> Vec<RolePermission> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        let mut held = Vec::new();
        for source in self.hierarchy.closure(role).ones() {
            let order = (source != role, self.rank(source));
            held.extend(self.granted(source).map(|held| ((self.permission_rank(held), order), None, held, source)));
            for pattern in self.patterns.of_role(source).filter(|_| !self.is_superadmin(source)) {
                let (text, matched) = (self.patterns.pattern(pattern), self.patterns.matched(pattern));
                held.extend(matched.ones().map(|held| ((self.permission_rank(held), order), text, held, source)));
            }
        }
        held.sort_unstable();
        let id = |permission| self.permission_at(permission).map(|permission| permission.id);
        let held = held.into_iter();
        held.filter_map(|(_, pattern, held, source)| {
            Some(RolePermission { permission: id(held)?, source: self.role_id(source)?, pattern: pattern.cloned() })
        })
        .collect()
    }

    /// Patterns that a role holds, with every role that each is granted to: by text, then the role's own, then by
    /// source. One entry for each pattern and source.
    #[must_use]
    pub fn role_patterns(&self, role: RoleId) -> Vec<RolePattern> {
        let Some(role) = self.role_position(role) else { return Vec::new() };
        let mut held = Vec::new();
        for source in self.hierarchy.closure(role).ones() {
            let order = (source != role, self.rank(source));
            let patterns = self.patterns.of_role(source).filter_map(|pattern| self.patterns.pattern(pattern));
            held.extend(patterns.map(|pattern| (pattern, order, source)));
        }
        held.sort_unstable();
        let held = held.into_iter();
        held.filter_map(|(pattern, _, source)| {
            Some(RolePattern { pattern: pattern.clone(), source: self.role_id(source)? })
        })
        .collect()
    }
}
